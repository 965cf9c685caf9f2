//! An Attack Flow: the steps of the incidents as actions, and which of them led to which.
//!
//! Follows the STIX 2.1 extension Attack Flow 2.0.0: a bundle has exactly one flow, so that
//! several incidents are starting points of one.

use std::collections::BTreeSet;
use std::io::{self, Write};

use model::seam::About;
use model::seam::report::{Language, Report, Style};
use model::{Incident, Investigation, Step};
use serde_json::{Value, json};

use crate::sentence;
use crate::stix::{Bundle, ORIGIN, Thing, millis, set, technique, text, thing};

const ABOUT: About = About {
    name: "attack-flow",
    line: "the steps and what led to what, for the Attack Flow Builder",
    spec: "https://center-for-threat-informed-defense.github.io/attack-flow/language/",
};

/// The extension, as its makers published it.
const EXTENSION: &str = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4";
const MAKERS: &str = "identity--fb9c968a-745b-4ade-9b25-c324172197f4";
const MADE: &str = "2022-08-02T19:34:35.143Z";
const SCHEMA: &str = "https://center-for-threat-informed-defense.github.io/attack-flow/stix/\
                      attack-flow-schema-2.0.0.json";

/// The format `attack-flow`.
pub(crate) struct AttackFlow;

impl Report for AttackFlow {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// A flow has no room for records.
    fn shows_evidence(&self) -> bool {
        false
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let lang = match style.language {
            Language::English => "en",
            Language::Japanese => "ja",
        };
        let mut bundle = Bundle::new(lang);
        extension(&mut bundle);
        let mut starts = Vec::new();
        for incident in &investigation.incidents {
            starts.extend(actions(&mut bundle, incident));
        }
        if starts.is_empty() {
            let own = json!({"description": "No incident was found."});
            starts.push(add(&mut bundle, "attack-condition", &["none"], ORIGIN, own));
        }
        flow(&mut bundle, investigation, &starts);
        bundle.write(to)
    }
}

fn extension(bundle: &mut Bundle) {
    bundle.put(json!({
        "type": "identity", "spec_version": "2.1", "id": MAKERS, "created_by_ref": MAKERS,
        "created": MADE, "modified": MADE,
        "name": "MITRE Center for Threat-Informed Defense", "identity_class": "organization",
    }));
    bundle.put(json!({
        "type": "extension-definition", "spec_version": "2.1", "id": EXTENSION,
        "created_by_ref": MAKERS, "created": MADE, "modified": MADE, "name": "Attack Flow",
        "description": "Extends STIX 2.1 with features to create Attack Flows.",
        "schema": SCHEMA, "version": "2.0.0", "extension_types": ["new-sdo"],
    }));
}

/// Adds an object that the extension defines.
fn add(bundle: &mut Bundle, kind: &str, parts: &[&str], made: &str, mut own: Value) -> String {
    set(&mut own, "extensions", json!({EXTENSION: {"extension_type": "new-sdo"}}));
    bundle.add(kind, parts, made, own)
}

fn flow(bundle: &mut Bundle, investigation: &Investigation, starts: &[String]) {
    let incidents = &investigation.incidents;
    let name = match incidents.as_slice() {
        [one] => text(&one.title),
        all => sentence::plural(all.len() as u64, "incident"),
    };
    let titles: Vec<&str> = incidents.iter().map(|it| it.title.as_str()).collect();
    let last = incidents.iter().map(|it| it.last.closing()).max();
    let made = last.map_or_else(|| ORIGIN.to_owned(), millis);
    let parts: Vec<String> = incidents.iter().map(|it| it.id.to_string()).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let mut own = json!({"name": name, "scope": "incident", "start_refs": starts});
    if !titles.is_empty() {
        set(&mut own, "description", text(&titles.join("\n")).into());
    }
    add(bundle, "attack-flow", &parts, &made, own);
}

/// Adds the actions of an incident; gives those that nothing led to.
fn actions(bundle: &mut Bundle, incident: &Incident) -> Vec<String> {
    let uid = incident.id.to_string();
    let made = millis(incident.last.closing());
    let ids: Vec<String> = (1..=incident.steps.len())
        .map(|n| crate::stix::id("attack-action", &[&uid, &n.to_string()]))
        .collect();
    let mut starts = Vec::new();
    for (at, step) in incident.steps.iter().enumerate() {
        let effects: BTreeSet<&String> = incident
            .steps
            .iter()
            .zip(&ids)
            .filter(|(later, _)| later.caused_by.iter().any(|(n, _)| *n == at + 1))
            .map(|(_, id)| id)
            .collect();
        let mut own = action(bundle, step);
        if !effects.is_empty() {
            set(&mut own, "effect_refs", json!(effects));
        }
        let assets = assets(bundle, step, &made);
        if !assets.is_empty() {
            set(&mut own, "asset_refs", json!(assets));
        }
        let id = add(bundle, "attack-action", &[&uid, &(at + 1).to_string()], &made, own);
        if !step.caused_by.iter().any(|(n, _)| (1..=ids.len()).contains(n)) {
            starts.push(id);
        }
    }
    starts
}

fn action(bundle: &mut Bundle, step: &Step) -> Value {
    let mut own = json!({
        "name": step.techniques.first().unwrap_or(&step.stage),
        "tactic_id": step.stage,
        "description": text(&step.text),
        "execution_start": millis(step.start),
        "execution_end": millis(step.end.closing()),
        "confidence": (step.confidence.clamp(0.0, 1.0) * 100.0).round() as i64,
        "labels": [step.effect.word()],
    });
    if let Some(first) = step.techniques.first() {
        let pattern = technique(bundle, first);
        set(&mut own, "technique_id", first.as_str().into());
        set(&mut own, "technique_ref", pattern.into());
    }
    own
}

fn assets(bundle: &mut Bundle, step: &Step, made: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (kind, value) in &step.entities {
        let Some(it) = thing(bundle, *kind, value) else { continue };
        let own = json!({
            "name": text(value), "description": kind.word(), "object_ref": Thing::id(&it),
        });
        all.insert(add(bundle, "attack-asset", &[kind.word(), value, made], made, own));
    }
    all
}
