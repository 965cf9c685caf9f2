//! One file: who claims it, and what the strongest of them makes of it.

use std::collections::BTreeSet;

use frame::Input;
use model::seam::source::{Intake, Likeness, ReadSettings, Source};
use model::{Event, Reject};

/// How many events of a file are held to the OCSF schema: the contract suite holds all of the
/// fixtures' to it, this one sees that real records have no surprises.
const VALIDATED: u64 = 40;

/// What is known of a file.
#[derive(Default)]
pub struct Seen {
    /// Who claims it how strongly; the one that takes it first.
    pub claims: Vec<(&'static str, Likeness)>,
    /// How many events it holds.
    pub events: u64,
    /// What is wrong with it.
    pub wrong: Vec<String>,
    refused: Vec<Reject>,
    /// The numbers of all records, to see that each is there once.
    numbers: BTreeSet<u64>,
    /// Numbers that were told twice.
    doubles: u64,
}

impl Seen {
    /// The kind it is taken for.
    pub fn kind(&self) -> Option<&'static str> {
        self.claims.first().map(|(kind, _)| *kind)
    }

    /// How many records were refused.
    pub fn rejects(&self) -> u64 {
        self.refused.len() as u64
    }

    /// Why they were, each with its place.
    pub fn whys<'s>(&'s self, name: &'s str) -> impl Iterator<Item = String> + 's {
        let line = move |r: &Reject| {
            let excerpt: String = r.excerpt.chars().take(80).collect();
            format!("  {name}:{}: {}: {excerpt:?}", r.at.line, r.why)
        };
        self.refused.iter().map(line)
    }

    fn number(&mut self, number: u64) {
        if !self.numbers.insert(number) {
            self.doubles += 1;
        }
    }

    /// Every record is one event or one reject: the numbers are 0, 1, 2, … and each is there once.
    fn conserve(&mut self) {
        let last = self.numbers.last().map_or(0, |last| last + 1);
        if self.doubles > 0 || last != self.numbers.len() as u64 {
            let (told, doubles) = (self.numbers.len(), self.doubles);
            self.wrong.push(format!("{told} of {last} records are told, {doubles} of them twice"));
        }
        self.numbers.clear();
    }
}

impl Intake for Seen {
    fn event(&mut self, event: &Event<'_>) {
        self.number(event.at.record);
        self.events += 1;
        if self.events <= VALIDATED {
            let invalid = ocsf::validate(&event.body.ocsf().to_json());
            let line = event.at.line;
            self.wrong.extend(invalid.iter().map(|what| format!("line {line}: {what}")));
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.number(reject.at.record);
        self.refused.push(reject);
    }
}

/// Looks at a file as an investigation does.
pub fn look(input: &mut Input<'_>) -> Seen {
    let settings = ReadSettings::default();
    let all = sources::all();
    let sample = input.sample();
    let mut seen = Seen::default();
    let Some((taker, how)) = model::seam::source::recognise(&all, sample, &settings) else {
        return seen;
    };
    let passed = |other: &dyn Source| taker.goes_before().contains(&other.about().name);
    let claims = model::seam::source::claims(&all, sample, &settings);
    let others = claims.into_iter().filter(|(s, _)| s.about().name != taker.about().name);
    let others = others.filter(|(s, _)| !passed(*s)).map(|(s, how)| (s.about().name, how));
    seen.claims = std::iter::once((taker.about().name, how)).chain(others).collect();
    taker.read(input, &settings, &mut seen);
    seen.conserve();
    seen
}
