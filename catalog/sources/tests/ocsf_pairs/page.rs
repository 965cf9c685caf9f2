//! The measured agreement as a table for people, and the page that states it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::compare::{ATTRIBUTES, Difference, Score};

const OPENS: &str = "<!-- measured: UPDATE=1 cargo test -p sources --test ocsf_pairs -->\n";
const CLOSES: &str = "<!-- end of what is measured -->";

/// The counts by attribute and by kind of log.
pub fn table(score: &Score) -> String {
    let mut text = String::from("| attribute | leaves agree | of |\n| --- | --- | --- |\n");
    let by_attribute = ATTRIBUTES.iter().filter_map(|a| Some((*a, score.by_attribute.get(a)?)));
    let mut total = [0, 0];
    for (name, [agree, of]) in by_attribute {
        let _ = writeln!(text, "| `{name}` | {agree} | {of} |");
        total = [total[0] + agree, total[1] + of];
    }
    let _ = writeln!(text, "| all | {} | {} |\n", total[0], total[1]);
    text.push_str("| kind | leaves agree | of |\n| --- | --- | --- |\n");
    for (name, [agree, of]) in &score.by_source {
        let _ = writeln!(text, "| `{name}` | {agree} | {of} |");
    }
    text
}

/// Holds the page to what is measured; `UPDATE=1` writes it anew.
pub fn hold<'r>(score: &Score, unread: &[String], reason: &dyn Fn(&Difference) -> Option<&'r str>) {
    let mut text = table(score);
    text.push_str("\nWhat differs, and why:\n\n");
    let mut whys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for difference in &score.differences {
        let why = reason(difference).unwrap_or("no reason is known");
        let place = format!("`{}` of {}", difference.path, difference.pair);
        let places = whys.entry(why).or_default();
        if !places.contains(&place) {
            places.push(place);
        }
    }
    for (why, places) in whys {
        let _ = writeln!(text, "- {why}: {}.", places.join(", "));
    }
    if !unread.is_empty() {
        let _ = writeln!(text, "\nOf no kind that we read: {}.", unread.join(", "));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ocsf.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(OPENS).unwrap();
    let (known, tail) = rest.split_once(CLOSES).unwrap();
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, format!("{head}{OPENS}\n{text}\n{CLOSES}{tail}")).unwrap();
        return;
    }
    assert_eq!(known.trim(), text.trim(), "docs/ocsf.md states something else: UPDATE=1");
}
