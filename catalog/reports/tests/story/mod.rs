//! A small investigation with everything in it, written by hand.

use std::sync::Arc;

use model::finding::{Evidence, Rule};
use model::incident::{Claim, Gap, Impact, Incident, Involved, Join, Part, Recommendation};
use model::investigation::{Citation, Count, Investigation, Rules, Skipped, Tally};
use model::{
    Effect, Entity, EntityKind, Finding, Id, Position, Reject, Role, RuleKind, Severity, Step, Time,
};

const SOURCE: &str = "aws.cloudtrail";

pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(&format!("2026-09-08T{text}Z")).unwrap()
}

pub fn evidence(clock: &str, file: u32, line: u64, record: u64) -> Evidence {
    let event = Id::derive("event", &[clock.as_bytes()]);
    Evidence { time: time(clock), file, at: Position { line, record }, event }
}

pub fn rule(id: &str, title: &str, severity: Severity, effect: Effect) -> Arc<Rule> {
    Arc::new(Rule {
        id: id.into(),
        title: title.into(),
        title_ja: None,
        kind: RuleKind::Sigma,
        severity,
        effect,
        techniques: vec!["T1098.001".into()],
        tactics: vec!["persistence".into()],
        description: String::new(),
    })
}

pub fn finding(rule: &Arc<Rule>, action: &str, evidence: Vec<Evidence>) -> Finding {
    let user = "arn:aws:iam::111122223333:user/alice";
    Finding {
        id: Id::derive("finding", &[rule.id.as_bytes(), action.as_bytes()]),
        rule: Arc::clone(rule),
        effect: rule.effect,
        source: SOURCE,
        action: action.into(),
        first: evidence[0].time,
        last: evidence[evidence.len() - 1].time,
        count: evidence.len() as u64,
        entities: vec![
            Entity::new(EntityKind::Ip, "198.51.100.7", Role::Actor),
            Entity::new(EntityKind::Principal, user, Role::Actor),
            Entity::new(EntityKind::Principal, user, Role::Target),
        ],
        evidence,
        credential: Some("AKIAIOSFODNN7EXAMPLE".into()),
        address: Some("198.51.100.7".into()),
        detail: None,
    }
}

fn step(text: &str, effect: Effect, stage: &str, evidence: Vec<Evidence>) -> Step {
    Step {
        start: evidence[0].time,
        end: evidence[evidence.len() - 1].time,
        stage: stage.into(),
        effect,
        techniques: vec!["T1098.001".into()],
        text: text.into(),
        count: evidence.len() as u64,
        entities: vec![(EntityKind::Ip, "198.51.100.7".into())],
        confidence: 0.9,
        evidence,
        caused_by: Vec::new(),
    }
}

fn claim(text: &str, confidence: f64, evidence: &[&Evidence]) -> Claim {
    let evidence = evidence.iter().map(|e| (*e).clone()).collect();
    Claim { text: text.into(), confidence, evidence }
}

fn involved(kind: EntityKind, value: &str, part: Part) -> Involved {
    let (first, last) = (time("14:01:05"), time("15:40:00"));
    Involved { kind, value: value.into(), part, first, last }
}

fn entities() -> Vec<Involved> {
    let mut all = vec![
        involved(EntityKind::Ip, "198.51.100.7", Part::Attacker),
        involved(EntityKind::AccessKey, "AKIAIOSFODNN7EXAMPLE", Part::Used),
        involved(EntityKind::User, "backup-2", Part::Created),
        involved(EntityKind::Account, "111122223333", Part::Affected),
        involved(EntityKind::Region, "eu-west-1", Part::Bystander),
    ];
    for n in 0..9 {
        all.push(involved(EntityKind::Instance, &format!("i-0000000000000000{n}"), Part::Created));
    }
    all
}

fn stop() -> Recommendation {
    let text = "Stop the instances.".into();
    Recommendation {
        id: "stop_instances",
        text,
        targets: Vec::new(),
        tier: "R2",
        why: String::new(),
    }
}

fn gap(first: &Evidence, last: &Evidence) -> Gap {
    let text = "No process records of web-1.".into();
    Gap { text, source: "process".into(), start: first.time, end: last.time }
}

fn incident(cited: &[Evidence]) -> Incident {
    let [denied, denied_again, key, run] = cited else { panic!("four records") };
    let mut run_step =
        step("alice's key started 9 instances.", Effect::Impact, "impact", vec![run.clone()]);
    run_step.caused_by = vec![(2, "the same access key".into())];
    let tried = vec![denied.clone(), denied_again.clone()];
    Incident {
        id: Id::derive("incident", &[b"1"]),
        title: "A stolen access key started instances".into(),
        kind: "resource_hijacking",
        severity: Severity::Critical,
        confidence: 0.96,
        outcome: Effect::Impact,
        first: denied.time,
        last: run.time,
        succeeded_at: Some(key.time),
        impact_at: Some(run.time),
        entry: claim("The key of alice was used from 198.51.100.7.", 0.9, &[denied]),
        root_cause: vec![claim("The key had been public for two days.", 0.7, &[denied, key])],
        entities: entities(),
        techniques: vec!["T1078.004".into(), "T1496".into()],
        steps: vec![
            step("alice's key was refused iam:ListUsers.", Effect::Attempt, "discovery", tried),
            step(
                "alice's key made a key for backup-2.",
                Effect::Success,
                "persistence",
                vec![key.clone()],
            ),
            run_step,
        ],
        impact: vec![Impact {
            kind: "instances_launched",
            value: 9.0,
            low: 9.0,
            high: 12.5,
            unit: "instances",
            text: "9 instances were started.".into(),
            evidence: vec![run.clone()],
        }],
        gaps: vec![gap(denied, run)],
        recommendations: vec![
            Recommendation {
                id: "deactivate_access_key",
                text: "Deactivate the access key.".into(),
                targets: vec![(EntityKind::AccessKey, "AKIAIOSFODNN7EXAMPLE".into())],
                tier: "R1",
                why: "It is in the attacker's hands.".into(),
            },
            stop(),
        ],
        findings: vec![0, 1],
        joins: vec![Join {
            class: "entity",
            text: "The same access key AKIAIOSFODNN7EXAMPLE.".into(),
            confidence: 0.9,
            findings: vec![0, 1],
        }],
    }
}

