//! How bad: the publisher's word, or the score of the vector.

use std::str::FromStr;

use cvss::{Cvss, Severity};
use model::advisory::{Advisory, Affected};
use model::verdict::Rating;

/// Rating, vector and score of an advisory for a package. What is said of the package goes first.
pub fn of(advisory: &Advisory, affected: &Affected) -> (Rating, Option<String>, Option<f64>) {
    let vectors = if affected.cvss.is_empty() { &advisory.cvss } else { &affected.cvss };
    let read = vectors.iter().find_map(|v| Some((v.clone(), Cvss::from_str(v).ok()?)));
    let words = [&affected.rating, &advisory.rating];
    let stated = words.into_iter().map(|word| Rating::parse(word)).find(|r| *r != Rating::Unknown);
    let scored = read.as_ref().map(|(_, cvss)| match cvss.severity() {
        Severity::None | Severity::Low => Rating::Low,
        Severity::Medium => Rating::Medium,
        Severity::High => Rating::High,
        Severity::Critical => Rating::Critical,
    });
    let rating = stated.or(scored).unwrap_or_default();
    let score = read.as_ref().map(|(_, cvss)| cvss.score());
    (rating, read.map(|(vector, _)| vector).or_else(|| vectors.first().cloned()), score)
}
