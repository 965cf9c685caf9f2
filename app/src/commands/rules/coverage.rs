//! `yagura rules coverage`: a layer for the ATT&CK Navigator.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{at, deliver, text_of};
use crate::args::Chosen;
use crate::exit::{DONE, Failure};
use crate::rules;

/// Titles named in the comment of one technique.
const TITLES_MAX: usize = 10;

/// Runs the verb; gives the exit code.
pub fn run(chosen: &Chosen) -> Result<u8, Failure> {
    let loaded = rules::load(&chosen.rules, &sources::all())?;
    let mut by_technique: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for rule in loaded.sigma.rules() {
        for technique in &rule.techniques {
            by_technique.entry(technique.clone()).or_default().push(&rule.title);
        }
    }
    let most = by_technique.values().map(Vec::len).max().unwrap_or(1);
    let techniques: Vec<Value> = by_technique
        .iter()
        .map(|(technique, titles)| {
            let left = titles.len().checked_sub(TITLES_MAX).filter(|left| *left > 0);
            let more = left.map(|left| format!("and {left} more"));
            let some = titles.iter().take(TITLES_MAX).map(|title| (*title).to_owned());
            let comment = some.chain(more).collect::<Vec<_>>().join("\n");
            json!({
                "techniqueID": technique, "score": titles.len(), "comment": comment,
                "enabled": true, "showSubtechniques": technique.contains('.'),
            })
        })
        .collect();
    // The format of layers: https://github.com/mitre-attack/attack-navigator, version 4.5.
    let layer = json!({
        "name": "Yagura rules",
        "versions": {"layer": "4.5", "navigator": "5.1.0"},
        "domain": "enterprise-attack",
        "description": format!("{} rules; the score is the number of rules", loaded.sigma.len()),
        "sorting": 3,
        "hideDisabled": false,
        "techniques": techniques,
        "gradient": {"colors": ["#d6e8ff", "#0b5cad"], "minValue": 1, "maxValue": most.max(2)},
        "showTacticRowBackground": false,
        "selectTechniquesAcrossTactics": true,
    });
    deliver(chosen, "json", &layer, &mut text)?;
    Ok(DONE)
}

fn text(layer: &Value, to: &mut dyn Write) -> io::Result<()> {
    let techniques = at(layer, "techniques").as_array().into_iter().flatten();
    let mut count = 0;
    for technique in techniques {
        count += 1;
        let titles = text_of(at(technique, "comment")).replace("\\u{a}", "; ").replace('\n', "; ");
        writeln!(
            to,
            "{:<10} {:>4}  {titles}",
            text_of(at(technique, "techniqueID")),
            at(technique, "score")
        )?;
    }
    writeln!(to, "{count} techniques; {}", text_of(at(layer, "description")))
}
