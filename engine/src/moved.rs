//! Sessions of workloads that were used away from where they were opened.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::finding::{Detail, Evidence, Reached, Rule, RuleKind, Severity};
use model::session::{Grant, Sessions};
use model::text::printable;
use model::{Effect, Finding, Id};

use crate::trail::is_private;

/// The call by which builds and containers get a session for a token of their platform. People
/// move between networks; what runs in one place does not.
const CALL: &str = "sts:AssumeRoleWithWebIdentity";
/// Sessions told of.
const MOVED_MAX: usize = 200;
const NAME_MAX: usize = 120;

/// Findings of sessions that a workload opened and somebody used from an address where no session
/// was ever opened.
pub(crate) fn moved(findings: &[Finding], sessions: &Sessions) -> Vec<Finding> {
    let workloads = sessions.all().filter(|(grant, _)| grant.by == CALL);
    let open: BTreeSet<&str> =
        workloads.filter_map(|(grant, _)| grant.address.as_deref()).collect();
    let (mut told, mut out) = (BTreeSet::new(), Vec::new());
    let rule = Arc::new(rule());
    let mut by_time: Vec<&Finding> = findings.iter().collect();
    by_time.sort_by_key(|finding| (finding.first, finding.id));
    for finding in by_time {
        let telling = finding.severity() >= Severity::Low && finding.effect >= Effect::Success;
        let Some(credential) = finding.credential.as_deref().filter(|_| telling) else { continue };
        let Some((grant, opened)) = sessions.issued(credential) else { continue };
        let (Some(there), Some(here)) =
            (outside(grant.address.as_deref()), outside(finding.address.as_deref()))
        else {
            continue;
        };
        let moved = grant.by == CALL && here != there && !open.contains(here);
        if moved && out.len() < MOVED_MAX && told.insert((credential, here)) {
            out.push(of(finding, grant, opened, [there, here], &rule));
        }
    }
    out
}

fn outside(address: Option<&str>) -> Option<&str> {
    let address = address?;
    (address.parse::<std::net::IpAddr>().is_ok() && !is_private(address)).then_some(address)
}

fn of(
    finding: &Finding,
    grant: &Grant,
    opened: &Evidence,
    [there, here]: [&str; 2],
    rule: &Arc<Rule>,
) -> Finding {
    let who = printable(grant.subject.as_deref().unwrap_or(&grant.principal), NAME_MAX);
    let parts = [rule.id.as_bytes(), grant.child.as_bytes(), here.as_bytes()];
    let used = finding.evidence.iter().take(1).cloned();
    Finding {
        id: Id::derive("finding", &parts),
        rule: Arc::clone(rule),
        effect: Effect::Success,
        last: finding.first,
        count: 1,
        evidence: used.collect(),
        detail: Some(Detail {
            reached: Reached::Executed,
            confidence: 0.8,
            text: format!(
                "the session that {who} opened at {there} at {} was used from {here}, where no \
                 session was opened: its credentials were taken out of where they belong.",
                opened.time
            ),
            text_ja: format!(
                "{who} が {} に {there} で開始したセッションが、セッション開始の記録がない {here} \
                 から使用された。認証情報が本来の実行環境から持ち出されている。",
                opened.time
            ),
            door: None,
            taken: None,
            blocks: Vec::new(),
        }),
        ..finding.clone()
    }
}

fn rule() -> Rule {
    Rule {
        id: "federation.session_moved".into(),
        title: "Workload's session used from elsewhere".into(),
        title_ja: Some("ワークロードのセッションの別アドレスからの使用".into()),
        kind: RuleKind::Correlation,
        severity: Severity::Medium,
        effect: Effect::Success,
        techniques: vec!["T1550.001".into(), "T1078.004".into()],
        tactics: vec!["credential-access".into()],
        description: "A session that a build or a container opened with its platform's token was \
            used from an address where nobody opens sessions."
            .into(),
    }
}
