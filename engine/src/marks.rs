//! Marks: what events count for together with others, kept until all is read.

use model::Event;
use model::seam::detector::{Mark, Marked, Note};

use crate::deeds::mark as short;
use crate::recall::Place;

/// Marks that are kept of each detector; more are counted.
pub(crate) const MARKS_MAX: usize = 3_000_000;

/// Bytes of notes that are kept of each detector; marks beyond are counted.
const NOTES_MAX: usize = 512 << 20;

/// Marks of one detector in one blob, and the places of their records.
#[derive(Default)]
struct Chunk {
    marked: Vec<Marked>,
    places: Vec<Place>,
}

/// The marks of one detector. Those of a blob stay together until they are asked for, so that
/// millions are not moved each time that another blob is read.
#[derive(Default)]
struct Kept {
    chunks: Vec<Chunk>,
    count: usize,
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
    /// Counts one more mark, if there is room for it.
    fn has_room(&mut self, mark: &Mark) -> bool {
        let size = size(mark);
        if self.count >= MARKS_MAX || (size > 0 && self.noted + size > NOTES_MAX) {
            return false;
        }
        self.count += 1;
        self.noted += size;
        true
    }

    /// Takes in those of another blob; returns how many found no room.
    fn merge(&mut self, other: Kept) -> u64 {
        let (count, noted) = (self.count + other.count, self.noted + other.noted);
        if count <= MARKS_MAX && noted <= NOTES_MAX {
            (self.count, self.noted) = (count, noted);
            self.chunks.extend(other.chunks);
            return 0;
        }
        let (mut chunk, mut lost) = (Chunk::default(), 0);
        for (marked, place) in other.chunks.into_iter().flat_map(Chunk::into_pairs) {
            if self.has_room(&marked.mark) {
                chunk.marked.push(marked);
                chunk.places.push(place);
            } else {
                lost += 1;
            }
        }
        self.chunks.push(chunk);
        lost
    }

    /// All marks in order of time.
    fn sorted(self) -> Chunk {
        let mut all = Chunk {
            marked: Vec::with_capacity(self.count),
            places: Vec::with_capacity(self.count),
        };
        for chunk in self.chunks {
            all.marked.extend(chunk.marked);
            all.places.extend(chunk.places);
        }
        all.sort();
        all
    }
}

impl Chunk {
    fn into_pairs(self) -> impl Iterator<Item = (Marked, Place)> {
        self.marked.into_iter().zip(self.places)
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
        let Some(kept) = self.kept(self.judge) else { return };
        if !kept.has_room(&mark) {
            self.lost += 1;
            return;
        }
        if kept.chunks.is_empty() {
            kept.chunks.push(Chunk::default());
        }
        let uid = event.uid.map_or(0, |uid| short(uid).max(1));
        if let Some(chunk) = kept.chunks.last_mut() {
            chunk.marked.push(Marked { time: event.time, uid, mark });
            chunk.places.push((0, event.at));
        }
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        let chunks = self.kept.iter_mut().flat_map(|kept| &mut kept.chunks);
        chunks.flat_map(|chunk| &mut chunk.places).for_each(|place| place.0 = file);
    }

    /// Takes in those of another blob; called in the order of the input, so that who is kept does
    /// not depend on threads.
    pub(crate) fn merge(&mut self, other: Marks) {
        self.lost += other.lost;
        for (judge, theirs) in other.kept.into_iter().enumerate() {
            if theirs.count > 0
                && let Some(kept) = self.kept(judge)
            {
                self.lost += kept.merge(theirs);
            }
        }
    }

    /// One detector's marks in order of time, with the places of their records.
    pub(crate) fn take(&mut self, judge: usize) -> (Vec<Marked>, Vec<Place>) {
        let kept = self.kept.get_mut(judge).map(std::mem::take).unwrap_or_default();
        let all = kept.sorted();
        (all.marked, all.places)
    }
}

#[cfg(test)]
mod tests {
    use model::finding::Effect;
    use model::seam::detector::Keys;
    use model::{Position, Time};

    use super::*;

    /// A chunk of marks at these seconds; the rule is the number of the place.
    fn chunk(seconds: &[i64]) -> Chunk {
        let mut chunk = Chunk::default();
        for (n, second) in seconds.iter().enumerate() {
            let mark =
                Mark { rule: n as u32, effect: Effect::Attempt, keys: Keys::new(), note: None };
            chunk.marked.push(Marked { time: Time::seconds(*second), uid: 0, mark });
            chunk.places.push((0, Position { line: n as u64, record: n as u64 }));
        }
        chunk
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
            let mut sorted = chunk(&seconds);
            sorted.sort();
            let mut want: Vec<(i64, u64)> = seconds.iter().copied().zip(0..).collect();
            want.sort_unstable();
            let found: Vec<(i64, u64)> = sorted
                .into_pairs()
                .map(|(marked, place)| {
                    assert_eq!(u64::from(marked.mark.rule), place.1.line);
                    (marked.time.start / 1_000_000_000, place.1.line)
                })
                .collect();
            assert_eq!(found, want);
        }
    }
}
