//! One JSON document of the shape `yagura.investigation/1`.

use std::io::{self, Write};

use model::Investigation;
use model::seam::About;
use model::seam::report::{Report, Style};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::shape::{SCHEMA, Shapes, evidence_uid};

const ABOUT: About = About {
    name: "json",
    line: "one JSON document, for programs",
    spec: "docs/schema/investigation.schema.json",
};

/// The format `json`.
pub(crate) struct Json;

impl Report for Json {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        mut to: &mut dyn Write,
    ) -> io::Result<()> {
        let shapes = Shapes::new(investigation, style.language);
        serde_json::to_writer_pretty(&mut to, &Document(&shapes))?;
        writeln!(to)
    }
}

/// The whole, made part by part while it is written.
struct Document<'s>(&'s Shapes<'s>);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("tally", &self.0.tally())?;
        map.serialize_entry("incidents", &Incidents(self.0))?;
        map.serialize_entry("findings", &Findings(self.0))?;
        map.serialize_entry("evidence", &Evidence(self.0))?;
        map.serialize_entry("warnings", &self.0.warnings())?;
        map.end()
    }
}

struct Incidents<'s>(&'s Shapes<'s>);

impl Serialize for Incidents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.investigation.incidents.iter().map(|i| self.0.incident(i)))
    }
}

struct Findings<'s>(&'s Shapes<'s>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let findings = self.0.investigation.findings.iter().enumerate();
        serializer.collect_seq(findings.map(|(at, finding)| self.0.finding(at, finding)))
    }
}

struct Evidence<'s>(&'s Shapes<'s>);

impl Serialize for Evidence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = self.0.investigation.evidence.iter();
        serializer.collect_map(
            records.map(|(at, cited)| (evidence_uid(cited), self.0.evidence(at, cited))),
        )
    }
}
