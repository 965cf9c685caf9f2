//! Guessed passwords: many failures, of one account or over many, and then a login that worked.

use std::collections::{BTreeMap, BTreeSet};

use model::Outcome;
use model::seam::detector::Marked;

use super::marks::{Kind, Seen, seen};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{HOUR, SECOND};

/// So many failures of one account from one address before it worked.
const GUESSES_MIN: usize = 10;
/// Within this time.
const GUESS_WIDTH: i64 = 600 * SECOND;
/// So many accounts that failed from one address before one worked.
const ACCOUNTS_MIN: usize = 10;
/// Within this time.
const SPRAY_WIDTH: i64 = HOUR;
/// An office's address has logins that work: failures must outnumber them so many times.
const FAILED_TO_DONE: usize = 2;

/// Logins that follow on guesses.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let all = seen(marks, Kind::Login);
    let mut places: BTreeMap<(&str, &str), Vec<&Seen<'_>>> = BTreeMap::new();
    for one in &all {
        places.entry((one.text(1), one.text(2))).or_default().push(one);
    }
    let mut finds = Vec::new();
    for ((address, _), logins) in &places {
        finds.extend(guessed(address, logins));
        finds.extend(sprayed(address, logins));
    }
    finds
}

/// The last login of an account that worked after failures enough.
fn guessed(address: &str, logins: &[&Seen<'_>]) -> Vec<Find> {
    let mut users: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in logins {
        users.entry(one.text(0)).or_default().push(one);
    }
    let find = |(user, logins): (&&str, &Vec<&Seen<'_>>)| {
        let mut failed: Vec<&Seen<'_>> = Vec::new();
        for one in logins {
            failed.retain(|old| one.time.start.saturating_sub(old.time.start) <= GUESS_WIDTH);
            if one.outcome == Outcome::Failure {
                failed.push(one);
            } else if failed.len() >= GUESSES_MIN {
                return told(Found::Guessed, (address, user), &failed, one);
            } else {
                failed.clear();
            }
        }
        None
    };
    users.iter().filter_map(find).collect()
}

/// The first login that worked after many accounts had failed.
fn sprayed(address: &str, logins: &[&Seen<'_>]) -> Option<Find> {
    let (mut failed, mut done): (Vec<&Seen<'_>>, usize) = (Vec::new(), 0);
    for one in logins {
        failed.retain(|old| one.time.start.saturating_sub(old.time.start) <= SPRAY_WIDTH);
        if one.outcome == Outcome::Failure {
            failed.push(one);
            continue;
        }
        done += 1;
        let users: BTreeSet<&str> = failed.iter().map(|old| old.text(0)).collect();
        if users.len() >= ACCOUNTS_MIN && failed.len() >= FAILED_TO_DONE * done {
            return told(Found::Sprayed, (address, one.text(0)), &failed, one);
        }
    }
    None
}

fn told(
    found: Found,
    (address, user): (&str, &str),
    failed: &[&Seen<'_>],
    worked: &Seen<'_>,
) -> Option<Find> {
    let (who, from, count) = (name(user), name(address), failed.len());
    let accounts: BTreeSet<&str> = failed.iter().map(|one| one.text(0)).collect();
    let (accounts, first) = (accounts.len(), failed.first()?.time);
    let minutes = worked.time.start.saturating_sub(first.start) / (60 * SECOND);
    let mut cited: Vec<usize> = failed.iter().map(|one| one.at).collect();
    cited.push(worked.at);
    Some(Find {
        found,
        about: format!("{address} {user}"),
        span: (first, worked.time),
        count: count + 1,
        cited,
        confidence: 0.85,
        text: [
            format!(
                "{who} logged in from {from} after {count} failures with {accounts} accounts in {minutes} minutes"
            ),
            format!(
                "{from} から {minutes} 分間に {accounts} 個のアカウントで {count} 回失敗した後、{who} がログインに成功した"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::marked;
    use super::*;

    fn login(second: i64, user: &str, outcome: Outcome) -> Marked {
        marked(Kind::Login, second, &[user, "198.51.100.4", "linux.syslog h"], outcome)
    }

    fn found(marks: &[Marked]) -> Vec<Found> {
        finds(marks).iter().map(|find| find.found).collect()
    }

    #[test]
    fn failures_and_then_a_login() {
        let fails = |count: i64| -> Vec<Marked> {
            (0..count).map(|at| login(at, "root", Outcome::Failure)).collect()
        };
        let mut few = fails(9);
        few.push(login(20, "root", Outcome::Success));
        assert!(found(&few).is_empty());
        let mut enough = fails(10);
        assert!(found(&enough).is_empty(), "nothing worked");
        enough.push(login(20, "root", Outcome::Success));
        assert_eq!(found(&enough), [Found::Guessed]);
        assert_eq!(finds(&enough)[0].count, 11);
        let mut late = fails(10);
        late.push(login(2000, "root", Outcome::Success));
        assert!(found(&late).is_empty(), "hours later it is another visit");
    }

    #[test]
    fn many_accounts_and_then_a_login() {
        let mut marks: Vec<Marked> =
            (0..12).map(|at| login(at, &format!("u{at}"), Outcome::Failure)).collect();
        marks.push(login(30, "u3", Outcome::Success));
        assert_eq!(found(&marks), [Found::Sprayed]);
        // An office: as many logins work as fail.
        let mut office = Vec::new();
        for at in 0..12 {
            office.push(login(at * 2, &format!("u{at}"), Outcome::Failure));
            office.push(login(at * 2 + 1, &format!("u{at}"), Outcome::Success));
        }
        assert!(found(&office).is_empty());
    }
}
