//! Where instances are at home: their addresses and those of NAT gateways, with from when to when.

use std::collections::BTreeMap;

use model::seam::detector::Marked;

use super::marks::{Kind, is_inside};
use super::moves::{Says, whole};

/// Facts that are kept.
const FACTS_MAX: usize = 500_000;

/// An address somebody had: from when, to when, who.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Who had it: an instance or a NAT gateway.
    pub who: u128,
    /// What address.
    pub address: u128,
    /// From when, in nanoseconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
    /// When a record last said so.
    pub seen: i64,
}

/// Who had which address when.
#[derive(Debug, Default)]
pub struct Homes {
    by_address: BTreeMap<u128, Vec<Stay>>,
    by_who: BTreeMap<u128, Vec<Stay>>,
    rests: BTreeMap<u128, Vec<i64>>,
}

#[derive(Default)]
struct Builder {
    open: BTreeMap<u128, Stay>,
    closed: Vec<Stay>,
    wears: BTreeMap<u128, u128>,
    is: BTreeMap<u128, u128>,
    rests: BTreeMap<u128, Vec<i64>>,
}

impl Builder {
    fn close(&mut self, address: u128, time: i64) {
        if let Some(mut stay) = self.open.remove(&address) {
            stay.until = time;
            self.closed.push(stay);
        }
    }

    fn has(&mut self, who: u128, address: u128, time: i64) {
        match self.open.get_mut(&address) {
            Some(stay) if stay.who == who => stay.seen = time,
            _ => {
                self.close(address, time);
                let stay = Stay { who, address, from: time, until: i64::MAX, seen: time };
                self.open.insert(address, stay);
            }
        }
    }

    /// The address behind an allocation or association.
    fn address(&self, of: u128) -> u128 {
        let once = self.is.get(&of).copied().unwrap_or(of);
        self.is.get(&once).copied().unwrap_or(once)
    }

    fn take(&mut self, says: u64, who: u128, what: u128, time: i64) {
        match says {
            says if says == Says::Has as u64 => self.has(who, what, time),
            says if says == Says::Wears as u64 => {
                self.wears.insert(what, who);
            }
            says if says == Says::Is as u64 => {
                self.is.insert(who, what);
            }
            says if says == Says::Gets as u64 => {
                let who = self.wears.get(&who).copied().unwrap_or(who);
                self.has(who, self.address(what), time);
            }
            says if says == Says::Ends as u64 => self.close(self.address(what), time),
            _ => {
                let gone = says == Says::Gone as u64;
                let lent = |stay: &&Stay| stay.who == who && (gone || !is_inside(stay.address));
                let lost: Vec<u128> =
                    self.open.values().filter(lent).map(|stay| stay.address).collect();
                for address in lost {
                    self.close(address, time);
                }
                self.rests.entry(who).or_default().push(time);
            }
        }
    }
}

impl Homes {
    /// Out of the marks, in order of time.
    pub fn new(marks: &[Marked]) -> Homes {
        let mut builder = Builder::default();
        let facts = marks.iter().filter(|marked| marked.mark.rule == Kind::Home as u32);
        for marked in facts.take(FACTS_MAX) {
            let [who, what, (says, _)] = *marked.mark.keys.as_slice() else { continue };
            builder.take(says, whole(who), whole(what), marked.time.start);
        }
        let mut homes = Homes { rests: builder.rests, ..Homes::default() };
        for stay in builder.closed.into_iter().chain(builder.open.into_values()) {
            homes.by_address.entry(stay.address).or_default().push(stay);
            homes.by_who.entry(stay.who).or_default().push(stay);
        }
        homes
    }

    /// Whose an address was.
    pub fn owner(&self, address: u128, time: i64) -> Option<Stay> {
        let stays = self.by_address.get(&address)?;
        let now = stays.iter().find(|stay| (stay.from..stay.until).contains(&time));
        // What is described later was so before, unless somebody else had it, or it rested.
        let later = || {
            let next = stays.iter().filter(|stay| stay.from > time).min_by_key(|s| s.from)?;
            let other = stays.iter().any(|stay| stay.until > time && stay.until <= next.from);
            (!other && !self.rested(next.who, time, next.from)).then_some(next)
        };
        now.or_else(later).copied()
    }

