//! Composer: versions are brought to four numbers and a stability, then PHP's version_compare.

use std::cmp::Ordering;

use super::{is_number, numbers, runs};

/// Numbers that Composer pads a version to.
const NUMBERS: usize = 4;

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (parts(a), parts(b));
    for i in 0..a.len().max(b.len()) {
        let order = match (a.get(i), b.get(i)) {
            (Some(x), Some(y)) => part(x, y),
            (Some(x), None) => beyond(x),
            (None, Some(y)) => beyond(y).reverse(),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

fn parts(text: &str) -> Vec<String> {
    let text = text.to_ascii_lowercase();
    let text = text.trim_start_matches('v');
    let text = text.split('+').next().unwrap_or("");
    let mut parts: Vec<String> = runs(text, |c| !".-_".contains(c))
        .into_iter()
        .filter(|part| *part != "stable")
        .map(ToOwned::to_owned)
        .collect();
    let release = parts.iter().take_while(|part| is_number(part)).count();
    if (1..NUMBERS).contains(&release) {
        let zeros = std::iter::repeat_n("0".to_owned(), NUMBERS - release);
        parts.splice(release..release, zeros);
    }
    parts
}

fn part(x: &str, y: &str) -> Ordering {
    match (is_number(x), is_number(y)) {
        (true, true) => numbers(x, y),
        (true, false) => NUMBER.cmp(&stability(y)),
        (false, true) => stability(x).cmp(&NUMBER),
        (false, false) => stability(x).cmp(&stability(y)),
    }
}

/// What a part means after the other version has ended.
fn beyond(part: &str) -> Ordering {
    if is_number(part) { Ordering::Greater } else { stability(part).cmp(&NUMBER) }
}

/// PHP's place of a number among the words.
const NUMBER: i8 = 4;

/// PHP's order of words; a word that it does not know is before all.
fn stability(word: &str) -> i8 {
    match word {
        _ if word.starts_with("dev") => 0,
        _ if word.starts_with('a') => 1,
        _ if word.starts_with('b') => 2,
        _ if word.starts_with("rc") => 3,
        _ if word.starts_with('p') => 5,
        _ => -1,
    }
}
