//! Credentials of a machine in somebody else's hands: whose they are, and by which page they left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::finding::{Reached, Rule, Severity};
use model::incident::{Claim, Involved, Part};
use model::seam::report::Language;
use model::text::printable;
use model::{Effect, EntityKind, Finding, Role};

use crate::tell::short_name;
use crate::trail::is_private;

/// Findings of requests that a server was to make for a client.
const FORGED: &str = "web.ssrf.";
/// Credentials that left by a page are used within this time. Nanoseconds: a day.
const REACH: i64 = 24 * 3600 * 1_000_000_000;
const PIECE_MAX: usize = 120;

/// The instance whose role acted, by the name of the session, and the session.
///
/// EC2 names the sessions of instance profiles after the instance (IAM user guide, "Use an IAM
/// role to grant permissions to applications running on Amazon EC2 instances").
fn instance(finding: &Finding) -> Option<(&str, &str)> {
    let actors = finding.entities.iter().filter(|e| e.role == Role::Actor);
    let mut principals = actors.filter(|e| e.kind == EntityKind::Principal);
    principals.find_map(|principal| {
        let (role, session) = principal.value.rsplit_once('/')?;
        let digits = session.strip_prefix("i-")?;
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is = role.contains(":assumed-role/") && (8..=17).contains(&digits.len()) && hex;
        is.then_some((session, principal.value.as_ref()))
    })
}

/// The outside address that a finding's records share.
fn outside(finding: &Finding) -> Option<&str> {
    let address = finding.address.as_deref()?;
    (address.parse::<std::net::IpAddr>().is_ok() && !is_private(address)).then_some(address)
}

/// Credentials of instances among those of the findings: their machines go on using them.
pub(crate) fn credentials(findings: &[&Finding]) -> BTreeSet<String> {
    let of = findings.iter().filter(|finding| instance(finding).is_some());
    of.filter_map(|finding| finding.credential.clone()).collect()
}

/// The instances whose credentials were used from outside: they, or what runs on them, gave them
/// away.
pub(crate) fn instances(findings: &[&Finding]) -> Vec<Involved> {
    let used = findings.iter().filter(|f| outside(f).is_some());
    let told = used.filter_map(|finding| {
        let (id, _) = instance(finding)?;
        Some(Involved {
            kind: EntityKind::Instance,
            value: id.to_owned(),
            part: Part::Affected,
            first: finding.first,
            last: finding.last,
        })
    });
    told.collect()
}

/// A page through which credentials of an instance left: the client that had the server ask its
/// metadata service later used such credentials from the same address.
fn left<'f>(web: &Finding, all: &[&'f Finding]) -> Option<&'f Finding> {
    let client = outside(web).filter(|_| web.rule.id.starts_with(FORGED))?;
    let after = |finding: &&&Finding| {
        let apart = finding.first.start.saturating_sub(web.first.start);
        finding.effect >= Effect::Success
            && outside(finding) == Some(client)
            && (0..=REACH).contains(&apart)
            && instance(finding).is_some()
    };
    all.iter().filter(after).min_by_key(|finding| (finding.first, finding.id)).copied()
}

/// Forged requests that were only tried as far as the web server's log says, and that the use of
/// the credentials shows to have worked.
pub(crate) fn settle(findings: &mut [Finding]) {
    let all: Vec<&Finding> = findings.iter().filter(|f| instance(f).is_some()).collect();
    let mut worked: BTreeMap<usize, [String; 2]> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let tried = finding.effect == Effect::Attempt && finding.detail.is_some();
        let Some(used) = left(finding, &all).filter(|_| tried) else { continue };
        let Some((id, _)) = instance(used) else { continue };
        let client = printable(outside(finding).unwrap_or_default(), PIECE_MAX);
        let door = finding.detail.as_ref().and_then(|detail| detail.door.clone());
        let [page, parameter] = door.unwrap_or_default();
        let (page, parameter) = (printable(&page, PIECE_MAX), printable(&parameter, PIECE_MAX));
        let count = finding.count;
        worked.insert(
            at,
            [
                format!(
                    "{client} had {page} fetch an inside address named in “{parameter}” \
                     ({count} requests); credentials of {id} were used from {client} afterwards."
                ),
                format!(
                    "{client} が {page} のパラメーター「{parameter}」で内部アドレスを取得させ\
                     （{count} 件）、その後同じアドレスから {id} の認証情報が使用された。"
                ),
            ],
        );
    }
    for (at, [text, text_ja]) in worked {
        let Some(finding) = findings.get_mut(at) else { continue };
        finding.effect = Effect::Success;
        finding.rule = Arc::new(succeeded(&finding.rule));
        if let Some(detail) = &mut finding.detail {
            detail.reached = Reached::Executed;
            detail.confidence = 0.85;
            (detail.text, detail.text_ja) = (text, text_ja);
        }
    }
}

fn succeeded(tried: &Rule) -> Rule {
    let mut techniques = tried.techniques.clone();
    techniques.push("T1552.005".into());
    Rule {
        id: tried.id.replace(".tried", ".worked"),
        title: tried.title.replace(" tried", " that worked"),
        title_ja: tried.title_ja.as_ref().map(|title| title.replace("の試み", "の成功")),
        severity: Severity::High,
        effect: Effect::Success,
        techniques,
        ..tried.clone()
    }
}

/// Which page gave the credentials away.
pub(crate) fn causes(findings: &[&Finding], language: Language) -> Vec<Claim> {
    let mut out: Vec<Claim> = Vec::new();
    for web in findings {
        let Some(used) = left(web, findings) else { continue };
        let (Some((id, who)), Some(detail)) = (instance(used), &web.detail) else { continue };
        let Some([page, parameter]) = &detail.door else { continue };
        let (page, parameter) = (printable(page, PIECE_MAX), printable(parameter, PIECE_MAX));
        let who = short_name(who);
        let text = match language {
            Language::English => format!(
                "{page} fetches whatever address “{parameter}” names (SSRF): through it the \
                 credentials of {who} left the instance {id}."
            ),
            Language::Japanese => format!(
                "{page} がパラメーター「{parameter}」で指定された任意のアドレスを取得する（SSRF）。\
                 これを通じてインスタンス {id} の認証情報（{who}）が窃取された。"
            ),
        };
        let evidence = web.evidence.iter().chain(used.evidence.iter().take(1)).cloned().collect();
        if out.iter().all(|known| known.text != text) {
            out.push(Claim { text, confidence: detail.confidence, evidence });
        }
    }
    out
}

/// The kind of incident, if a page gave credentials away.
pub(crate) fn kind(findings: &[&Finding]) -> Option<&'static str> {
    let left = findings.iter().any(|web| left(web, findings).is_some());
    left.then_some("ssrf_credential_theft")
}

/// The roles whose sessions were used.
pub(crate) fn roles(findings: &[&Finding]) -> BTreeSet<String> {
    let used = findings.iter().filter(|f| outside(f).is_some());
    used.filter_map(|finding| crate::advise::role_of(instance(finding)?.1)).collect()
}

/// The request by which they left.
pub(crate) fn entry(findings: &[&Finding], language: Language) -> Option<Claim> {
    let web = findings.iter().find(|web| left(web, findings).is_some())?;
    let detail = web.detail.as_ref()?;
    let text = detail.text_in(language).to_owned();
    Some(Claim { text, confidence: detail.confidence, evidence: web.evidence.clone() })
}
