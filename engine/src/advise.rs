//! What to do first: actions that fit what the intruder holds, made and touched.

use std::collections::BTreeSet;

use model::finding::Evidence;
use model::incident::{Involved, Part, Recommendation};
use model::seam::report::Language;
use model::session::Grant;
use model::{Effect, EntityKind, Finding};

use crate::borrowed;

/// Targets an action lists.
const TARGETS_MAX: usize = 64;

type Targets = Vec<(EntityKind, String)>;

/// The actions, in the order they should be done.
pub(crate) fn recommend(
    language: Language,
    entities: &[Involved],
    findings: &[&Finding],
    grants: &[&(Grant, Evidence)],
) -> Vec<Recommendation> {
    let pick = |kinds: &[EntityKind], parts: &[Part]| -> Targets {
        let chosen = entities.iter().filter(|e| kinds.contains(&e.kind) && parts.contains(&e.part));
        chosen.map(|e| (e.kind, e.value.clone())).take(TARGETS_MAX).collect()
    };
    let keys = pick(&[EntityKind::AccessKey], &[Part::Used, Part::Created]);
    let (temporary, lasting): (Targets, Targets) =
        keys.into_iter().partition(|(_, key)| is_temporary(key));
    let roles = roles(findings, grants);
    let succeeded = findings.iter().filter(|f| f.effect >= Effect::Success);
    let techniques: BTreeSet<&str> =
        succeeded.flat_map(|f| f.rule.techniques.iter().map(String::as_str)).collect();
    let tampered = techniques.iter().any(|t| t.starts_with("T1562"));
    let trusted = techniques.iter().any(|t| t.starts_with("T1098"));

    let mut out = Vec::new();
    let mut add = |id: &'static str, tier: &'static str, targets: Targets| {
        if !targets.is_empty() {
            let (text, why) = words(language, id);
            out.push(Recommendation { id, text: text.into(), targets, tier, why: why.into() });
        }
    };
    add("deactivate_access_key", "R2", lasting);
    let sessions = if roles.is_empty() { temporary } else { roles };
    add("revoke_role_sessions", "R2", sessions);
    if !borrowed::roles(findings).is_empty() {
        let lent = pick(&[EntityKind::Instance], &[Part::Affected]);
        add("require_metadata_tokens", "R2", lent);
        let pages = pick(&[EntityKind::Url], &[Part::Affected]);
        add("mend_page", "R2", pages);
    }
    if tampered {
        add("restore_logging", "R1", pick(&[EntityKind::Account], &[Part::Victim]));
    }
    if trusted {
        let touched = pick(&[EntityKind::Role, EntityKind::User], &[Part::Affected]);
        add("review_permissions", "R2", touched);
    }
    if crate::verdicts::kind(findings) == Some("sql_injection") {
        add("bind_parameters", "R2", pick(&[EntityKind::Url], &[Part::Affected]));
        add("treat_data_as_lost", "R1", pick(&[EntityKind::Database], &[Part::Affected]));
    }
    add("block_address", "R2", pick(&[EntityKind::Ip], &[Part::Attacker]));
    let machines = pick(&[EntityKind::Instance], &[Part::Created]);
    add("snapshot_instance", "R1", machines.clone());
    // What starts machines by itself brings terminated ones back.
    let makers = grants.iter().filter(|(g, _)| g.child == g.principal && g.subject.is_none());
    let makers: BTreeSet<&str> = makers.map(|(g, _)| g.child.as_str()).collect();
    let makers = makers.into_iter().map(|maker| (EntityKind::Session, maker.to_owned()));
    add("cancel_fleet", "R3", makers.collect());
    add("terminate_instance", "R3", machines);
    let identities = [EntityKind::User, EntityKind::Role];
    add("remove_created_identity", "R3", pick(&identities, &[Part::Created]));
    out
}

/// The roles whose sessions the intruder used.
fn roles(findings: &[&Finding], grants: &[&(Grant, Evidence)]) -> Targets {
    let mut roles: BTreeSet<String> =
        grants.iter().filter_map(|(g, _)| role_of(&g.principal)).collect();
    roles.extend(borrowed::roles(findings));
    roles.into_iter().map(|role| (EntityKind::Role, role)).collect()
}

/// Whether a key ends by itself: the ids of temporary keys start so (IAM user guide, "unique
/// identifiers").
pub(crate) fn is_temporary(key: &str) -> bool {
    key.starts_with("ASIA")
}

/// The role of an assumed-role ARN.
pub(crate) fn role_of(principal: &str) -> Option<String> {
    let (start, session) = principal.split_once(":assumed-role/")?;
    let role = session.rsplit_once('/').map_or(session, |(role, _)| role);
    Some(format!("{}:role/{role}", start.replacen(":sts:", ":iam:", 1)))
}

