//! Records over several lines: a line that starts none belongs to the one before it.

use frame::Input;
use model::seam::source::Intake;
use model::{Position, Time};

use crate::wrap;

/// The most text that is kept of one record; what comes after it is left out, and said so.
pub const RECORD_MAX: usize = 4 << 20;

/// One record, its lines joined by line ends.
pub struct Joined<'t> {
    /// Its text, verbatim but for the time that an export put in front.
    pub text: &'t str,
    /// Where it starts.
    pub at: Position,
    /// When CloudWatch Logs took it in, if it came from there.
    pub delivered: Option<Time>,
    /// It was longer than [`RECORD_MAX`].
    pub cut: bool,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It starts a record.
    Opens,
    /// It belongs to the record before.
    GoesOn,
    /// It is no record, and none goes on after it: the heading of a log.
    Heading,
}

impl Part {
    /// A line that starts a record, or else belongs to the one before.
    pub fn opens(opens: bool) -> Part {
        if opens { Part::Opens } else { Part::GoesOn }
    }
}

/// What a line is; the second text is the record that is open, or empty.
pub type Parts<'s> = dyn Fn(&str, &str) -> Part + 's;

/// Takes one record whole.
pub type Each<'e> = dyn FnMut(Joined<'_>, &mut dyn Intake) + 'e;

/// Reads a blob to its end. What its wrap breaks is refused here; every record goes to `each`.
pub fn read(input: &mut Input<'_>, parts: &Parts<'_>, out: &mut dyn Intake, each: &mut Each<'_>) {
    let mut joiner = Joiner::default();
    wrap::each(input, &mut |unit| match unit {
        Ok(unit) => joiner.line(&unit, parts, out, each),
        Err(broken) => {
            let at = joiner.alone(broken.line, out, each);
            out.refuse(at, broken.why, broken.text);
        }
    });
    joiner.close(out, each);
}

/// The record under way, for blobs whose lines are taken from more than lines and envelopes.
#[derive(Default)]
pub struct Joiner {
    text: String,
    line: u64,
    delivered: Option<Time>,
    cut: bool,
    records: u64,
}

impl Joiner {
    /// Takes the next line: it goes to the open record, or opens another.
    pub fn line(
        &mut self,
        unit: &wrap::Unit<'_>,
        parts: &Parts<'_>,
        out: &mut dyn Intake,
        each: &mut Each<'_>,
    ) {
        let (time, rest) = wrap::delivery_time(unit.text);
        // A log may itself write such a time first: then what follows it starts no record.
        let behind = time.map(|_| parts(rest, &self.text)).filter(|part| *part != Part::GoesOn);
        let (time, text) = if behind.is_some() { (time, rest) } else { (None, unit.text) };
        match behind.unwrap_or_else(|| parts(text, &self.text)) {
            Part::Opens => {
                self.close(out, each);
                self.begin(text, unit.line, time.or(unit.delivered));
            }
            Part::Heading => self.close(out, each),
            Part::GoesOn if !self.text.is_empty() => self.add(text),
            Part::GoesOn if text.trim().is_empty() => {}
            Part::GoesOn => self.begin(text, unit.line, unit.delivered),
        }
    }

    fn begin(&mut self, text: &str, line: u64, delivered: Option<Time>) {
        (self.line, self.delivered) = (line, delivered);
        self.push(text);
    }

    fn add(&mut self, text: &str) {
        if self.text.len() < RECORD_MAX {
            self.text.push('\n');
        }
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        let room = RECORD_MAX.saturating_sub(self.text.len());
        let kept = text.get(..text.floor_char_boundary(room)).unwrap_or("");
        self.cut |= kept.len() < text.len();
        self.text.push_str(kept);
    }

    /// The place of a record that stands by itself; the open one is closed.
    pub fn alone(&mut self, line: u64, out: &mut dyn Intake, each: &mut Each<'_>) -> Position {
        self.close(out, each);
        self.place(line)
    }

    fn place(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    /// Hands the open record on, if there is one.
    pub fn close(&mut self, out: &mut dyn Intake, each: &mut Each<'_>) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            let at = self.place(self.line);
            let (delivered, cut) = (self.delivered, self.cut);
            each(Joined { text: text.trim_end(), at, delivered, cut }, out);
        }
        self.text = text;
        self.text.clear();
        self.cut = false;
    }
}

#[cfg(test)]
mod tests {
    use frame::Content;
    use model::{Event, Reject};

    use super::*;

    struct Nowhere;

    impl Intake for Nowhere {
        fn event(&mut self, _: &Event<'_>) {}
        fn reject(&mut self, _: Reject) {}
    }

    #[test]
    fn lines_that_start_nothing_belong_to_the_record_before() {
        let log = "lost\n> a\n\n b\n\n2026-10-07T00:00:00Z > c\n> d";
        let mut found = Vec::new();
        let mut input = Input::new(Content::Whole(log.as_bytes()));
        let parts = |line: &str, _: &str| Part::opens(line.starts_with('>'));
        read(&mut input, &parts, &mut Nowhere, &mut |joined, _| {
            let time = joined.delivered.map(|t| t.to_string());
            found.push((joined.at.line, joined.at.record, joined.text.to_owned(), time));
        });
        let time = Some("2026-10-07T00:00:00Z".to_owned());
        let wanted = [
            (1, 0, "lost", None),
            (2, 1, "> a\n\n b", None),
            (6, 2, "> c", time),
            (7, 3, "> d", None),
        ];
        assert_eq!(found, wanted.map(|(line, record, text, t)| (line, record, text.to_owned(), t)));
    }

    #[test]
    fn a_record_beyond_the_bound_is_cut_and_said_so() {
        let log = format!("> {}\n> b", "é\n".repeat(RECORD_MAX / 2));
        let mut found = Vec::new();
        let mut input = Input::new(Content::Whole(log.as_bytes()));
        let parts = |line: &str, _: &str| Part::opens(line.starts_with('>'));
        read(&mut input, &parts, &mut Nowhere, &mut |joined, _| {
            found.push((joined.text.len() <= RECORD_MAX, joined.cut));
        });
        assert_eq!(found, [(true, true), (true, false)]);
    }
}
