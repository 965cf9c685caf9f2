//! What to do about a host that was taken: contain, keep the evidence, throw out, come back.

use model::EntityKind;
use model::incident::{Involved, Part, Recommendation};
use model::seam::report::Language;

use super::Trail;

/// Targets an action lists.
const TARGETS_MAX: usize = 64;

/// An action: slug, tier, and in each language what to do and why.
type Action = (&'static str, &'static str, [&'static str; 2], [&'static str; 2]);

const ISOLATE: Action = (
    "isolate_instance",
    "R2",
    [
        "Isolate the server: a security group without rules, out of the load balancer and its Auto Scaling group; do not stop it.",
        "The intruder's programs ran on it and may still.",
    ],
    [
        "該当サーバーを隔離する（ルールのないセキュリティグループを適用し、ロードバランサーと Auto Scaling グループから切り離す。停止はしない）。",
        "侵入者のプログラムが実行されており、現在も動作している可能性があるため。",
    ],
);
const SNAPSHOT: Action = (
    "snapshot_instance",
    "R1",
    [
        "Snapshot its volumes, and its memory if you can, before anything is removed.",
        "They are evidence.",
    ],
    [
        "削除作業の前に、ボリューム（可能ならメモリも）のスナップショットを取得する。",
        "証拠保全のため。",
    ],
);
const BLOCK: Action = (
    "block_address",
    "R2",
    [
        "Block the intruder's addresses at the load balancer or WAF, with an expiry.",
        "The attack came from them.",
    ],
    [
        "侵入者の接続元アドレスを、ロードバランサーまたは WAF で期限付きで遮断する。",
        "攻撃の発信元であるため。",
    ],
);
const OUTBOUND: Action = (
    "block_outbound",
    "R2",
    [
        "Block what the intruder's programs spoke to, outbound, for the whole network.",
        "Other servers may be told to speak to it too.",
    ],
    [
        "侵入者のプログラムの通信先を、ネットワーク全体で送信方向に遮断する。",
        "他のサーバーからも接続される可能性があるため。",
    ],
);
const ACCOUNT: Action = (
    "lock_account",
    "R2",
    ["Lock the application accounts that the intruder used.", "They were used for the attack."],
    ["侵入者が使用したアプリケーションのアカウントをロックする。", "攻撃に使用されたため。"],
);
const MAIL: Action = (
    "stop_mail_queue",
    "R2",
    [
        "Hold the mail queue of the server, remove the intruder's mails, and watch the reputation of the sending address.",
        "Mails not yet delivered go on being sent.",
    ],
    [
        "該当サーバーのメールキューを保留し、侵入者のメールを削除する。送信元アドレスのレピュテーションも確認する。",
        "未配送のメールが送信され続けるため。",
    ],
);
const FIX: Action = (
    "fix_entry",
    "R2",
    [
        "Mend the place where the intruder came in before a new image goes out, or close it at the WAF meanwhile: every server with this version has the hole.",
        "A replaced server would be taken the same way.",
    ],
    [
        "新しいイメージを展開する前に侵入口を修正する（それまでは WAF で塞ぐ）。同じバージョンの全サーバーに同じ欠陥がある。",
        "入れ替えても同じ方法で再び侵入されるため。",
    ],
);
const REPLACE: Action = (
    "replace_instance",
    "R2",
    [
        "Replace the server with one built from a clean image.",
        "What was changed on it cannot be trusted.",
    ],
    ["安全なイメージから構築したサーバーに入れ替える。", "変更されたサーバーは信頼できないため。"],
);
const REMOVE: Action = (
    "remove_planted",
    "R3",
    [
        "If the disk stays in use, remove what the intruder left, scheduled jobs first.",
        "It starts again by itself.",
    ],
    [
        "ディスクを継続利用する場合は、侵入者が残したものを（まずスケジュールジョブから）削除する。",
        "自動的に再実行されるため。",
    ],
);

/// The actions, in the order they should be done.
pub(super) fn advice(
    trail: &Trail,
    entities: &[Involved],
    mailed: bool,
    language: Language,
) -> Vec<Recommendation> {
    let pick = |kinds: &[EntityKind], part: Part| -> Vec<(EntityKind, String)> {
        let chosen = entities.iter().filter(|e| kinds.contains(&e.kind) && e.part == part);
        chosen.map(|e| (e.kind, e.value.clone())).take(TARGETS_MAX).collect()
    };
    let host = pick(&[EntityKind::Host, EntityKind::Instance], Part::Victim);
    let clients = pick(&[EntityKind::Ip], Part::Attacker);
    let (clients, remotes): (Vec<_>, Vec<_>) =
        clients.into_iter().partition(|(_, ip)| trail.attackers.contains(ip));
    let remotes = [remotes, pick(&[EntityKind::Domain], Part::Attacker)].concat();
    let mail = if mailed { host.clone() } else { Vec::new() };
    let plan = [
        (ISOLATE, host.clone()),
        (SNAPSHOT, host.clone()),
        (BLOCK, clients),
        (OUTBOUND, remotes),
        (ACCOUNT, pick(&[EntityKind::User], Part::Attacker)),
        (MAIL, mail),
        (FIX, pick(&[EntityKind::Url], Part::Affected)),
        (REPLACE, host),
        (REMOVE, pick(&[EntityKind::File], Part::Created)),
    ];
    let mut out = Vec::new();
    for ((id, tier, english, japanese), targets) in plan {
        if !targets.is_empty() {
            let [text, why] = if language == Language::Japanese { japanese } else { english };
            out.push(Recommendation { id, text: text.into(), targets, tier, why: why.into() });
        }
    }
    out
}
