//! Marks: what events count for together with others, kept until all is read.

use model::Event;
use model::seam::detector::{Mark, Marked, Note};

use crate::deeds::mark as short;
use crate::recall::Place;

/// Marks that are kept of each detector; more are counted.
pub(crate) const MARKS_MAX: usize = 3_000_000;

/// Bytes of notes that are kept of each detector; marks beyond are counted.
const NOTES_MAX: usize = 256 << 20;

/// From so many marks on, room for all that may come is taken at once: it costs address space
/// only, and millions of marks are not moved again and again.
const MANY: usize = 50_000;

/// The marks of one detector, and the places of their records.
#[derive(Default)]
struct Kept {
    marked: Vec<Marked>,
    places: Vec<Place>,
    /// Bytes of notes.
    noted: usize,
}

/// The marks of one blob, or of all blobs together.
#[derive(Default)]
pub(crate) struct Marks {
    /// By detector. One that marks much takes nothing from the others.
    kept: Vec<Kept>,
    /// The detector that speaks.
    pub(crate) judge: usize,
    pub(crate) lost: u64,
}

/// About how many bytes a mark's note takes.
fn size(mark: &Mark) -> usize {
    let texts = |note: &Note| note.texts.iter().map(|text| text.len() + 24).sum::<usize>();
    mark.note.as_deref().map_or(0, |note| texts(note) + 64)
}

impl Kept {
    /// Keeps one more mark; `false` if there is no room for it.
    fn push(&mut self, marked: Marked, place: Place) -> bool {
        let size = size(&marked.mark);
        if self.marked.len() >= MARKS_MAX || (size > 0 && self.noted + size > NOTES_MAX) {
            return false;
        }
        self.noted += size;
        self.marked.push(marked);
        self.places.push(place);
        true
    }

    /// Takes in those of another blob; returns how many found no room.
    fn merge(&mut self, other: Kept) -> u64 {
        if self.marked.is_empty() {
            *self = other;
            return 0;
        }
        if self.marked.len() + other.marked.len() > MANY {
            self.marked.reserve_exact(MARKS_MAX.saturating_sub(self.marked.len()));
            self.places.reserve_exact(MARKS_MAX.saturating_sub(self.places.len()));
        }
        let pairs = other.marked.into_iter().zip(other.places);
        pairs.map(|(marked, place)| u64::from(!self.push(marked, place))).sum()
    }

    /// Sorts by time and place. The order is found first and each mark moved once: they are many
    /// and large.
    fn sort(&mut self) {
        let key = |at: &usize| {
            let marked = self.marked.get(*at);
            (marked.map(|m| m.time.start), self.places.get(*at), marked.map(|m| &m.mark))
        };
        let mut order: Vec<usize> = (0..self.marked.len()).collect();
        if order.is_sorted_by_key(key) {
            return;
        }
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        for start in 0..order.len() {
            let mut at = start;
            // `order` tells where what belongs here is; a place that is done tells itself.
            while let Some(from) = order.get_mut(at).map(|from| std::mem::replace(from, at)) {
                if from == start || from == at {
                    break;
                }
                self.marked.swap(at, from);
                self.places.swap(at, from);
                at = from;
            }
        }
    }
}

impl Marks {
    fn kept(&mut self, judge: usize) -> Option<&mut Kept> {
        if self.kept.len() <= judge {
            self.kept.resize_with(judge + 1, Kept::default);
        }
        self.kept.get_mut(judge)
    }

    pub(crate) fn add(&mut self, event: &Event<'_>, mark: Mark) {
        let uid = event.uid.map_or(0, |uid| short(uid).max(1));
        let marked = Marked { time: event.time, uid, mark };
        let kept = self.kept(self.judge).is_some_and(|kept| kept.push(marked, (0, event.at)));
        self.lost += u64::from(!kept);
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        let places = self.kept.iter_mut().flat_map(|kept| &mut kept.places);
        places.for_each(|place| place.0 = file);
    }

    /// Takes in those of another blob; called in the order of the input, so that who is kept does
    /// not depend on threads.
    pub(crate) fn merge(&mut self, other: Marks) {
        self.lost += other.lost;
        for (judge, theirs) in other.kept.into_iter().enumerate() {
            if !theirs.marked.is_empty()
                && let Some(kept) = self.kept(judge)
            {
                self.lost += kept.merge(theirs);
            }
        }
    }

    /// One detector's marks in order of time, with the places of their records.
    pub(crate) fn take(&mut self, judge: usize) -> (Vec<Marked>, Vec<Place>) {
        let mut kept = self.kept.get_mut(judge).map(std::mem::take).unwrap_or_default();
        kept.sort();
        (kept.marked, kept.places)
    }
}

#[cfg(test)]
mod tests {
    use model::finding::Effect;
    use model::seam::detector::Keys;
    use model::{Position, Time};

    use super::*;

    /// Marks at these seconds; the rule is the number of the place.
    fn kept(seconds: &[i64]) -> Kept {
        let mut kept = Kept::default();
        for (n, second) in seconds.iter().enumerate() {
            let (rule, effect, keys) = (n as u32, Effect::Attempt, Keys::new());
            let mark = Mark { rule, effect, keys, note: None };
            let marked = Marked { time: Time::seconds(*second), uid: 0, mark };
            assert!(kept.push(marked, (0, Position { line: n as u64, record: n as u64 })));
        }
        kept
    }

    #[test]
    fn marks_are_sorted_with_their_places_whatever_the_order() {
        let mut state = 3_u64;
        for length in 0..40 {
            let seconds: Vec<i64> = (0..length)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 60) as i64
                })
                .collect();
            let mut sorted = kept(&seconds);
            sorted.sort();
            let mut want: Vec<(i64, u64)> = seconds.iter().copied().zip(0..).collect();
            want.sort_unstable();
            let pairs = sorted.marked.iter().zip(&sorted.places);
            let found: Vec<(i64, u64)> = pairs
                .map(|(marked, place)| {
                    assert_eq!(u64::from(marked.mark.rule), place.1.line);
                    (marked.time.start / 1_000_000_000, place.1.line)
                })
                .collect();
            assert_eq!(found, want);
        }
    }
}
