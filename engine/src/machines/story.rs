//! The steps of what an intruder's machines did in the network.

use std::collections::BTreeSet;

use model::finding::Evidence;
use model::incident::{Impact, Involved, Part, Recommendation};
use model::seam::report::Language;
use model::{Effect, EntityKind, Step, Time};

use super::Contact;
use crate::trail::{Chapter, Claims, Piece, clean, list, say};

/// Machines named in a step.
const NAMED_MAX: usize = 32;

/// The story of whom an incident's machines spoke to; `None` if to nobody worth telling.
pub(crate) fn chapter(contacts: &[Contact], language: Language) -> Option<Chapter> {
    let (downloads, others): (Vec<&Contact>, Vec<&Contact>) =
        contacts.iter().partition(|contact| contact.is_download());
    let mut pieces: Vec<Piece> = Vec::new();
    pieces.extend(fetched(&downloads, language));
    pieces.extend(others.iter().filter_map(|contact| piece(contact, language)));
    if pieces.is_empty() {
        return None;
    }
    let events = pieces.iter().flat_map(|p| &p.step.evidence).map(|e| e.event).collect();
    let claims = Claims {
        entry: None,
        causes: Vec::new(),
        entities: others.iter().flat_map(|contact| entities(contact)).collect(),
        impact: uploaded(&others, language).into_iter().collect(),
        gaps: Vec::new(),
        advice: advice(&others, language).into_iter().collect(),
        succeeded_at: None,
    };
    let why = say(
        language,
        "a machine that this step started".into(),
        "このステップで起動したインスタンス".into(),
    );
    let covers = others.iter().flat_map(|contact| contact.events.iter().copied()).collect();
    Some(Chapter { pieces, claims, events, ran: Vec::new(), why, covers, host: false })
}

fn entities(contact: &Contact) -> Vec<Involved> {
    let [first, last] = times(contact);
    let name = contact.name.iter().map(|name| (EntityKind::Domain, name.clone()));
    let all = std::iter::once((EntityKind::Ip, contact.address.clone())).chain(name);
    let part = Part::Used;
    all.map(|(kind, value)| Involved { kind, value, part, first, last }).collect()
}

/// What left by uploads.
fn uploaded(contacts: &[&Contact], language: Language) -> Option<Impact> {
    let uploads = || contacts.iter().filter(|contact| contact.is_upload());
    let sent = uploads().map(|contact| contact.sent).fold(0, i64::saturating_add);
    let size = (sent > 0).then(|| bytes(sent))?;
    let whom = list(language, uploads().map(|contact| contact.address.as_str()));
    let text = say(
        language,
        format!("{size} left the intruder's machines for {whom} (flow records)."),
        format!("侵入者のインスタンスから {whom} へ {size} が送信された（フローログ）。"),
    );
    let evidence = uploads().flat_map(|contact| contact.evidence.iter().take(2).cloned());
    let (value, evidence) = (sent as f64, evidence.collect());
    Some(Impact {
        kind: "bytes_out",
        value,
        low: value,
        high: value,
        unit: "bytes",
        text,
        evidence,
    })
}

/// Whom no machine should speak to.
fn advice(contacts: &[&Contact], language: Language) -> Option<Recommendation> {
    let bad = contacts.iter().filter(|contact| contact.is_steady() || contact.is_upload());
    let targets: BTreeSet<(EntityKind, String)> = bad
        .flat_map(|contact| {
            let name = contact.name.iter().map(|name| (EntityKind::Domain, name.clone()));
            name.chain([(EntityKind::Ip, contact.address.clone())])
        })
        .collect();
    let text = say(
        language,
        "Block what the intruder's machines spoke to, outbound, for the whole network.".into(),
        "侵入者のインスタンスの通信先を、ネットワーク全体で送信方向に遮断する。".into(),
    );
    let why = say(
        language,
        "Other machines may be told to speak to it too.".into(),
        "他のインスタンスからも接続される可能性があるため。".into(),
    );
    let targets: Vec<_> = targets.into_iter().collect();
    let id = "block_outbound";
    (!targets.is_empty()).then_some(Recommendation { id, text, targets, tier: "R2", why })
}