fn citation(number: usize, raw: &str) -> Citation {
    let uid = (number != 2).then(|| format!("0000-{number}"));
    Citation { number, source: SOURCE, uid, host: None, sha256: "ab".repeat(32), raw: raw.into() }
}

fn tally() -> Tally {
    let cloudtrail = Count {
        files: 2,
        records: 5120,
        events: 5100,
        duplicates: 18,
        rejects: 2,
        first: Some(time("00:00:00")),
        last: Some(time("23:59:58.500")),
    };
    let empty = Count { files: 1, ..Count::default() };
    let reject = Reject::new(Position { line: 1, record: 7 }, "eventTime: not a time", "{\"a\":1}");
    Tally {
        rules: Rules { loaded: 290, failed: 1 },
        bytes: 12_345_678,
        files: 4,
        by_source: [("aws.cloudtrail", cloudtrail), ("aws.vpc_flow", empty)].into(),
        skipped: vec![Skipped { file: "logs/notes.docx".into(), why: "no known log".into() }],
        rejects: vec![(1, reject)],
    }
}

/// One incident of two findings, and a third finding outside of it.
pub fn full() -> Investigation {
    let cited = [
        evidence("14:01:05", 0, 1, 3),
        evidence("14:01:06", 0, 1, 4),
        evidence("14:20:31.250", 0, 1, 40),
        evidence("15:40:00", 1, 52, 51),
    ];
    let alone = evidence("16:00:00", 1, 60, 59);
    let listing = rule("r-1", "Users listed", Severity::Medium, Effect::Attempt);
    let key_made = rule("r-2", "Access key made for another user", Severity::High, Effect::Success);
    let login = rule("r-3", "Console login without MFA", Severity::Low, Effect::Success);
    let raw = r#"{"eventName":"CreateAccessKey","responseElements":{"secretAccessKey":"abc/def"}}"#;
    let citations = (1..).zip([raw; 5]).map(|(number, raw)| citation(number, raw));
    Investigation {
        tally: tally(),
        files: vec!["logs/a.json.gz".into(), "logs/b.json".into()],
        incidents: vec![incident(&cited)],
        findings: vec![
            finding(&listing, "iam:ListUsers", cited[..2].to_vec()),
            finding(&key_made, "iam:CreateAccessKey", vec![cited[2].clone()]),
            finding(&login, "signin:ConsoleLogin", vec![alone.clone()]),
        ],
        evidence: cited.into_iter().chain([alone]).zip(citations).collect(),
        warnings: vec!["rules/x.yml: condition names no selection; the rule is off".into()],
    }
}

/// Records were read, and nothing was found in them.
pub fn calm() -> Investigation {
    let files = vec!["logs/a.json.gz".into(), "logs/b.json".into()];
    Investigation { tally: tally(), files, ..Investigation::default() }
}

/// Every text that a log can bring in, as an attacker would write it.
pub fn hostile() -> Investigation {
    let bad = "=cmd()\u{1b}[2J\u{1b}]0;x\u{7}\r\nE9 all is well\u{202e}lave\u{2066},\"x\"\t\u{0}ﾊ";
    let mut it = full();
    it.files = vec![bad.into(), bad.into()];
    for finding in &mut it.findings {
        finding.action = bad.into();
        finding.address = Some(bad.into());
        finding.credential = Some(bad.into());
        finding.entities = vec![Entity::new(EntityKind::Url, bad, Role::Target)];
    }
    for incident in &mut it.incidents {
        incident.title = bad.into();
        incident.entry.text = bad.into();
        incident.joins[0].text = bad.into();
        incident.root_cause[0].text = bad.into();
        incident.impact[0].text = bad.into();
        incident.recommendations[0].text = bad.into();
        incident.recommendations[0].why = bad.into();
        incident.recommendations[0].targets = vec![(EntityKind::File, bad.into())];
        incident.entities.iter_mut().for_each(|entity| entity.value = bad.into());
        for step in &mut incident.steps {
            step.text = bad.into();
            step.entities = vec![(EntityKind::Url, bad.into())];
            step.caused_by = vec![(1, bad.into())];
        }
    }
    it.tally.skipped = vec![Skipped { file: bad.into(), why: bad.into() }];
    it.tally.rejects = vec![(0, Reject::new(Position::default(), bad, bad))];
    it.warnings = vec![bad.into()];
    it.evidence.values_mut().for_each(|citation| citation.raw = bad.into());
    it
}
