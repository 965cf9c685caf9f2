//! What all requests of a run say together: usual sizes of pages, and how much each client asked.
//!
//! Threads count for themselves and add up at the end. Tables are bounded: those with the smallest
//! hashes stay, so what stays does not depend on the order of the logs.

use std::sync::Mutex;

use rustc_hash::FxHashMap;

/// Rows of a table that stay.
const ROWS_MAX: usize = 32_768;
/// Answers of a page that show what is usual.
const USUAL_MIN: u64 = 3;
/// Sizes nearer than this are the same, in bytes.
const SAME: i64 = 64;

/// How a page answers honest requests.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Answers with a size.
    pub answers: u64,
    least: i64,
    most: i64,
}

/// What one client did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    pub requests: u64,
    /// Requests that were attacks.
    pub attacks: u64,
    /// Requests that were none, and were not refused.
    pub honest: u64,
}

/// Tables of one thread, or of all.
#[derive(Default)]
pub struct Known {
    pages: FxHashMap<u64, Page>,
    clients: FxHashMap<u64, Client>,
}

/// The tables of a detector, which its judges add to when they are done.
pub type Shared = Mutex<Known>;

impl Page {
    /// Whether an answer's size is one that this page has not for honest requests.
    pub fn is_unlike(&self, bytes: i64) -> bool {
        let (low, high) = (self.least * 4 / 5 - SAME, self.most * 5 / 4 + SAME);
        self.answers >= USUAL_MIN && bytes > 0 && !(low..=high).contains(&bytes)
    }
}

/// The key of a page: each log counts sizes in its own way.
pub fn page(source: &str, path: &str) -> u64 {
    super::text::hash(source) ^ super::text::hash(path).rotate_left(17)
}

impl Known {
    /// An honest request that was answered with a page.
    pub fn answered(&mut self, page: u64, bytes: i64) {
        let new = Page { answers: 1, least: bytes, most: bytes };
        self.pages.entry(page).and_modify(|known| known.add(&new)).or_insert(new);
        prune(&mut self.pages, 2 * ROWS_MAX);
    }

    /// A request of a client.
    pub fn asked(&mut self, client: u64, attacked: bool, refused: bool) {
        let known = self.clients.entry(client).or_default();
        known.requests += 1;
        known.attacks += u64::from(attacked);
        known.honest += u64::from(!attacked && !refused);
        prune(&mut self.clients, 2 * ROWS_MAX);
    }

    /// Adds up.
    pub fn merge(&mut self, other: Known) {
        for (key, new) in other.pages {
            self.pages.entry(key).and_modify(|known| known.add(&new)).or_insert(new);
        }
        for (key, new) in other.clients {
            let known = self.clients.entry(key).or_default();
            known.requests += new.requests;
            known.attacks += new.attacks;
            known.honest += new.honest;
        }
        prune(&mut self.pages, ROWS_MAX);
        prune(&mut self.clients, ROWS_MAX);
    }

    /// How a page answers, if it is known.
    pub fn page(&self, source: &str, path: &str) -> Option<&Page> {
        self.pages.get(&page(source, path))
    }

    /// What a client did, if it is known.
    pub fn client(&self, name: &str) -> Option<&Client> {
        self.clients.get(&super::text::hash(name))
    }
}

impl Page {
    fn add(&mut self, other: &Page) {
        self.answers += other.answers;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
    }
}

/// Leaves the rows with the smallest keys once there are more than `room`.
fn prune<T>(table: &mut FxHashMap<u64, T>, room: usize) {
    if table.len() <= room {
        return;
    }
    let mut keys: Vec<u64> = table.keys().copied().collect();
    let (_, last, _) = keys.select_nth_unstable(ROWS_MAX - 1);
    let last = *last;
    table.retain(|key, _| *key <= last);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_does_not_depend_on_the_order() {
        let keys: Vec<u64> =
            (0..200_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let told = |keys: &mut dyn Iterator<Item = &u64>| {
            let mut known = Known::default();
            keys.for_each(|key| known.asked(*key, false, false));
            let mut all = Known::default();
            all.merge(known);
            let mut rows: Vec<u64> = all.clients.into_keys().collect();
            rows.sort_unstable();
            rows
        };
        assert_eq!(told(&mut keys.iter()), told(&mut keys.iter().rev()));
    }

    #[test]
    fn sizes_unlike_the_usual() {
        let mut known = Known::default();
        (0..5).for_each(|n| known.answered(7, 5000 + n));
        let page = known.pages[&7];
        assert!(page.is_unlike(1843) && page.is_unlike(9000));
        assert!(!page.is_unlike(5100) && !page.is_unlike(0));
    }
}
