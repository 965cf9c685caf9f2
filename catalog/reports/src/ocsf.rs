//! OCSF 1.5.0, a JSON object a line: an Incident Finding each incident, a Detection Finding each
//! finding.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::finding::Evidence;
use model::seam::About;
use model::seam::report::{Language, Report, Style};
use model::{Effect, EntityKind, Finding, Id, Incident, Investigation, RuleKind, Severity};
use serde_json::{Value, json};

use crate::shape::{Shapes, evidence_uid};
use crate::stix::set;
use crate::{cite, sentence};

const ABOUT: About = About {
    name: "ocsf",
    line: "OCSF Incident Findings and Detection Findings as JSON Lines, for Security Lake and SIEM",
    spec: "https://schema.ocsf.io/1.5.0/classes/incident_finding",
};

const VERSION: &str = "1.5.0";
/// The longest text, in characters.
const TEXT_MAX: usize = 2_000;
/// The longest name, in characters.
const NAME_MAX: usize = 1_000;

/// The format `ocsf`.
pub(crate) struct Ocsf;

impl Report for Ocsf {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let shapes = Shapes::new(investigation, style.language);
        let mut incident_of = BTreeMap::new();
        for it in &investigation.incidents {
            for finding in &it.findings {
                incident_of.entry(*finding).or_insert(it.id);
            }
            let shape = shapes.incident(it);
            line(to, &incident(investigation, it, shape, style.language))?;
        }
        for (at, it) in investigation.findings.iter().enumerate() {
            let of = incident_of.get(&at).copied();
            line(to, &finding(investigation, it, of, style.language))?;
        }
        Ok(())
    }
}

fn line(mut to: &mut dyn Write, row: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut to, row)?;
    writeln!(to)
}

/// What both classes have: class, severity, product, id.
fn head(class: u64, caption: &str, severity: Severity, uid: &str) -> Value {
    let (severity_id, severity) = severity_of(severity);
    json!({
        "class_uid": class, "class_name": caption,
        "category_uid": 2, "category_name": "Findings",
        "activity_id": 1, "activity_name": "Create",
        "type_uid": class * 100 + 1, "type_name": format!("{caption}: Create"),
        "severity_id": severity_id, "severity": severity,
        "status_id": 1, "status": "New",
        "metadata": {
            "version": VERSION,
            "uid": uid,
            "product": {
                "name": "Yagura", "vendor_name": "Yagura", "version": env!("CARGO_PKG_VERSION"),
            },
        },
    })
}

fn incident(
    investigation: &Investigation,
    it: &Incident,
    shape: Value,
    language: Language,
) -> Value {
    let mut event = head(2005, "Incident Finding", it.severity, &it.id.to_string());
    let findings = it.findings.iter().filter_map(|at| investigation.findings.get(*at));
    let mut list: Vec<Value> = findings.map(|it| finding_info(it, language)).collect();
    if list.is_empty() {
        list.push(json!({"uid": it.id.to_string(), "title": text(&it.title)}));
    }
    let observables = it.entities.iter().map(|it| observable(it.kind, &it.value));
    let members = [
        ("time", it.last.ocsf().into()),
        ("start_time", it.first.ocsf().into()),
        ("end_time", it.last.ocsf().into()),
        ("message", text(&it.title)),
        ("desc", text(&it.entry.text)),
        ("confidence_score", ((it.confidence.clamp(0.0, 1.0) * 100.0).round() as i64).into()),
        ("is_suspected_breach", (it.outcome >= Effect::Success).into()),
        // The class wants somebody: nobody has taken it yet.
        ("assignee_group", json!({"name": "unassigned"})),
        ("attacks", attacks(&it.techniques)),
        ("finding_info_list", list.into()),
        ("observables", observables.collect::<Vec<_>>().into()),
        ("unmapped", json!({"incident": shape})),
    ];
    for (name, value) in members {
        put(&mut event, name, value);
    }
    event
}

