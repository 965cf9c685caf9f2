//! `yagura rules list`: what there is.

use std::io::{self, Write};

use serde_json::{Value, json};
use sigma::{LogSource, Meta};

use super::{at, deliver, text_of};
use crate::args::Chosen;
use crate::exit::{DONE, Failure};
use crate::rules;

/// Runs the verb; gives the exit code.
pub fn run(chosen: &Chosen) -> Result<u8, Failure> {
    let loaded = rules::load(&chosen.rules, &sources::all())?;
    let ruleset = loaded.sigma.ruleset();
    let metas = ruleset.rules().chain(ruleset.correlations().rules());
    let list: Vec<Value> = loaded
        .sigma
        .rules()
        .zip(metas)
        .map(|(rule, meta)| {
            json!({
                "id": rule.id, "title": rule.title, "kind": rule.kind.word(),
                "level": rule.severity.word(), "effect": rule.effect.word(),
                "tactics": rule.tactics, "techniques": rule.techniques,
                "logsource": source(&meta.log_source), "file": meta.file,
            })
        })
        .collect();
    let answer = json!({
        "schema": "yagura.rules/1", "loaded": list.len(), "not_loaded": loaded.broken(),
        "problems": loaded.problems.len(), "rules": list,
    });
    deliver(chosen, "text", &answer, &mut text)?;
    Ok(DONE)
}

/// A log source's keys.
fn source(of: &LogSource) -> Value {
    json!({"product": of.product, "service": of.service, "category": of.category})
}

fn text(answer: &Value, to: &mut dyn Write) -> io::Result<()> {
    for rule in at(answer, "rules").as_array().into_iter().flatten() {
        let part = |key: &str| text_of(at(rule, key));
        writeln!(to, "{:<13} {}", part("level"), part("title"))?;
        let techniques = at(rule, "techniques").as_array().into_iter().flatten();
        let techniques: Vec<String> = techniques.map(text_of).collect();
        let techniques = techniques.join(" ");
        writeln!(to, "{:<13} {}  {}  {techniques}", "", part("file"), part("id"))?;
    }
    let number = |key: &str| text_of(at(answer, key));
    let (loaded, broken) = (number("loaded"), number("not_loaded"));
    writeln!(to, "\n{loaded} rules; {broken} did not load (`yagura rules lint` says why).")
}

/// What else a rule should say, by the specification and by this house.
pub fn wanting(meta: &Meta) -> Vec<(&'static str, &'static str)> {
    let mut out = Vec::new();
    if meta.id.is_none() {
        out.push(("has no id", "Give it a UUID (uuidgen), and keep it when the rule changes."));
    }
    if meta.level.is_none() {
        out.push(("has no level", "Say what a person should do: critical, high, medium, low."));
    }
    if meta.description.trim().is_empty() {
        out.push(("has no description", "Say in two sentences what it means that this was seen."));
    }
    if !meta.tags.iter().any(|tag| tag.starts_with("attack.")) {
        out.push(("has no ATT&CK tag", "Tag the tactic and the technique (attack.t1098)."));
    }
    let odd = |tag: &String| !tag.contains('.') || tag.contains(char::is_whitespace);
    if meta.tags.iter().any(odd) {
        out.push(("has a tag without a namespace", "Write tags as namespace.name."));
    }
    out
}
