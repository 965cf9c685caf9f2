//! Sentences: facts in, one plain sentence out, in English or Japanese.

use std::collections::BTreeSet;

use model::finding::{Evidence, Severity};
use model::incident::Reason;
use model::seam::report::Language;
use model::session::Grant;
use model::text::printable;
use model::{Effect, Entity, EntityKind, Finding, Role, Step, Time};

use crate::title::kind;

/// The longest piece of log text in a sentence, in characters.
const PIECE_MAX: usize = 120;
/// The longest sentence of a judge of many events, in characters.
const DETAIL_MAX: usize = 1200;
/// Names listed in a sentence; the rest is a number.
const NAMES_MAX: usize = 4;

/// What a credential did, of one kind.
pub(crate) struct Deed<'d> {
    pub(crate) action: &'d str,
    pub(crate) first: Time,
    pub(crate) last: Time,
    pub(crate) count: u64,
    pub(crate) refused: bool,
    pub(crate) address: Option<&'d str>,
    pub(crate) entities: &'d BTreeSet<Entity<'static>>,
    pub(crate) evidence: &'d [Evidence],
}

fn clean(text: &str) -> String {
    printable(text, PIECE_MAX).into_owned()
}

/// The end of an ARN says who it is; the start only repeats the account.
pub(crate) fn short_name(arn: &str) -> String {
    clean(arn.splitn(6, ':').nth(5).unwrap_or(arn))
}

fn actor<'e>(entities: impl IntoIterator<Item = &'e Entity<'static>>) -> Option<String> {
    let mut first_choice = None;
    for entity in entities {
        match (entity.kind, entity.role) {
            (EntityKind::Principal, Role::Actor) => return Some(short_name(&entity.value)),
            (EntityKind::User, Role::Actor) => first_choice = Some(short_name(&entity.value)),
            _ => {}
        }
    }
    first_choice
}

