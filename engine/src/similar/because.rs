//! Why two incidents are alike, in words.

use model::case::Kept;

use super::tokens;

/// Reasons of one class that are told.
const EACH_MAX: usize = 3;
/// Steps of a chain that are told.
const CHAIN_MAX: usize = 8;

/// Sentences: the chain that both have, then rules, routes, damage and things, rarest first.
/// `shared` are tokens of both, the rarest first.
pub(super) fn because(own: &Kept, theirs: &Kept, shared: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let chain = in_common(&tokens::chain(own), &tokens::chain(theirs));
    if !chain.is_empty() {
        let told: Vec<&str> = chain.iter().take(CHAIN_MAX).map(String::as_str).collect();
        all.push(format!("both: {}", told.join(" → ")));
    }
    for (class, heading) in [
        ("rule ", "same rule"),
        ("route ", "same route"),
        ("damage ", "same damage"),
        ("thing ", "same kind of thing"),
        ("technique ", "same technique"),
    ] {
        let named = shared.iter().filter_map(|token| token.strip_prefix(class));
        let named: Vec<&str> = named.take(EACH_MAX).collect();
        // The chain names techniques already.
        if !named.is_empty() && (class != "technique " || chain.is_empty()) {
            all.push(format!("{heading}: {}", named.join(", ")));
        }
    }
    all
}

/// The share of the shorter chain that both have in the same order, from 0 to 1.
pub(super) fn order(own: &[String], theirs: &[String]) -> f64 {
    let shorter = own.len().min(theirs.len()).max(1);
    in_common(own, theirs).len() as f64 / shorter as f64
}

/// The longest chain that is in both, in order.
fn in_common(own: &[String], theirs: &[String]) -> Vec<String> {
    let mut rows: Vec<Vec<usize>> = vec![vec![0; theirs.len() + 1]];
    for mine in own {
        let before = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0_usize];
        for (at, other) in theirs.iter().enumerate() {
            let (left, above) = (row.last().copied(), before.get(at + 1).copied());
            let corner = before.get(at).copied().unwrap_or(0) + usize::from(mine == other);
            row.push(corner.max(left.unwrap_or(0)).max(above.unwrap_or(0)));
        }
        rows.push(row);
    }
    let at = |i: usize, j: usize| rows.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let (mut i, mut j, mut all) = (own.len(), theirs.len(), Vec::new());
    while i > 0 && j > 0 {
        if at(i, j) == at(i - 1, j) {
            i -= 1;
        } else if at(i, j) == at(i, j - 1) {
            j -= 1;
        } else {
            all.extend(own.get(i - 1).cloned());
            (i, j) = (i - 1, j - 1);
        }
    }
    all.reverse();
    all
}