fn finding(
    investigation: &Investigation,
    it: &Finding,
    incident: Option<Id>,
    language: Language,
) -> Value {
    let mut event = head(2004, "Detection Finding", it.severity(), &it.id.to_string());
    let evidences: Vec<Value> =
        it.evidence.iter().filter_map(|record| evidence(investigation, record)).collect();
    let observables = it.entities.iter().map(|e| observable(e.kind, e.value.as_ref()));
    let members = [
        ("time", it.last.ocsf().into()),
        ("start_time", it.first.ocsf().into()),
        ("end_time", it.last.ocsf().into()),
        ("count", it.count.max(1).into()),
        ("message", text(&sentence::finding(it, language))),
        ("is_alert", (it.severity() >= Severity::Medium).into()),
        ("finding_info", finding_info(it, language)),
        ("evidences", evidences.into()),
        ("observables", observables.collect::<Vec<_>>().into()),
        ("unmapped", json!({"effect": it.effect.word(), "source": it.source})),
    ];
    for (name, value) in members {
        put(&mut event, name, value);
    }
    if let (Some(id), Some(metadata)) = (incident, event.get_mut("metadata")) {
        set(metadata, "correlation_uid", id.to_string().into());
    }
    event
}

/// Sets a member; empty lists are left out.
fn put(event: &mut Value, name: &str, value: Value) {
    if value.as_array().is_none_or(|items| !items.is_empty()) {
        set(event, name, value);
    }
}

fn finding_info(it: &Finding, language: Language) -> Value {
    let rule = &it.rule;
    let (type_id, kind) = match rule.kind {
        RuleKind::Behavior | RuleKind::Correlation => (2, "Behavioral"),
        RuleKind::Indicator => (9, "Exact Data Match"),
        _ => (1, "Rule"),
    };
    let mut info = json!({
        "uid": it.id.to_string(),
        "title": text(rule.title_in(language)),
        "first_seen_time": it.first.ocsf(),
        "last_seen_time": it.last.ocsf(),
        "analytic": {"uid": rule.id, "name": text(&rule.title), "type_id": type_id, "type": kind},
        "data_sources": [it.source],
    });
    if !rule.description.is_empty() {
        put(&mut info, "desc", text(&rule.description));
    }
    put(&mut info, "attacks", attacks(&rule.techniques));
    info
}

/// ATT&CK techniques; `T1098.001` is a sub-technique of `T1098`.
fn attacks(techniques: &[String]) -> Value {
    let all = techniques.iter().map(|id| match id.split_once('.') {
        Some((technique, _)) => {
            json!({"technique": {"uid": technique}, "sub_technique": {"uid": id}})
        }
        None => json!({"technique": {"uid": id}}),
    });
    all.collect::<Vec<_>>().into()
}

/// The record itself, as data.
fn evidence(investigation: &Investigation, record: &Evidence) -> Option<Value> {
    let (_, citation) = cite::cited(investigation, std::slice::from_ref(record)).next()?;
    Some(json!({
        "name": evidence_uid(citation),
        "uid": record.event.to_string(),
        "data": {
            "source": citation.source,
            "place": text(&cite::place(investigation, record)),
            "time": record.time.to_string(),
            "sha256": citation.sha256,
            "raw": model::redact(&citation.raw),
        },
    }))
}

fn observable(kind: EntityKind, value: &str) -> Value {
    let (type_id, name) = match kind {
        EntityKind::Ip if value.parse::<std::net::IpAddr>().is_ok() => (2, "IP Address"),
        EntityKind::Host | EntityKind::Domain => (1, "Hostname"),
        EntityKind::User | EntityKind::Principal => (4, "User Name"),
        EntityKind::Mailbox => (5, "Email Address"),
        EntityKind::Url => (6, "URL String"),
        EntityKind::File => (7, "File Name"),
        EntityKind::Process => (13, "Command Line"),
        EntityKind::AccessKey | EntityKind::Session => (19, "User Credential ID"),
        EntityKind::Ip | EntityKind::Region => (99, kind.word()),
        _ => (10, "Resource UID"),
    };
    json!({"type_id": type_id, "type": name, "value": sentence::safe(value, NAME_MAX)})
}

fn severity_of(severity: Severity) -> (u64, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn text(text: &str) -> Value {
    sentence::safe(text, TEXT_MAX).into()
}
