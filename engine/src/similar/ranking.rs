//! Scores to ranks.

/// The places with the best scores above nothing, best first, the earlier first among equals.
pub(super) fn best(scores: &[f64], not: Option<usize>, most: usize) -> Vec<u32> {
    let mut all: Vec<(f64, u32)> = scores
        .iter()
        .enumerate()
        .filter(|(at, score)| **score > 0.0 && Some(*at) != not)
        .map(|(at, score)| (*score, at as u32))
        .collect();
    let order = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    // Only the front has to be in order.
    if all.len() > most {
        all.select_nth_unstable_by(most, order);
        all.truncate(most);
    }
    all.sort_by(order);
    all.into_iter().map(|(_, at)| at).collect()
}

/// How much something tells that so many of all have.
pub(super) fn rarity(all: usize, having: usize) -> f64 {
    (1.0 + (all as f64 - having as f64 + 0.5) / (having as f64 + 0.5)).max(1.0).ln()
}
