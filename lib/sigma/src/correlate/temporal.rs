//! Events in a given order. Logs write times with an end: of two events within the same second
//! either may have been first, and both orders count.

use serde::{Deserialize, Serialize};

use super::window::Seen;

/// Events whose times still overlap with new ones.
const RECENT_MAX: usize = 32;

/// For each rule the latest beginning of the rules up to it, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Chain {
    /// Two ways each, which end with different records: an event may match two rules, and does
    /// not follow itself.
    stages: Vec<Vec<Vec<Seen>>>,
    recent: Vec<(u16, Seen)>,
}

impl Chain {
    /// A chain of so many rules.
    pub fn new(rules: usize) -> Self {
        Chain { stages: vec![Vec::new(); rules], recent: Vec::new() }
    }

    /// Takes an event of a rule in; whether it completes the chain within the span.
    pub fn take(&mut self, reference: u16, seen: Seen, span: i64) -> bool {
        self.recent.retain(|(_, known)| known.end >= seen.start);
        let mut done = false;
        let mut due = vec![(reference, seen.clone())];
        while let Some((stage, event)) = due.pop() {
            if !self.extend(usize::from(stage), &event, span) {
                continue;
            }
            done |= usize::from(stage) + 1 == self.stages.len();
            let next = stage.saturating_add(1);
            // Events met before that may have happened after this one.
            let later = self.recent.iter().filter(|(of, known)| {
                *of == next && known.end >= event.start && known.record != event.record
            });
            due.extend(later.cloned());
        }
        if seen.end > seen.start {
            if self.recent.len() >= RECENT_MAX {
                self.recent.remove(0);
            }
            self.recent.push((reference, seen));
        }
        done
    }

    /// Puts an event behind the best way to the rule before; whether that is a new way.
    fn extend(&mut self, stage: usize, event: &Seen, span: i64) -> bool {
        let mut way = if let Some(before) = stage.checked_sub(1) {
            let ways = self.stages.get(before).map(Vec::as_slice).unwrap_or_default();
            let fits = |way: &&Vec<Seen>| {
                let last = way.last().map(|last| last.record);
                let reach = way.iter().map(|seen| seen.start).max().unwrap_or(0).max(event.start);
                last != Some(event.record) && reach.saturating_sub(begin(way)) <= span
            };
            match ways.iter().find(fits) {
                Some(way) => way.clone(),
                None => return false,
            }
        } else {
            Vec::new()
        };
        way.push(event.clone());
        let Some(ways) = self.stages.get_mut(stage) else { return false };
        if ways.contains(&way) {
            return false;
        }
        ways.retain(|known| known.last().map(|last| last.record) != Some(event.record));
        ways.push(way);
        // The one that began latest lives longest.
        ways.sort_by_key(|way| std::cmp::Reverse(begin(way)));
        ways.truncate(2);
        ways.iter().any(|way| way.last() == Some(event))
    }

    /// The events of the whole chain.
    pub fn whole(&self) -> Vec<&Seen> {
        let last = self.stages.last().and_then(|ways| ways.first());
        last.into_iter().flatten().collect()
    }

    /// How much room it takes, in events.
    pub fn len(&self) -> usize {
        let ways = self.stages.iter().flatten();
        ways.map(Vec::len).sum::<usize>() + self.recent.len()
    }
}

fn begin(way: &[Seen]) -> i64 {
    way.first().map_or(i64::MIN, |first| first.start)
}
