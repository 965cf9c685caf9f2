//! Public incidents that ship with the program: shapes in few words, marked as external.

use std::sync::OnceLock;

use model::case::Kept;
use serde_json::{Value, json};

use super::{Index, because};

const SHIPPED: &str = include_str!("public.toml");

/// A public incident that is like one of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Public {
    /// What it is called here.
    pub name: String,
    /// Who published the facts.
    pub told: String,
    /// How alike, from 0 to 1.
    pub score: f64,
    /// Why, a sentence each.
    pub because: Vec<String>,
}

struct Known {
    shapes: Vec<(String, String, String, Kept)>,
    index: Index,
}

/// The public incidents most like one, best first.
pub fn public(seen: &Kept, most: usize) -> Vec<Public> {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let shapes = shipped();
        let mut index = Index::new(shapes.iter().map(|(_, _, _, kept)| (kept, "")));
        index.is_sketchy = true;
        Known { shapes, index }
    });
    let hits = known.index.search(seen, "", None, most).into_iter();
    let told = hits.filter_map(|hit| {
        let (name, told, fixed, kept) = known.shapes.get(hit.at)?;
        let mut because = because::because(seen, kept, &hit.shared);
        because.push(format!("fixed by {fixed}"));
        Some(Public { name: name.clone(), told: told.clone(), score: hit.score, because })
    });
    told.collect()
}

/// Name, publisher, what fixed it, shape.
fn shipped() -> Vec<(String, String, String, Kept)> {
    let whole: toml::Table = SHIPPED.parse().unwrap_or_default();
    let all = whole.get("incident").and_then(toml::Value::as_array);
    let read = |one: &toml::Value| {
        let text = |key: &str| Some(one.get(key)?.as_str()?.to_owned());
        Some((text("name")?, text("told")?, text("fixed")?, shape(one, &text("kind")?)?))
    };
    all.into_iter().flatten().filter_map(read).collect()
}

fn shape(one: &toml::Value, kind: &str) -> Option<Kept> {
    let mut steps: Vec<Value> = Vec::new();
    let (mut things, mut techniques) = (Vec::new(), Vec::new());
    for step in one.get("steps")?.as_array()? {
        let words: Vec<&str> = step.as_array()?.iter().filter_map(toml::Value::as_str).collect();
        let [stage, technique, effect, thing, text] = words.as_slice() else { return None };
        let n = steps.len() + 1;
        steps.push(json!({"n": n, "stage": stage, "effect": effect, "techniques": [technique],
            "text": text}));
        things.push(json!({"type": thing, "role": "affected", "value": ""}));
        techniques.push(*technique);
    }
    Some(Kept::bare(json!({"title": "", "kind": kind, "steps": steps, "entities": things,
        "techniques": techniques})))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_shipped_incident_is_read_and_finds_itself() {
        let all = super::shipped();
        assert_eq!(all.len(), super::SHIPPED.matches("[[incident]]").count());
        for (name, _, _, kept) in &all {
            let found = super::public(kept, 3);
            assert_eq!(found.first().map(|one| &one.name), Some(name));
        }
    }
}