    /// The addresses that an instance had.
    pub fn of(&self, who: u128, time: i64) -> Vec<Stay> {
        let stays = self.by_who.get(&who).into_iter().flatten();
        let own = |stay: &&Stay| self.owner(stay.address, time).is_some_and(|now| now == **stay);
        let mut all: Vec<Stay> = stays.filter(own).copied().collect();
        all.sort_by_key(|stay| stay.address);
        all.dedup_by_key(|stay| stay.address);
        all
    }

    /// Whether an instance stopped between.
    fn rested(&self, who: u128, from: i64, to: i64) -> bool {
        self.rests.get(&who).is_some_and(|all| all.iter().any(|time| (from..=to).contains(time)))
    }

    /// When an instance last stopped before.
    pub fn rest(&self, who: u128, time: i64) -> Option<i64> {
        self.rests.get(&who)?.iter().rev().find(|rest| **rest <= time).copied()
    }
}

#[cfg(test)]
pub mod testing {
    //! Facts as the judge marks them.

    use model::seam::detector::{Keys, Mark};
    use model::{Effect, Time};

    use super::super::marks::number;
    use super::super::moves::{halves, id};
    use super::*;

    pub(super) fn fact(second: i64, says: Says, who: &str, what: &str) -> Marked {
        let value = |text| id(text).or_else(|| number(text)).unwrap_or_default();
        let keys = Keys::from_slice(&[halves(value(who)), halves(value(what)), (says as u64, 0)]);
        let mark = Mark { rule: Kind::Home as u32, effect: Effect::Attempt, keys, note: None };
        Marked { time: Time::seconds(second), uid: 0, mark }
    }

    pub fn has(second: i64, who: &str, address: &str) -> Marked {
        fact(second, Says::Has, who, address)
    }

    pub fn nat(second: i64, address: &str) -> Marked {
        fact(second, Says::Has, "nat-0a1b2c3d4e5f60718", address)
    }

    pub fn rests(second: i64, who: &str) -> Marked {
        fact(second, Says::Rests, who, "")
    }
}

#[cfg(test)]
mod tests {
    use super::super::marks::number;
    use super::super::moves::{id, instance};
    use super::testing::fact;
    use super::*;

    const ONE: &str = "i-0a1b2c3d4e5f60718";
    const TWO: &str = "i-0000000000000000f";

    #[test]
    fn an_address_is_whose_it_was_at_the_time() {
        let homes = Homes::new(&[
            fact(5, Says::Is, "eipalloc-0a1b2c3d", "198.51.100.7"),
            fact(10, Says::Gets, ONE, "eipalloc-0a1b2c3d"),
            fact(10, Says::Is, "eipassoc-0a1b2c3d", "eipalloc-0a1b2c3d"),
            fact(50, Says::Ends, "", "eipassoc-0a1b2c3d"),
            fact(60, Says::Wears, TWO, "eni-0a1b2c3d"),
            fact(61, Says::Gets, "eni-0a1b2c3d", "eipalloc-0a1b2c3d"),
            fact(90, Says::Has, ONE, "203.0.113.9"),
        ]);
        let at = |address, second: i64| {
            let stay = homes.owner(number(address).unwrap(), second * 1_000_000_000);
            stay.map(|stay| instance(stay.who))
        };
        assert_eq!(at("198.51.100.7", 20).as_deref(), Some(ONE));
        assert_eq!(at("198.51.100.7", 55).as_deref(), Some(TWO), "nobody's: whose it is next");
        assert_eq!(at("198.51.100.7", 70).as_deref(), Some(TWO));
        assert_eq!(at("203.0.113.9", 1).as_deref(), Some(ONE), "described later");
        assert_eq!(at("203.0.113.10", 1), None);
        assert_eq!(homes.of(id(ONE).unwrap(), 20_000_000_000).len(), 2);
    }

    #[test]
    fn who_stops_loses_the_address_that_was_lent() {
        let homes = Homes::new(&[
            fact(1, Says::Has, ONE, "10.0.0.5"),
            fact(1, Says::Has, ONE, "198.51.100.7"),
            fact(50, Says::Rests, ONE, ""),
            fact(90, Says::Has, ONE, "198.51.100.8"),
        ]);
        let of = |second: i64| homes.of(id(ONE).unwrap(), second * 1_000_000_000).len();
        assert_eq!((of(20), of(60), of(95)), (2, 2, 2));
        let owner = homes.owner(number("198.51.100.8").unwrap(), 20_000_000_000);
        assert_eq!(owner, None, "it rested between");
    }
}
