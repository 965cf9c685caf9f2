//! How bad: the publisher's word, or the score of the vector.

use std::str::FromStr;

use cvss::{Cvss, Severity};
use model::advisory::{Advisory, Affected};
use model::verdict::Rating;

/// Rating, vector and score of an advisory for a package. What is said of the package goes first.
pub fn of(advisory: &Advisory, affected: &Affected) -> (Rating, Option<String>, Option<f64>) {
    let vectors = if affected.cvss.is_empty() { &advisory.cvss } else { &affected.cvss };
    let read = vectors.iter().find_map(|v| Some((v.clone(), read(v)?)));
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

/// Reads a vector. One that lacks a metric of the base is none: its score would be too low.
fn read(vector: &str) -> Option<Cvss> {
    let base: &[&str] = match vector.get(..7) {
        Some("CVSS:4.") => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        Some("CVSS:3.") => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        _ => &["AV", "AC", "Au", "C", "I", "A"],
    };
    let names: Vec<&str> = vector.split('/').filter_map(|p| Some(p.split_once(':')?.0)).collect();
    base.iter().all(|name| names.contains(name)).then(|| Cvss::from_str(vector).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use versions::Package;

    use super::*;

    fn rated(cvss: &str, own: &str, word: &str) -> (Rating, Option<f64>) {
        let package = Package::named("npm", "a");
        let affected = Affected {
            package,
            ecosystem: "npm".to_owned(),
            ranges: Vec::new(),
            versions: Vec::new(),
            cvss: Vec::new(),
            rating: own.to_owned(),
        };
        let cvss = if cvss.is_empty() { Vec::new() } else { vec![cvss.to_owned()] };
        let advisory = Advisory { cvss, rating: word.to_owned(), ..Advisory::default() };
        let (rating, _, score) = of(&advisory, &affected);
        (rating, score)
    }

    #[test]
    fn vectors_of_every_standard_have_their_published_scores() {
        // The examples of FIRST's calculators.
        let cases = [
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", Rating::High, Some(7.5)),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", Rating::Medium, Some(6.1)),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Rating::Critical, Some(9.8)),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
                Rating::Critical,
                Some(9.3),
            ),
            ("CVSS:3.1/AV:N", Rating::Unknown, None),
            ("", Rating::Unknown, None),
        ];
        for (vector, rating, score) in cases {
            assert_eq!(rated(vector, "", ""), (rating, score), "{vector}");
        }
    }

    #[test]
    fn the_word_for_the_package_goes_before_the_word_for_all_and_the_score() {
        let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        assert_eq!(rated(vector, "unimportant", "HIGH").0, Rating::Low);
        assert_eq!(rated(vector, "", "MODERATE").0, Rating::Medium);
        assert_eq!(rated(vector, "not yet assigned", "").0, Rating::Critical);
    }
}
