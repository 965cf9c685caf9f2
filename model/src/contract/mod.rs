//! What every kind of log promises, whoever wrote it: checks of one case, without files.
//!
//! The suite of built-in sources and `yagura sources test` hold their kinds to the same.

mod damage;
mod output;
mod owned;
mod said;

use crate::record::Reject;
use crate::seam::source::{Likeness, Source};

pub use output::{conserved, goldens};
pub use owned::{Drops, OwnedEvent, collect, collect_stream};
pub use said::Said;

/// A log of one kind, with what a person says of it, and what the source makes of it.
pub struct Case<'c> {
    /// The kind that it is of.
    pub source: &'c dyn Source,
    /// The log.
    pub bytes: &'c [u8],
    /// What a person says of it.
    pub said: &'c Said,
    /// What the source makes of it.
    pub events: Vec<OwnedEvent>,
    /// What the source refuses.
    pub rejects: Vec<Reject>,
}

/// A broken promise: which one, and how.
pub type Broken = (&'static str, String);

impl<'c> Case<'c> {
    /// Reads a log as the kind that it is of.
    pub fn read(source: &'c dyn Source, bytes: &'c [u8], said: &'c Said) -> Self {
        let (events, rejects) = collect(source, bytes, &said.read);
        Case { source, bytes, said, events, rejects }
    }

    /// Everything that is wrong, but for the goldens. `all` are the kinds that there are.
    pub fn check(&self, all: &[&dyn Source]) -> Vec<Broken> {
        let named = |promise: &'static str, found: Vec<String>| {
            found.into_iter().map(move |how| (promise, how))
        };
        let mut broken: Vec<Broken> = named("output", output::check(self)).collect();
        broken.extend(named("same again", damage::same_again(self)));
        broken.extend(named("split", damage::split(self)));
        broken.extend(named("cut", damage::cut(self)));
        broken.extend(named("recognise", self.claimed(all)));
        broken
    }

    /// The own source recognises the log, and nobody else claims it as strongly.
    fn claimed(&self, all: &[&dyn Source]) -> Vec<String> {
        let input = frame::Input::new(frame::Content::Whole(self.bytes));
        let sample = input.sample();
        let own = self.source.recognise(sample);
        let mut found = Vec::new();
        if self.said.recognised && own == Likeness::No {
            found.push("its own source does not recognise it".into());
        }
        for other in all {
            let name = other.about().name;
            let passed =
                name == self.source.about().name || self.source.goes_before().contains(&name);
            let theirs = if passed { Likeness::No } else { other.recognise(sample) };
            let wins = theirs >= own || other.goes_before().contains(&self.source.about().name);
            if theirs != Likeness::No && wins {
                found.push(format!("{name} claims it as {theirs:?}, its own source as {own:?}"));
            }
        }
        found
    }
}
