//! A layer for the ATT&CK Navigator: the techniques of the incidents, by how far each came.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::seam::About;
use model::seam::report::{Report, Style};
use model::{Effect, Investigation};
use serde_json::{Value, json};

use crate::sentence;

const ABOUT: About = About {
    name: "navigator",
    line: "a layer of the incidents' techniques for the ATT&CK Navigator",
    spec: "https://github.com/mitre-attack/attack-navigator/blob/master/layers/LAYERFORMATv4_5.md",
};

/// Sentences in the comment of one technique.
const SENTENCES_MAX: usize = 10;
/// The longest sentence, in characters.
const SENTENCE_MAX: usize = 300;
/// Attempt, success, impact.
const COLOURS: [&str; 3] = ["#d6e8ff", "#ffb347", "#d62728"];

/// The format `navigator`.
pub(crate) struct Navigator;

/// What is said of one technique.
#[derive(Default)]
struct Seen<'i> {
    effect: Option<Effect>,
    said: Vec<&'i str>,
}

impl Report for Navigator {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// A layer has no room for records.
    fn shows_evidence(&self) -> bool {
        false
    }

    fn write(
        &self,
        investigation: &Investigation,
        _: Style,
        mut to: &mut dyn Write,
    ) -> io::Result<()> {
        let techniques: Vec<Value> =
            seen(investigation).iter().map(|(id, seen)| technique(id, seen)).collect();
        let [attempt, success, impact] = COLOURS;
        let layer = json!({
            "name": "Yagura investigation",
            "versions": {"layer": "4.5", "navigator": "5.1.0"},
            "domain": "enterprise-attack",
            "description": format!(
                "{}; score 1 attempt, 2 success, 3 impact",
                sentence::plural(investigation.incidents.len() as u64, "incident")
            ),
            "sorting": 3,
            "hideDisabled": false,
            "techniques": techniques,
            "gradient": {"colors": COLOURS, "minValue": 1, "maxValue": 3},
            "legendItems": [
                {"label": "attempt", "color": attempt},
                {"label": "success", "color": success},
                {"label": "impact", "color": impact},
            ],
            "showTacticRowBackground": false,
            "selectTechniquesAcrossTactics": true,
        });
        serde_json::to_writer_pretty(&mut to, &layer)?;
        writeln!(to)
    }
}

fn seen(investigation: &Investigation) -> BTreeMap<&str, Seen<'_>> {
    let mut all: BTreeMap<&str, Seen> = BTreeMap::new();
    for incident in &investigation.incidents {
        for step in &incident.steps {
            for id in &step.techniques {
                let seen = all.entry(id).or_default();
                seen.effect = seen.effect.max(Some(step.effect));
                seen.said.push(&step.text);
            }
        }
        for id in &incident.techniques {
            let seen = all.entry(id).or_default();
            if seen.said.is_empty() {
                seen.said.push(&incident.title);
            }
        }
    }
    all
}

/// One technique. Without a step that shows it there is no score.
fn technique(id: &str, seen: &Seen) -> Value {
    let some = seen.said.iter().take(SENTENCES_MAX);
    let mut said: Vec<String> = some.map(|text| sentence::safe(text, SENTENCE_MAX)).collect();
    let left = seen.said.len() - said.len();
    if left > 0 {
        said.push(format!("and {left} more"));
    }
    let mut shown = json!({
        "techniqueID": id, "comment": said.join("\n"),
        "enabled": true, "showSubtechniques": id.contains('.'),
    });
    if let (Some(effect), Some(members)) = (seen.effect, shown.as_object_mut()) {
        let score = match effect {
            Effect::Attempt => 1,
            Effect::Success => 2,
            Effect::Impact => 3,
        };
        members.insert("score".into(), score.into());
    }
    shown
}
