//! JSON Lines: the parts of `yagura.investigation/1`, one a line, each with its `type`.

use std::io::{self, Write};

use model::Investigation;
use model::seam::About;
use model::seam::report::{Report, Style};
use serde_json::{Map, Value, json};

use crate::shape::{SCHEMA, Shapes, evidence_uid};

const ABOUT: About = About {
    name: "jsonl",
    line: "one JSON object a line, for pipes and log stores",
    spec: "https://jsonlines.org/",
};

/// The format `jsonl`.
pub(crate) struct Jsonl;

impl Report for Jsonl {
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
        line(to, json!({"type": "tally", "schema": SCHEMA}), shapes.tally())?;
        for incident in &investigation.incidents {
            line(to, json!({"type": "incident"}), shapes.incident(incident))?;
        }
        for (at, finding) in investigation.findings.iter().enumerate() {
            line(to, json!({"type": "finding"}), shapes.finding(at, finding))?;
        }
        for (evidence, citation) in &investigation.evidence {
            let head = json!({"type": "evidence", "id": evidence_uid(citation)});
            line(to, head, shapes.evidence(evidence, citation))?;
        }
        for warning in shapes.warnings() {
            line(to, json!({"type": "warning", "text": warning}), Value::Null)?;
        }
        Ok(())
    }
}

/// Writes the members of both objects as one.
fn line(mut to: &mut dyn Write, head: Value, body: Value) -> io::Result<()> {
    let mut members = Map::new();
    for part in [head, body] {
        if let Value::Object(part) = part {
            members.extend(part);
        }
    }
    serde_json::to_writer(&mut to, &members)?;
    writeln!(to)
}
