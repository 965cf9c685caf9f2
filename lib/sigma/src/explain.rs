//! Why a rule matches an event, or does not: detection by detection, line by line.

use crate::cache::{Cache, Kind};
use crate::condition::{NodeId, Scene};
use crate::fields::{FieldId, Fields};
use crate::item::name_of;
use crate::matcher::Matcher;
use crate::ruleset::RuleIndex;

/// Values shown of one field.
const VALUES_MAX: usize = 8;
/// Characters shown of one value.
const VALUE_MAX: usize = 200;

/// A detection as it was compiled, for explaining.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub name: String,
    pub node: NodeId,
    pub lines: Vec<Line>,
}

/// A line of a detection.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub text: String,
    pub field: FieldId,
    pub node: NodeId,
}

/// Why a rule matches an event, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Whether it matches.
    pub matches: bool,
    /// Its conditions, as written; any of them will do.
    pub conditions: Vec<String>,
    /// Its detections in order of their names; those of filters come last.
    pub detections: Vec<Detected>,
}

/// A detection and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// Its name.
    pub name: String,
    /// Whether it holds.
    pub holds: bool,
    /// Its lines, as far as it has any of its own.
    pub lines: Vec<Asked>,
}

/// A line of a detection, and what the event has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The line as the rule has it.
    pub text: String,
    /// Whether it holds.
    pub holds: bool,
    /// The field's values in the event, cut short; nothing where it is missing, and nothing for
    /// keywords, which search the whole record.
    pub values: Vec<String>,
}

impl Matcher<'_> {
    /// Says why a rule matches an event, or does not. Its log source is not asked.
    pub fn explain(&mut self, rule: RuleIndex, fields: &dyn Fields) -> Option<Explained> {
        let (ruleset, cache, memo) = self.parts();
        cache.next_event();
        memo.next_event();
        let (root, conditions, parts) = ruleset.anatomy(rule)?;
        let (graph, names) = (ruleset.graph(), ruleset.names());
        let mut scene = Scene { graph, memo, cache, names, fields };
        let matches = scene.holds(root);
        let mut detections = Vec::new();
        for part in parts {
            let mut lines = Vec::new();
            for line in &part.lines {
                let holds = scene.holds(line.node);
                scene.cache.load(line.field, name_of(names, line.field), fields);
                let values = values(scene.cache, line.field);
                lines.push(Asked { text: line.text.clone(), holds, values });
            }
            let holds = scene.holds(part.node);
            detections.push(Detected { name: part.name.clone(), holds, lines });
        }
        Some(Explained { matches, conditions: conditions.to_vec(), detections })
    }
}

fn values(cache: &Cache, field: FieldId) -> Vec<String> {
    if field == FieldId::KEYWORDS {
        return Vec::new();
    }
    let text = |seen: crate::cache::Seen<'_>| match seen.kind {
        Kind::Null => "null".to_owned(),
        _ => seen.raw.chars().take(VALUE_MAX).collect(),
    };
    cache.values(field).take(VALUES_MAX).map(text).collect()
}
