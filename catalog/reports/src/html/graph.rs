//! Who and what: from left to right attackers, what they used, what they reached and made.

use std::fmt::Write as _;

use model::EntityKind;
use model::incident::{Incident, Involved, Part};

use super::{NAME_MAX, text};

/// Entities drawn in one column; a number says how many more there are.
const COLUMN_MAX: usize = 12;
const COLUMNS: [&[Part]; 4] =
    [&[Part::Attacker], &[Part::Used], &[Part::Victim, Part::Affected], &[Part::Created]];
const WIDTH: f64 = 205.0;
const STEP: f64 = 222.0;
const ROW: f64 = 30.0;
/// Characters of a name in its box.
const LABEL_MAX: usize = 30;

/// An entity drawn: what it is, its column, its place.
type Node<'i> = ((EntityKind, &'i str), usize, (f64, f64));
/// Two ends that stand together in one step.
type Edge = ((f64, f64), (f64, f64));

/// The picture of an incident.
pub(super) fn svg(incident: &Incident) -> String {
    let column = |parts: &[Part]| -> Vec<&Involved> {
        incident.entities.iter().filter(|entity| parts.contains(&entity.part)).collect()
    };
    let columns = COLUMNS.map(column);
    let rows = columns.iter().map(|all| all.len().min(COLUMN_MAX + 1)).max().unwrap_or(0);
    let height = ROW * rows as f64 + 10.0;
    let mut out = format!(
        "<div class=\"lanes\"><svg viewBox=\"0 0 880 {height}\" role=\"img\" \
         aria-label=\"entities\">"
    );
    let mut places: Vec<Node<'_>> = Vec::new();
    for (at, all) in columns.iter().enumerate() {
        for (row, entity) in all.iter().take(COLUMN_MAX).enumerate() {
            let place = (4.0 + STEP * at as f64, 4.0 + ROW * row as f64);
            places.push(((entity.kind, entity.value.as_str()), at, place));
        }
    }
    for ((x1, y1), (x2, y2)) in edges(incident, &places) {
        let _ =
            write!(out, "<line class=\"edge\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");
    }
    for ((kind, value), _, (x, y)) in &places {
        let (name, whole) = (text(value, LABEL_MAX), text(value, NAME_MAX));
        let _ = write!(
            out,
            "<g><title>{0} {whole}</title><rect class=\"node\" x=\"{x}\" y=\"{y}\" \
             width=\"{WIDTH}\" height=\"24\" rx=\"4\"/><text x=\"{1}\" y=\"{2}\">{name}</text></g>",
            kind.word(),
            x + 6.0,
            y + 16.0
        );
    }
    for (at, all) in columns.iter().enumerate().filter(|(_, all)| all.len() > COLUMN_MAX) {
        let (x, y) = (10.0 + STEP * at as f64, 20.0 + ROW * COLUMN_MAX as f64);
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\">+{}</text>", all.len() - COLUMN_MAX);
    }
    out.push_str("</svg></div>");
    out
}

/// Lines between entities of different columns that one step names together.
fn edges(incident: &Incident, places: &[Node<'_>]) -> Vec<Edge> {
    let mut out: Vec<Edge> = Vec::new();
    for step in &incident.steps {
        let named: Vec<_> = places
            .iter()
            .filter(|((kind, value), ..)| {
                step.entities.iter().any(|(k, v)| k == kind && v.as_str() == *value)
            })
            .collect();
        for (_, column, (x1, y1)) in &named {
            for (_, other, (x2, y2)) in named.iter().filter(|(_, other, _)| other > column) {
                let edge = ((x1 + WIDTH, y1 + 12.0), (*x2, y2 + 12.0));
                if *other > *column && !out.contains(&edge) {
                    out.push(edge);
                }
            }
        }
    }
    out
}