/// Downloads are told together: a new machine fetches its programs from many places.
fn fetched(downloads: &[&Contact], language: Language) -> Option<Piece> {
    let name = |contact: &&Contact| match &contact.name {
        Some(name) => (EntityKind::Domain, name.clone()),
        None => (EntityKind::Ip, contact.address.clone()),
    };
    let whom: BTreeSet<(EntityKind, String)> = downloads.iter().map(name).collect();
    let machines: BTreeSet<&String> = downloads.iter().flat_map(|c| &c.machines).collect();
    let received: i64 = downloads.iter().map(|c| c.received).fold(0, i64::saturating_add);
    let mut evidence: Vec<_> = downloads.iter().flat_map(|c| c.evidence.clone()).collect();
    evidence.sort();
    let names = list(language, whom.iter().map(|(_, name)| name.as_str()));
    let (count, received) = (machines.len(), bytes(received));
    let text = say(
        language,
        format!(
            "{count} of the machines that the intruder started fetched {received} from {names}."
        ),
        format!("侵入者が起動したインスタンス {count} 台が {names} から {received} を取得した。"),
    );
    let plain = Plain { stage: "command-and-control", technique: "T1105", sure: 0.7 };
    let flows = downloads.iter().map(|c| c.flows).sum();
    let span =
        (downloads.iter().map(|c| c.span.0).min()?, downloads.iter().map(|c| c.span.1).max()?);
    let mut entities: Vec<_> = whom.into_iter().collect();
    entities.extend(machines.into_iter().take(NAMED_MAX).map(|name| machine(name)));
    step(text, evidence, (flows, span), (Effect::Success, &plain), entities)
}

fn bytes(number: i64) -> String {
    crate::damage::size(number.unsigned_abs())
}

fn times(contact: &Contact) -> [Time; 2] {
    [contact.span.0, contact.span.1].map(|nanos| Time::seconds(nanos.div_euclid(1_000_000_000)))
}

fn piece(contact: &Contact, language: Language) -> Option<Piece> {
    let (machines, flows) = (contact.machines.len(), contact.flows);
    let whom = match &contact.name {
        Some(name) => format!("{} ({})", clean(name), clean(&contact.address)),
        None => clean(&contact.address),
    };
    let port = contact.port.map(|port| format!(":{port}")).unwrap_or_default();
    let (sent, received) = (bytes(contact.sent), bytes(contact.received));
    let steady = contact.is_steady();
    let english = if steady {
        ", steadily and in small pieces both ways, as miners speak to their pool"
    } else {
        ""
    };
    let japanese = if steady {
        "少量の双方向通信が継続しており、マイニングプールとの通信の特徴と一致する。"
    } else {
        ""
    };
    let text = say(
        language,
        format!(
            "{machines} of the machines that the intruder started spoke to {whom}{port}, and no \
             other machine did{english}: {flows} flows, {sent} sent, {received} received."
        ),
        format!(
            "侵入者が起動したインスタンス {machines} 台だけが {whom}{port} と通信した（{flows} フロー、\
             送信 {sent}、受信 {received}）。{japanese}"
        ),
    );
    let (stage, technique, effect) = if steady {
        ("impact", "T1496.001", Effect::Impact)
    } else if contact.is_upload() {
        ("exfiltration", "T1048", Effect::Impact)
    } else {
        ("command-and-control", "T1071", Effect::Success)
    };
    let plain = Plain { stage, technique, sure: if steady { 0.9 } else { 0.7 } };
    let mut entities: Vec<(EntityKind, String)> = vec![(EntityKind::Ip, contact.address.clone())];
    entities.extend(contact.name.iter().map(|name| (EntityKind::Domain, name.clone())));
    entities.extend(contact.machines.iter().take(NAMED_MAX).map(|name| machine(name)));
    let evidence = contact.evidence.clone();
    step(text, evidence, (flows, contact.span), (effect, &plain), entities)
}

/// A flow's record names an interface, or else an instance.
fn machine(name: &str) -> (EntityKind, String) {
    let kind = if name.starts_with("eni-") { EntityKind::Eni } else { EntityKind::Instance };
    (kind, name.to_owned())
}

/// What a step is of.
struct Plain {
    stage: &'static str,
    technique: &'static str,
    sure: f64,
}

fn step(
    text: String,
    evidence: Vec<Evidence>,
    (count, (_, last)): (u64, (i64, i64)),
    (effect, plain): (Effect, &Plain),
    entities: Vec<(EntityKind, String)>,
) -> Option<Piece> {
    let start = evidence.iter().map(|e| e.time).min()?;
    let step = Step {
        start,
        end: Time::seconds(last.div_euclid(1_000_000_000)).max(start),
        stage: plain.stage.into(),
        effect,
        techniques: vec![plain.technique.into()],
        text,
        count,
        entities,
        confidence: plain.sure,
        evidence: evidence.into_iter().take(super::EVIDENCE_MAX).collect(),
        caused_by: Vec::new(),
    };
    Some(Piece { step, cause: None })
}
