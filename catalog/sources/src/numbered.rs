//! Records in the order in which they stand, each with its number: what every source of one
//! record a line, or one a document, does the same way.

use frame::{Input, Piece};
use model::Position;
use model::seam::source::Intake;
use sonic_rs::Value;

use crate::json;
use crate::wrap::{self, Unit};

/// Numbers the records of a blob, events and rejects alike.
#[derive(Default)]
pub struct Numbers {
    next: u64,
}

impl Numbers {
    /// The place of the next record, which starts on `line`.
    pub fn at(&mut self, line: u64) -> Position {
        self.next += 1;
        Position { line, record: self.next - 1 }
    }
}

/// Takes a line and, if it is a record, its place.
pub type Line<'e> = dyn FnMut(&Unit<'_>, &mut Numbers, &mut dyn Intake) + 'e;

/// Hands every line that is not empty to `each`; what its wrap breaks is refused here.
pub fn lines(input: &mut Input<'_>, out: &mut dyn Intake, each: &mut Line<'_>) {
    let mut numbers = Numbers::default();
    wrap::each(input, &mut |unit| match unit {
        Ok(unit) if unit.text.trim().is_empty() => {}
        Ok(unit) => each(&unit, &mut numbers, out),
        Err(broken) => out.refuse(numbers.at(broken.line), broken.why, broken.text),
    });
}

/// Takes a document with its text and place, or says why it is no record.
pub type Document<'e> =
    dyn FnMut(&Value, &str, Position, &mut dyn Intake) -> Result<(), String> + 'e;

/// Hands every document to `each`, one record each; what is none is refused here.
pub fn documents(input: &mut Input<'_>, out: &mut dyn Intake, each: &mut Document<'_>) {
    let mut numbers = Numbers::default();
    input.documents(&mut |piece| match piece {
        Piece::Document(document) => {
            let at = numbers.at(document.line);
            let done = json::tree(&document).and_then(|value| each(&value, document.text, at, out));
            if let Err(why) = done {
                out.refuse(at, &why, document.text);
            }
        }
        Piece::Damage { line, why, excerpt } => out.refuse(numbers.at(line), &why, &excerpt),
    });
}
