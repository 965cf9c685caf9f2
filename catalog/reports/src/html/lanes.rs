//! The swim lanes: a row for each stage, a dot for each step, from left to right in time.

use std::fmt::Write as _;

use model::incident::Incident;

use super::words::Words;
use super::{NAME_MAX, clock, text};

/// Stages in the order in which an attack goes through them (ATT&CK's tactics).
const STAGES: &[&str] = &[
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];
/// Steps drawn.
const DOTS_MAX: usize = 1_000;
const LEFT: f64 = 170.0;
const RIGHT: f64 = 860.0;
const ROW: f64 = 30.0;

/// The lanes of an incident.
pub(super) fn svg(name: &str, incident: &Incident, words: &Words) -> String {
    let mut lanes: Vec<&str> = incident.steps.iter().map(|step| step.stage.as_str()).collect();
    let order = |lane: &str| STAGES.iter().position(|stage| *stage == lane).unwrap_or(99);
    lanes.sort_by_key(|lane| (order(lane), *lane));
    lanes.dedup();
    let height = ROW * lanes.len() as f64 + 30.0;
    let mut out = format!(
        "<div class=\"lanes\"><svg viewBox=\"0 0 880 {height}\" role=\"group\" \
         aria-label=\"timeline\">"
    );
    for (row, lane) in lanes.iter().enumerate() {
        let y = ROW * row as f64 + 20.0;
        let stage = text(&words.stage(lane), NAME_MAX);
        let _ = write!(
            out,
            "<text x=\"6\" y=\"{}\">{stage}</text><line class=\"rule\" x1=\"{LEFT}\" y1=\"{y}\" \
             x2=\"{RIGHT}\" y2=\"{y}\"/>",
            y + 4.0
        );
    }
    // Evenly by order: bursts of seconds and pauses of hours are both to be seen.
    let shown = incident.steps.len().min(DOTS_MAX);
    let gap = (RIGHT - LEFT - 20.0) / (shown.max(2) - 1) as f64;
    for (n, step) in incident.steps.iter().enumerate().take(shown) {
        let row = lanes.iter().position(|lane| *lane == step.stage).unwrap_or(0);
        let (x, y) = (LEFT + 10.0 + gap * n as f64, ROW * row as f64 + 20.0);
        let (word, when) = (step.effect.word(), clock(step.start));
        let said = text(&step.text, NAME_MAX);
        let _ = write!(
            out,
            "<a href=\"#{name}s{0}\"><circle class=\"{word}\" cx=\"{x:.1}\" cy=\"{y}\" r=\"6\">\
             <title>{0}. {when} {said}</title></circle></a>",
            n + 1
        );
    }
    let y = height - 6.0;
    let (first, last) = (clock(incident.first), clock(incident.last));
    let _ = write!(
        out,
        "<text x=\"{LEFT}\" y=\"{y}\">{first}</text><text x=\"{RIGHT}\" y=\"{y}\" \
         text-anchor=\"end\">{last}</text></svg></div>"
    );
    out
}
