//! Reading calls to AWS: many different ones by one caller are somebody who looks around.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::{Keys, Mark, Marked};
use model::{Effect, Time};
use rustc_hash::{FxHashMap, FxHashSet};

use super::marks::Kind;
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{SECOND, burst};

/// Reading calls: so many different ones, of so many services, within this time.
const READS_MIN: usize = 25;
const SERVICES_MIN: usize = 6;
/// Or so many different ones that were refused.
const REFUSED_MIN: usize = 8;
const READS_WIDTH: i64 = 600 * SECOND;

/// A call that reads, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Hash of who called.
    pub caller: u64,
    /// Hash of the service.
    pub service: u64,
    /// Hash of the call.
    pub action: u64,
    /// It was not done.
    pub failed: bool,
    /// It was not allowed.
    pub refused: bool,
}

impl Look {
    /// As a mark: numbers only.
    pub fn mark(&self) -> Mark {
        let flags = u64::from(self.failed) | u64::from(self.refused) << 1;
        let keys = Keys::from_slice(&[(self.caller, self.service), (self.action, flags)]);
        Mark { rule: Kind::Look as u32, effect: Effect::Attempt, keys, note: None }
    }

    /// Out of a mark.
    fn of(marked: &Marked) -> Option<Look> {
        let [(caller, service), (action, flags)] = *marked.mark.keys.as_slice() else {
            return None;
        };
        Some(Look { caller, service, action, failed: flags & 1 == 1, refused: flags & 2 == 2 })
    }
}

/// A look and its record.
struct Seen {
    at: usize,
    time: Time,
    look: Look,
}

/// Callers' names by their numbers.
fn callers(marks: &[Marked]) -> FxHashMap<u64, &str> {
    let of_kind = marks.iter().filter(|marked| marked.mark.rule == Kind::Caller as u32);
    let pairs = of_kind.filter_map(|marked| {
        let number = marked.mark.keys.first()?.0;
        Some((number, marked.mark.note.as_deref()?.texts.first()?.as_str()))
    });
    pairs.collect()
}

/// Who looked around.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let mut known = FxHashSet::default();
    let mut looks: FxHashMap<u64, Vec<Seen>> = FxHashMap::default();
    for (at, marked) in marks.iter().enumerate() {
        if marked.mark.rule == Kind::Look as u32
            && (marked.uid == 0 || known.insert(marked.uid))
            && let Some(look) = Look::of(marked)
        {
            let seen = Seen { at, time: marked.time, look };
            looks.entry(look.caller).or_default().push(seen);
        }
    }
    let names = callers(marks);
    // In the order of names, which no number decides.
    let pairs = looks.into_iter().filter_map(|(number, looks)| {
        let caller = names.get(&number).copied()?;
        Some((caller, looks))
    });
    let all: BTreeMap<&str, Vec<Seen>> = pairs.collect();
    all.iter().filter_map(|(caller, looks)| enumeration(caller, looks)).collect()
}

/// Calls from the first wide enough window to the last, and the most different ones in one.
fn wide(calls: &[&Seen], min: usize) -> Option<(usize, usize, usize)> {
    let key = |one: &&Seen| (one.time.start, one.look.action ^ one.look.service);
    let things: Vec<(i64, u64)> = calls.iter().map(key).collect();
    burst(&things, READS_WIDTH, min).map(|burst| (burst.from, burst.to, burst.distinct))
}

fn services(members: &[&Seen]) -> usize {
    members.iter().map(|one| one.look.service).collect::<BTreeSet<_>>().len()
}

fn enumeration(caller: &str, looks: &[Seen]) -> Option<Find> {
    let calls: Vec<&Seen> = looks.iter().collect();
    let refused: Vec<&Seen> = looks.iter().filter(|one| one.look.refused).collect();
    let many = wide(&calls, READS_MIN)
        .and_then(|(from, to, distinct)| Some((calls.get(from..=to)?, distinct)))
        .filter(|(members, _)| services(members) >= SERVICES_MIN);
    let (members, distinct) = many.or_else(|| {
        let (from, to, distinct) = wide(&refused, REFUSED_MIN)?;
        Some((refused.get(from..=to)?, distinct))
    })?;
    let (who, services) = (name(caller), services(members));
    let denied = members.iter().filter(|one| one.look.failed).count();
    Some(Find {
        found: Found::Enumeration,
        about: caller.to_owned(),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.7,
        text: [
            format!(
                "{who} looked around: {distinct} different reading calls of {services} services within ten minutes, {denied} refused"
            ),
            format!(
                "{who} が 10 分以内に {services} 個のサービスの {distinct} 種類の参照系 API を呼び出した（拒否 {denied} 回）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::hash;
    use model::Outcome;

    const WHO: &str = "arn:aws:sts::111122223333:assumed-role/deploy/s1";

    fn who() -> Marked {
        let mut mark = Kind::Caller.mark(vec![WHO.to_owned()], Outcome::Unknown);
        mark.keys = Keys::from_slice(&[(hash(WHO), 0)]);
        Marked { time: Time::seconds(0), uid: 0, mark }
    }

    fn read(second: i64, action: &str, service: &str, refused: bool) -> Marked {
        let (caller, service, action) = (hash(WHO), hash(service), hash(action));
        let look = Look { caller, service, action, failed: refused, refused };
        Marked { time: Time::seconds(second), uid: 0, mark: look.mark() }
    }

    fn found(looks: impl Iterator<Item = Marked>) -> Vec<Find> {
        finds(&std::iter::once(who()).chain(looks).collect::<Vec<_>>())
    }

    #[test]
    fn looking_around_is_many_different_calls() {
        let one = |at: i64| read(at, &format!("List{at}"), &format!("s{}", at % 8), false);
        let wide = found((0..30).map(one));
        assert_eq!(wide[0].found, Found::Enumeration);
        assert_eq!(
            wide[0].text[0],
            format!(
                "{WHO} looked around: 30 different reading calls of 8 services within ten minutes, 0 refused"
            )
        );
        assert!(found((0..20).map(one)).is_empty());
        assert!(found((0..500).map(|at| read(at, "ListBuckets", "s3", false))).is_empty());
        assert_eq!(found((0..8).map(|at| read(at, &format!("Get{at}"), "iam", true))).len(), 1);
    }

    #[test]
    fn copies_of_a_record_count_once() {
        let copies = (0..30).map(|at| {
            let mut marked = read(at, &format!("List{at}"), &format!("s{at}"), false);
            marked.uid = 7;
            marked
        });
        assert!(found(copies).is_empty());
    }
}
