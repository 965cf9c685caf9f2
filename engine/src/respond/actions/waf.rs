//! Actions on the web application firewall.

use model::response::Tier;

use super::Action;

const CALLS: &[&str] = &["wafv2:CreateIPSet", "wafv2:UpdateIPSet", "wafv2:UpdateWebACL"];
const READS: &[&str] = &["wafv2:GetIPSet", "wafv2:GetWebACL", "wafv2:ListIPSets"];

pub(super) const ALL: &[Action] = &[
    Action {
        name: "waf.block",
        tier: Tier::R2,
        calls: CALLS,
        reads: READS,
        words: [
            [
                "Block the address by the first rule of the web ACL.",
                "The way in is open until the hole is mended; replacements have the same hole.",
                "Look at what the counting rule caught first. Whoever shares the address is blocked too.",
                "The web ACL exists, and the address was counted by the step before.",
                "Take the address out of the set; the last one takes rule and set with it.",
            ],
            [
                "Web ACL の先頭ルールで、このアドレスを遮断する。",
                "脆弱性が修正されるまで侵入経路が開いており、代替インスタンスも同じ脆弱性を持つため。",
                "先にカウントルールの結果を確認すること。アドレスを共有する利用者も遮断される。",
                "Web ACL が存在し、前の手順でカウント済みであること。",
                "アドレスをセットから外す（最後の 1 件ならルールとセットも削除する）。",
            ],
        ],
    },
    Action {
        name: "waf.count",
        tier: Tier::R1,
        calls: CALLS,
        reads: READS,
        words: [
            [
                "Count requests of the address by a rule of the web ACL; nothing is blocked yet.",
                "Whom a block would hit is seen before it blocks.",
                "",
                "The web ACL exists.",
                "Take the address out of the set; the last one takes rule and set with it.",
            ],
            [
                "Web ACL のルールで、このアドレスのリクエストを数える（まだ遮断しない）。",
                "遮断した場合の影響を、事前に確認するため。",
                "",
                "Web ACL が存在すること。",
                "アドレスをセットから外す（最後の 1 件ならルールとセットも削除する）。",
            ],
        ],
    },
];