/// The sentence and the reason of an action.
fn words(language: Language, id: &str) -> (&'static str, &'static str) {
    let [english, japanese] = match id {
        "deactivate_access_key" => [
            (
                "Deactivate the access keys (do not delete them yet: their ids are evidence).",
                "They were used by the intruder and stay valid until deactivated.",
            ),
            (
                "アクセスキーを無効化する（証跡として必要なため、まだ削除しない）。",
                "侵入者が使用しており、無効化するまで有効なため。",
            ),
        ],
        "revoke_role_sessions" => [
            (
                "Revoke the sessions issued before now (deny by aws:TokenIssueTime on the role).",
                "Temporary credentials stay valid until they expire; changing the trust policy stops new ones only.",
            ),
            (
                "現時点より前に発行されたセッションを失効させる（ロールに aws:TokenIssueTime 条件の拒否ポリシーを付与）。",
                "一時認証情報は期限まで有効で、信頼ポリシーの変更では新規発行しか止まらないため。",
            ),
        ],
        "require_metadata_tokens" => [
            (
                "Look at the instances for an intruder, and require IMDSv2 with a hop limit of 1 on them.",
                "Their role's credentials left them; a fresh set leaves by the same way.",
            ),
            (
                "インスタンスへの侵入の有無を調査し、IMDSv2 を必須（ホップ制限 1）にする。",
                "ロールの認証情報が流出しており、同じ経路で再び窃取されるため。",
            ),
        ],
        "mend_page" => [
            (
                "Close the page at the WAF until it fetches only from a list of known hosts.",
                "It fetches any address for any client.",
            ),
            (
                "既知のホストだけを取得するよう修正するまで、該当ページを WAF で遮断する。",
                "誰でも任意のアドレスを取得させることができるため。",
            ),
        ],
        "restore_logging" => [
            (
                "Switch logging and defences on again, and check that they deliver.",
                "Without them what follows is not recorded.",
            ),
            (
                "ログと防御機能を再度有効にし、記録が届いていることを確認する。",
                "無効のままでは以後の操作が記録されないため。",
            ),
        ],
        "review_permissions" => [
            (
                "Restore trust policies, permissions and sign-in methods to what they were.",
                "They were changed to keep access.",
            ),
            (
                "信頼ポリシー・権限・認証手段を変更前の状態に戻す。",
                "アクセスを維持する目的で変更されているため。",
            ),
        ],
        "cancel_fleet" => [
            (
                "Cancel the fleets, spot requests and groups that the intruder made, before their machines are terminated.",
                "They replace what is terminated.",
            ),
            (
                "インスタンスを終了する前に、侵入者が作成したフリート・スポットリクエスト・グループを取り消す。",
                "終了したインスタンスが自動的に補充されるため。",
            ),
        ],
        "bind_parameters" => [
            (
                "Bind the parameters of the statement; until then block the parameter at the WAF.",
                "Any client can read and change the database through it.",
            ),
            (
                "該当 SQL 文をバインド変数に修正する。それまでは WAF で該当パラメーターを遮断する。",
                "誰でもデータベースを読み書きできる状態にあるため。",
            ),
        ],
        "treat_data_as_lost" => [
            (
                "Treat the data that was read as lost: reset passwords and keys in it, and check whom to tell.",
                "It is in the attacker's hands.",
            ),
            (
                "読み出されたデータは漏えいしたものとして扱い、含まれるパスワードや鍵を変更し、報告・通知の要否を確認する。",
                "攻撃者の手に渡っているため。",
            ),
        ],
        "block_address" => [
            (
                "Block the addresses, after checking that they are not your own.",
                "The intruder acted from them.",
            ),
            (
                "自社のアドレスでないことを確認したうえで、該当 IP アドレスを遮断する。",
                "侵入者の接続元であるため。",
            ),
        ],
        "snapshot_instance" => [
            (
                "Snapshot the volumes of the instances before anything else is done to them.",
                "They are evidence.",
            ),
            (
                "インスタンスに手を加える前に、ボリュームのスナップショットを取得する。",
                "証拠保全のため。",
            ),
        ],
        "terminate_instance" => [
            (
                "Terminate the instances; cancel fleets, spot requests and groups that would replace them first.",
                "They run at your cost.",
            ),
            (
                "インスタンスを終了する。先に、代替を起動するフリート・スポットリクエスト・Auto Scaling グループを取り消す。",
                "稼働中は費用が発生し続けるため。",
            ),
        ],
        _ => [
            ("Remove what the intruder created.", "It outlives every session."),
            ("侵入者が作成した ID・キーを削除する。", "セッションを失効させても残り続けるため。"),
        ],
    };
    if language == Language::Japanese { japanese } else { english }
}
