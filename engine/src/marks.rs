//! Marks: what events count for together with others, kept until all is read.

use model::seam::detector::{Mark, Marked, Note};
use model::{Event, Position};

use crate::deeds::mark as short;
use crate::recall::Place;

/// Marks that are kept; more are counted.
pub(crate) const MARKS_MAX: usize = 3_000_000;

/// Bytes of notes that are kept; marks beyond are counted.
const NOTES_MAX: usize = 256 << 20;

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
    /// Bytes of notes.
    noted: usize,
}

/// About how many bytes a mark's note takes.
fn size(mark: &Mark) -> usize {
    let texts = |note: &Note| note.texts.iter().map(|text| text.len() + 24).sum::<usize>();
    mark.note.as_deref().map_or(0, |note| texts(note) + 64)
}

impl Marks {
    pub(crate) fn add(&mut self, event: &Event<'_>, mark: Mark) {
        self.noted += size(&mark);
        if self.held.len() >= MARKS_MAX || (mark.note.is_some() && self.noted > NOTES_MAX) {
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
        let room = MARKS_MAX.saturating_sub(self.held.len());
        self.lost += other.lost + other.held.len().saturating_sub(room) as u64;
        for held in other.held.into_iter().take(room) {
            self.noted += size(&held.marked.mark);
            if self.noted > NOTES_MAX && held.marked.mark.note.is_some() {
                self.lost += 1;
            } else {
                self.held.push(held);
            }
        }
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
