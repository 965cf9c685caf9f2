//! Invented attacks among honest people, a few seeds of `dev/sim`: what must never be wrong, and
//! how much must be right. The whole table is in docs/evaluation.md.

use sim::evaluate::{Sums, of_seed, run};
use sim::stories;

/// Seeds that every change is tried on.
const SEEDS: u64 = 16;

#[test]
fn invented_attacks_are_told_as_they_happened() {
    let stories: Vec<_> = stories::all().unwrap().into_iter().map(|(_, story)| story).collect();
    let program = assert_cmd::cargo::cargo_bin("yagura");
    let mut sums = Sums::default();
    for seed in 0..SEEDS {
        let case = of_seed(seed, &stories);
        sums.add(&case, run(&program, &case).unwrap());
    }
    let all = sums.all();
    let told = format!("{}\n{}", all.notes.join("\n"), sums.table());
    assert_eq!(sums.whole.wrong_owner, 0, "{told}");
    assert_eq!(sums.whole.false_incidents, 0, "{told}");
    assert!(sums.whole.evidence.all > 0.0 && sums.whole.evidence.of() >= 1.0, "{told}");
    assert!(all.one.of() >= 0.9, "{told}");
    assert!(all.top1.of() >= 0.9 && all.top3.of() >= 0.95, "{told}");
    assert!(all.order.of() >= 0.95, "{told}");
}
