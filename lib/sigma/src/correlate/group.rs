//! One group of one correlation: its window, and the match that may be going on.

use serde::{Deserialize, Serialize};

use super::Correlation;
use super::window::{Seen, Window};

/// Records cited for one match; the count says how many there were.
pub(crate) const CITED_MAX: usize = 8;

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub window: Window,
    pub episode: Option<Episode>,
    /// When something counted last.
    pub last: i64,
}

/// A match that may still go on: windows that satisfy the condition, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Episode {
    pub first: i64,
    pub last: i64,
    pub count: u64,
    pub tag: u8,
    pub records: Vec<u64>,
}

/// What a new event did.
pub(crate) enum Effect {
    /// The condition does not hold.
    Nothing,
    /// It holds for the first time: with what.
    Begins(Vec<Seen>),
    /// It still holds.
    GoesOn,
}

impl Group {
    /// An empty one.
    pub fn new(of: &Correlation) -> Self {
        Group { window: Window::new(of), episode: None, last: i64::MIN }
    }

    /// Takes an event in; gives what it did, and the episode that ended before it.
    pub fn take(
        &mut self,
        of: &Correlation,
        (reference, value): (u16, u64),
        seen: Seen,
        lost: &mut u64,
    ) -> (Effect, Option<Episode>) {
        let (now, since) = (seen.start, seen.start.saturating_sub(of.span));
        self.last = now;
        let ended = self.episode.take_if(|episode| episode.last < since);
        let event = seen.clone();
        if !self.window.take(of, reference, value, seen, lost) {
            return (Effect::Nothing, ended.or_else(|| self.episode.take()));
        }
        if let Some(episode) = &mut self.episode {
            episode.last = now;
            episode.count += 1;
            episode.tag = episode.tag.max(event.tag);
            let room = CITED_MAX.saturating_sub(episode.records.len());
            let new = event.records().filter(|record| !episode.records.contains(record));
            let new: Vec<u64> = new.take(room).collect();
            episode.records.extend(new);
            return (Effect::GoesOn, ended);
        }
        let all = self.window.contributors(since);
        let records = cited(&all);
        self.episode = Some(Episode {
            first: all.first().map_or(now, |first| first.start),
            last: now,
            count: all.len() as u64,
            tag: all.iter().map(|seen| seen.tag).max().unwrap_or(0),
            records,
        });
        let with = all.into_iter().cloned().collect();
        (Effect::Begins(with), ended)
    }
}

/// The records to cite: the first ones and the one that made it a match.
fn cited(all: &[&Seen]) -> Vec<u64> {
    let mut records: Vec<u64> = Vec::new();
    // Where matches stand on matches, every one of them shows something of its own.
    let newest = all.last().map(|last| last.record);
    let own = all.iter().map(|seen| seen.record);
    for record in own.chain(all.iter().flat_map(|seen| seen.records())) {
        if records.len() < CITED_MAX - 1 && Some(record) != newest && !records.contains(&record) {
            records.push(record);
        }
    }
    records.extend(newest);
    records
}
