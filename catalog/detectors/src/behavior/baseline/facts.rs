//! What one event tells of an entity's habits. One piece of memory is used again and again.

use std::ops::Range;

use super::feature::{Feature, Kind};
use super::slot::mark;
use crate::web::cut;

/// A text is kept to this length, in bytes.
const TEXT_MAX: usize = 120;

/// An entity, those like it, and the values of its features in one event.
#[derive(Debug)]
pub struct Facts {
    text: String,
    kind: Kind,
    name: Range<usize>,
    peers: Range<usize>,
    everybody: Range<usize>,
    all: Vec<(Feature, Range<usize>)>,
}

impl Default for Facts {
    fn default() -> Self {
        Facts {
            text: String::new(),
            kind: Kind::Host,
            name: 0..0,
            peers: 0..0,
            everybody: 0..0,
            all: Vec::new(),
        }
    }
}

/// A level of likeness: the entity itself, those like it, everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'f> {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: &'f str,
    /// What stands for it.
    pub mark: u64,
}

/// What stands for an entity, or for a group of entities of a kind.
pub fn place_mark(level: Kind, of: Kind, name: &str) -> u64 {
    mark(&[level.word(), of.word(), name])
}

impl Facts {
    /// Begins with an entity.
    pub fn begin(&mut self, kind: Kind, name: &str) {
        self.text.clear();
        self.all.clear();
        self.kind = kind;
        self.name = self.keep(&[name]);
        (self.peers, self.everybody) = (0..0, 0..0);
    }

    /// Who is like it.
    pub fn peers(&mut self, parts: &[&str]) {
        self.peers = self.keep(parts);
    }

    /// Where it belongs to.
    pub fn everybody(&mut self, parts: &[&str]) {
        self.everybody = self.keep(parts);
    }

    /// A value, made of parts; empty ones tell nothing.
    pub fn add(&mut self, feature: Feature, parts: &[&str]) {
        let range = self.keep(parts);
        if !range.is_empty() {
            self.all.push((feature, range));
        }
    }

    fn keep(&mut self, parts: &[&str]) -> Range<usize> {
        let from = self.text.len();
        for part in parts {
            let room = TEXT_MAX.saturating_sub(self.text.len() - from);
            self.text.push_str(cut(part, room));
        }
        from..self.text.len()
    }

    fn text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The entity, those like it, everybody of its kind; the last two may be missing.
    pub fn places(&self) -> [Option<Place<'_>>; 3] {
        let of = |kind: Kind, range: &Range<usize>| {
            let name = self.text(range);
            let mark = place_mark(kind, self.kind, name);
            (!name.is_empty()).then_some(Place { kind, name, mark })
        };
        [
            of(self.kind, &self.name),
            of(Kind::Peers, &self.peers),
            of(Kind::Everybody, &self.everybody),
        ]
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = (Feature, &str)> {
        self.all.iter().map(|(feature, range)| (*feature, self.text(range)))
    }
}