/// Where it happened and what it was about, as a list of facts in brackets.
fn facts<'e>(
    language: Language,
    entities: impl IntoIterator<Item = &'e Entity<'static>> + Clone,
    region: Option<&str>,
) -> String {
    let mut parts: Vec<String> = region.map(clean).into_iter().collect();
    for (role, english, japanese) in
        [(Role::Created, "created", "作成"), (Role::Target, "on", "対象")]
    {
        let of_role = entities.clone().into_iter().filter(|e| e.role == role);
        let names: Vec<String> = of_role
            .map(|e| format!("{} {}", kind(language, e.kind), short_name(&e.value)))
            .collect();
        if names.is_empty() {
            continue;
        }
        let shown = names.get(..NAMES_MAX.min(names.len())).unwrap_or(&[]).join(", ");
        let more = names.len().saturating_sub(NAMES_MAX);
        let word = if language == Language::Japanese { japanese } else { english };
        let rest = match language {
            _ if more == 0 => String::new(),
            Language::English => format!(" and {more} more"),
            Language::Japanese => format!(" ほか{more}件"),
        };
        parts.push(format!("{word} {shown}{rest}"));
    }
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

/// Whether an action is a call of an interface: `service:Verb`.
fn is_call(action: &str) -> bool {
    let service = action.split_once(':').map_or("", |(service, _)| service);
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !service.is_empty() && service.bytes().all(plain)
}

fn times(language: Language, count: u64) -> String {
    match language {
        _ if count <= 1 => String::new(),
        Language::English => format!(" {count} times"),
        Language::Japanese => format!("{count}回"),
    }
}

/// The step of a finding.
pub(crate) fn finding(language: Language, finding: &Finding) -> Step {
    let who = actor(&finding.entities);
    let from = finding.address.as_deref().map(clean);
    let region = finding.entities.iter().find(|e| e.kind == EntityKind::Region);
    let about = facts(language, &finding.entities, region.map(|e| e.value.as_ref()));
    let (action, title) = (clean(&finding.action), finding.rule.title_in(language));
    let (n, refused) = (times(language, finding.count), finding.effect == Effect::Attempt);
    let text = match language {
        _ if finding.detail.is_some() => {
            let detail = finding.detail.as_ref().map(|d| d.text_in(language)).unwrap_or_default();
            let colon = if language == Language::Japanese { "：" } else { ": " };
            format!("{title}{colon}{}", printable(detail, DETAIL_MAX))
        }
        Language::English => {
            let who = who.map(|w| format!(" by {w}")).unwrap_or_default();
            let from = from.map(|f| format!(" from {f}")).unwrap_or_default();
            let end = if refused { "; it did not succeed" } else { "" };
            format!("{title}: {action}{n}{who}{from}{about}{end}.")
        }
        Language::Japanese => {
            let n = if n.is_empty() { n } else { format!("（{n}）") };
            let from = from.map(|f| format!("{f} から ")).unwrap_or_default();
            let done = match (who, refused) {
                // Not every record is of somebody's doing: a product's alert, a file that is there.
                (who, _) if who.is_none() || !is_call(&action) => {
                    let who = who.map(|w| format!("{w}、")).unwrap_or_default();
                    let end = if refused { "、成功していない" } else { "" };
                    format!("{who}{from}{action}{n}{end}")
                }
                (Some(who), true) => {
                    format!("{who} が {from}{action}{n} を試みたが、成功していない")
                }
                (Some(who), false) => format!("{who} が {from}{action}{n} を実行した"),
                (None, _) => action,
            };
            format!("{title}：{done}{about}。")
        }
    };
    Step {
        start: finding.first,
        end: finding.last.closing(),
        stage: finding.rule.tactics.first().cloned().unwrap_or_else(|| "execution".into()),
        effect: finding.effect,
        techniques: finding.rule.techniques.clone(),
        text,
        count: finding.count,
        entities: finding.entities.iter().map(|e| (e.kind, e.value.to_string())).collect(),
        confidence: finding
            .detail
            .as_ref()
            .map_or(0.5 + 0.45 * finding.severity().weight(), |detail| detail.confidence),
        evidence: finding.evidence.clone(),
        caused_by: Vec::new(),
    }
}

/// Adds to a step what another rule says of the same records.
pub(crate) fn also(language: Language, step: &mut Step, finding: &Finding) {
    let title = finding.rule.title_in(language);
    // Whoever told the step says more of the same; a mere notice adds nothing to it.
    if finding.severity() >= Severity::Low {
        match language {
            Language::English => step.text = format!("{} Also: {title}.", step.text),
            Language::Japanese => step.text = format!("{}「{title}」にも該当。", step.text),
        }
    }
    step.effect = step.effect.max(finding.effect);
    for technique in &finding.rule.techniques {
        if !step.techniques.contains(technique) {
            step.techniques.push(technique.clone());
        }
    }
    let known: BTreeSet<(EntityKind, String)> = step.entities.iter().cloned().collect();
    let more = finding.entities.iter().map(|e| (e.kind, e.value.to_string()));
    step.entities.extend(more.filter(|entity| !known.contains(entity)));
}

/// The step of an issuing call.
pub(crate) fn grant(language: Language, grant: &Grant, evidence: &Evidence) -> Step {
    let (by, child) = (clean(&grant.by), clean(&grant.child));
    let principal = short_name(&grant.principal);
    let from = grant.address.as_deref().map(clean);
    let text = match language {
        _ if grant.child == grant.principal => made(language, &by, &child, from.as_deref()),
        Language::English => {
            let from = from.map(|f| format!(" from {f}")).unwrap_or_default();
            let subject = grant
                .subject
                .as_deref()
                .map(|s| format!(" for the federated identity {}", clean(s)));
            let subject = subject.unwrap_or_default();
            format!("{by}{from} handed out {child} as {principal}{subject}.")
        }
        Language::Japanese => {
            let from = from.map(|f| format!("{f} からの ")).unwrap_or_default();
            let subject =
                grant.subject.as_deref().map(|s| format!("（フェデレーション ID: {}）", clean(s)));
            let subject = subject.unwrap_or_default();
            format!("{from}{by} により、{principal} の認証情報 {child} が発行された{subject}。")
        }
    };
    Step {
        start: evidence.time,
        end: evidence.time.closing(),
        stage: if grant.parent.is_some() { "lateral-movement" } else { "initial-access" }.into(),
        effect: Effect::Success,
        techniques: vec!["T1078.004".into()],
        text,
        count: 1,
        entities: vec![
            (crate::facts::kind_of(&grant.child), grant.child.clone()),
            (EntityKind::Principal, grant.principal.clone()),
        ],
        confidence: 0.9,
        evidence: vec![evidence.clone()],
        caused_by: Vec::new(),
    }
}

/// Something was made that goes on acting for its maker.
fn made(language: Language, by: &str, child: &str, from: Option<&str>) -> String {
    match (language, from) {
        (Language::English, Some(from)) => {
            format!("{by} from {from} set up {child}, which starts machines by itself.")
        }
        (Language::English, None) => {
            format!("{by} set up {child}, which starts machines by itself.")
        }
        (Language::Japanese, Some(from)) => format!(
            "{from} からの {by} により、自動でインスタンスを起動する {child} が作成された。"
        ),
        (Language::Japanese, None) => {
            format!("{by} により、自動でインスタンスを起動する {child} が作成された。")
        }
    }
}

/// The step of what a credential did besides.
pub(crate) fn deed(language: Language, deed: &Deed<'_>) -> Step {
    let who = actor(deed.entities);
    let region = deed.entities.iter().find(|e| e.kind == EntityKind::Region);
    let about = facts(language, deed.entities, region.map(|e| e.value.as_ref()));
    let (action, n) = (clean(deed.action), times(language, deed.count));
    let from = deed.address.map(clean);
    let meaning = crate::meaning::of(deed.action, deed.refused);
    let text = match language {
        Language::English => {
            let who = who.unwrap_or_else(|| "the intruder's credential".into());
            let from = from.map(|f| format!(" from {f}")).unwrap_or_default();
            let end = if deed.refused { "; it was refused" } else { "" };
            format!("{who} called {action}{n}{from}{about}{end}.")
        }
        Language::Japanese => {
            let who = who.unwrap_or_else(|| "侵入者の認証情報".into());
            let from = from.map(|f| format!(" {f} から")).unwrap_or_default();
            let end = if deed.refused {
                "呼び出したが、拒否された"
            } else {
                "呼び出した"
            };
            format!("{who} が{from} {action} を{n}{end}{about}。")
        }
    };
    Step {
        start: deed.first,
        end: deed.last.closing(),
        stage: meaning.stage.into(),
        effect: meaning.effect,
        techniques: meaning.techniques(),
        text,
        count: deed.count,
        entities: deed.entities.iter().map(|e| (e.kind, e.value.to_string())).collect(),
        confidence: 0.6,
        evidence: deed.evidence.to_vec(),
        caused_by: Vec::new(),
    }
}

pub(crate) fn made_with(language: Language, credential: &str) -> String {
    let credential = clean(credential);
    match language {
        Language::English => format!("made with {credential}, which that step handed out"),
        Language::Japanese => format!("その手順で発行された {credential} を使用"),
    }
}

pub(crate) fn entry_by_grant(language: Language, grant: &Grant, at: Time) -> String {
    let subject = clean(grant.subject.as_deref().unwrap_or_default());
    let (by, role) = (clean(&grant.by), short_name(&grant.principal));
    let from = clean(grant.address.as_deref().unwrap_or("?"));
    match language {
        Language::English => {
            format!(
                "At {at} a federated login ({by}) of {subject} from {from} opened a session of {role}."
            )
        }
        Language::Japanese => format!(
            "{at} に {from} からのフェデレーションログイン（{by}、{subject}）で {role} のセッションが開始された。"
        ),
    }
}

pub(crate) fn cause_by_federation(language: Language, grant: &Grant) -> String {
    let subject = clean(grant.subject.as_deref().unwrap_or_default());
    match language {
        Language::English => format!(
            "The identity provider's word for {subject} was abused: a stolen identity, or assertions made with a stolen signing key."
        ),
        Language::Japanese => format!(
            "{subject} のフェデレーションが悪用された。ID の窃取、または署名鍵の窃取によるアサーション偽造が考えられる。"
        ),
    }
}

/// A session that its rightful user opened was used from elsewhere.
pub(crate) fn cause_by_session(
    language: Language,
    grant: &Grant,
    addresses: &BTreeSet<String>,
) -> String {
    let subject = clean(grant.subject.as_deref().unwrap_or_default());
    let (role, there) =
        (short_name(&grant.principal), clean(grant.address.as_deref().unwrap_or("?")));
    let names: Vec<String> = addresses.iter().take(NAMES_MAX).map(|a| clean(a)).collect();
    let used = names.join(", ");
    match language {
        Language::English => format!(
            "The session of {role} that {subject} opened at {there} was used from {used}: what runs there under that name (a build, a dependency, a workload) gave its credentials away."
        ),
        Language::Japanese => format!(
            "{subject} が {there} で開始した {role} のセッションが {used} から使用された。その名前で動くもの（ビルド、依存パッケージ、ワークロード）から認証情報が流出したと考えられる。"
        ),
    }
}

/// An identity of a system beside AWS did what tells first.
pub(crate) fn cause_by_identity(language: Language, who: &str, from: Option<&str>) -> String {
    let (who, from) = (clean(who), clean(from.unwrap_or("?")));
    match language {
        Language::English => {
            format!(
                "The identity {who} was misused from {from}: its token or password is in the wrong hands."
            )
        }
        Language::Japanese => format!(
            "{who} の権限が {from} から悪用された。トークンまたはパスワードが第三者の手に渡っていると考えられる。"
        ),
    }
}

pub(crate) fn cause_by_credential(
    language: Language,
    credential: &str,
    finding: &Finding,
) -> String {
    let who = actor(&finding.entities).unwrap_or_default();
    let credential = clean(credential);
    match language {
        Language::English => format!("The credential {credential} ({who}) is in the wrong hands."),
        Language::Japanese => {
            format!("認証情報 {credential}（{who}）が第三者の手に渡っていると考えられる。")
        }
    }
}

pub(crate) fn instances(language: Language, count: usize) -> String {
    if language == Language::Japanese {
        return format!("侵入者の認証情報で EC2 インスタンスが {count} 台起動された。");
    }
    format!("{count} instances were started with the intruder's credentials.")
}

/// Why findings belong together.
pub(crate) fn reason(language: Language, reason: &Reason) -> String {
    match (reason, language) {
        (Reason::Root(root), Language::English) => {
            format!("made with {} or a credential that it handed out", clean(root))
        }
        (Reason::Root(root), Language::Japanese) => {
            format!("{} または、そこから発行された認証情報を使用", clean(root))
        }
        (Reason::Same(kind, value), Language::English) => {
            format!("share the {} {}", kind.word().replace('_', " "), clean(value))
        }
        (Reason::Same(_, value), Language::Japanese) => format!("{} が共通", clean(value)),
        (Reason::Trail(host), Language::English) => {
            format!("lie on one chain of requests, programs and files on {}", clean(host))
        }
        (Reason::Portal(name), Language::English) => {
            format!("lie on one way through {}", clean(name))
        }
        (Reason::Portal(name), Language::Japanese) => {
            format!("{} を経由した一連の操作", clean(name))
        }
        (Reason::Trail(host), Language::Japanese) => {
            format!("{} 上の一連のリクエスト・プログラム・ファイル", clean(host))
        }
    }
}
