//! Counting distinct record ids exactly, at eight bytes an id.

/// A set of 64-bit ids that is sorted now and then.
#[derive(Clone, Debug, Default)]
pub(crate) struct Distinct {
    sorted: Vec<u64>,
    fresh: Vec<u64>,
    /// Ids added, doubles included.
    pub(crate) added: u64,
}

/// How many fresh ids wait before they are sorted in.
const FRESH_MAX: usize = 1 << 16;

impl Distinct {
    pub(crate) fn add(&mut self, id: u64) {
        self.added += 1;
        if self.fresh.capacity() == 0 {
            // Most sets stay tiny: the usual first growth would take four times the room.
            self.fresh.reserve_exact(1);
        }
        self.fresh.push(id);
        if self.fresh.len() >= FRESH_MAX.max(self.sorted.len() / 4) {
            self.settle();
        }
    }

    pub(crate) fn merge(&mut self, other: Distinct) {
        if self.added == 0 {
            *self = other;
            return;
        }
        self.added += other.added;
        self.fresh.extend(other.sorted);
        self.fresh.extend(other.fresh);
        if self.fresh.len() >= FRESH_MAX.max(self.sorted.len() / 4) {
            self.settle();
        }
    }

    /// How many different ids there are.
    pub(crate) fn distinct(&mut self) -> u64 {
        self.settle();
        self.sorted.len() as u64
    }

    /// How many ids were there before.
    pub(crate) fn doubles(&mut self) -> u64 {
        self.added - self.distinct()
    }

    fn settle(&mut self) {
        self.sorted.append(&mut self.fresh);
        self.sorted.sort_unstable();
        self.sorted.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_a_set_counts() {
        let mut ours = Distinct::default();
        let mut set = std::collections::BTreeSet::new();
        for n in 0..300_000u64 {
            let id = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 77_777;
            ours.add(id);
            set.insert(id);
        }
        assert_eq!(
            (ours.distinct(), ours.doubles()),
            (set.len() as u64, 300_000 - set.len() as u64)
        );
    }
}
