//! Marks: what events count for together with others, kept until all is read.

use model::seam::detector::{Mark, Marked, Note};
use model::{Event, Position};

use crate::deeds::mark as short;
use crate::recall::Place;

/// Marks that are kept of each detector; more are counted.
pub(crate) const MARKS_MAX: usize = 3_000_000;

/// Bytes of notes that are kept of each detector; marks beyond are counted.
const NOTES_MAX: usize = 512 << 20;

/// A mark with its record's place.
struct Held {
    judge: usize,
    file: u32,
    at: Position,
    marked: Marked,
}

/// The marks of one blob, or of all blobs together.
#[derive(Default)]
pub(crate) struct Marks {
    held: Vec<Held>,
    /// The detector that speaks.
    pub(crate) judge: usize,
    pub(crate) lost: u64,
    /// By detector: how many marks, and bytes of their notes. One that marks much takes nothing
    /// from the others.
    kept: Vec<(usize, usize)>,
}

/// About how many bytes a mark's note takes.
fn size(mark: &Mark) -> usize {
    let texts = |note: &Note| note.texts.iter().map(|text| text.len() + 24).sum::<usize>();
    mark.note.as_deref().map_or(0, |note| texts(note) + 64)
}

impl Marks {
    pub(crate) fn add(&mut self, event: &Event<'_>, mark: Mark) {
        if !self.has_room(self.judge, &mark) {
            self.lost += 1;
            return;
        }
        let uid = event.uid.map_or(0, |uid| short(uid).max(1));
        let marked = Marked { time: event.time, uid, mark };
        self.held.push(Held { judge: self.judge, file: 0, at: event.at, marked });
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        self.held.iter_mut().for_each(|held| held.file = file);
    }

    /// Takes in those of another blob; called in the order of the input, so that who is kept does
    /// not depend on threads.
    pub(crate) fn merge(&mut self, other: Marks) {
        self.lost += other.lost;
        for held in other.held {
            if self.has_room(held.judge, &held.marked.mark) {
                self.held.push(held);
            } else {
                self.lost += 1;
            }
        }
    }

    /// Counts one more mark of a detector, if there is room for it.
    fn has_room(&mut self, judge: usize, mark: &Mark) -> bool {
        if self.kept.len() <= judge {
            self.kept.resize(judge + 1, (0, 0));
        }
        let Some((count, noted)) = self.kept.get_mut(judge) else { return false };
        let size = size(mark);
        if *count >= MARKS_MAX || (size > 0 && *noted + size > NOTES_MAX) {
            return false;
        }
        (*count, *noted) = (*count + 1, *noted + size);
        true
    }

    /// One detector's marks in order of time, with the places of their records.
    pub(crate) fn take(&mut self, judge: usize) -> (Vec<Marked>, Vec<Place>) {
        let mut own: Vec<Held> = self.held.extract_if(.., |held| held.judge == judge).collect();
        own.sort_by(|a, b| {
            let key = |held: &Held| (held.marked.time.start, held.file, held.at);
            key(a).cmp(&key(b)).then_with(|| a.marked.mark.cmp(&b.marked.mark))
        });
        own.into_iter().map(|held| (held.marked, (held.file, held.at))).unzip()
    }
}
