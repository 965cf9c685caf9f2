//! A budget for each account and day: surprises are signals, and too many are none.

use std::collections::BTreeMap;

use super::case::Case;
use super::rules::Found;

/// Strong ones a day; more are told as what is merely several.
const STRONG_MAX: usize = 1;
/// Several together, a day.
const SEVERAL_MAX: usize = 2;
/// Of one aspect alone: of each aspect one, and so many in all.
const ONE_MAX: usize = 1;
const ONES_MAX: usize = 3;

/// The account that a case counts for; what belongs to no account counts together.
fn account(case: &Case) -> &str {
    let start = case.everybody.split(' ').next().unwrap_or_default();
    if start.len() == 12 && start.bytes().all(|b| b.is_ascii_digit()) { start } else { "" }
}

/// The most surprising cases, as many as the budget has room for, and how many more there were.
pub fn within(mut cases: Vec<Case>) -> (Vec<Case>, Vec<String>) {
    cases.sort_by(|a, b| {
        let key = |case: &Case| (case.found >= Found::Several, case.found == Found::Strong);
        key(b)
            .cmp(&key(a))
            .then_with(|| b.bits.total_cmp(&a.bits))
            .then_with(|| (a.day, &a.name, a.kind).cmp(&(b.day, &b.name, b.kind)))
    });
    let mut paid: BTreeMap<(String, u32, Option<Found>), usize> = BTreeMap::new();
    let mut spend = |case: &Case, what: Option<Found>, most: usize| {
        let count = paid.entry((account(case).to_owned(), case.day, what)).or_insert(0);
        *count += 1;
        *count <= most
    };
    let (mut kept, mut more) = (Vec::new(), 0);
    for mut case in cases {
        let fits = match case.found {
            Found::Strong if spend(&case, Some(Found::Strong), STRONG_MAX) => true,
            Found::Strong | Found::Several => {
                case.found = Found::Several;
                spend(&case, Some(Found::Several), SEVERAL_MAX)
            }
            Found::One(_) => {
                spend(&case, Some(case.found), ONE_MAX) && spend(&case, None, ONES_MAX)
            }
        };
        if fits {
            kept.push(case);
        } else {
            more += 1;
        }
    }
    let told = (more > 0).then(|| {
        format!("{more} more surprises are beyond what is told of one account and day: the most surprising are")
    });
    (kept, told.into_iter().collect())
}
