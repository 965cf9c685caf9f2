//! TOML tables that know where they stand, so that what is wrong is told with file and line.

use std::fmt::Display;

use model::Error;
use model::text::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mapping file.
#[derive(Clone, Copy)]
pub struct Origin<'t> {
    /// Its name for people.
    pub file: &'t str,
    /// Its text.
    pub text: &'t str,
}

impl Origin<'_> {
    /// Something is wrong at a byte of the file.
    pub fn wrong(&self, at: usize, what: impl Display, remedy: impl Into<String>) -> Error {
        let before = self.text.bytes().take(at).filter(|b| *b == b'\n').count();
        Error::user(format!("{}:{}: {what}", self.file, before + 1), remedy)
    }
}

/// A table.
#[derive(Clone, Copy)]
pub struct Table<'t> {
    /// The file.
    pub origin: Origin<'t>,
    entries: &'t DeTable<'t>,
    at: usize,
}

/// A value and the key that it stands under.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    /// The file.
    pub origin: Origin<'t>,
    /// The key, as it is written.
    pub key: &'t str,
    value: &'t Spanned<DeValue<'t>>,
    at: usize,
}

impl<'t> Table<'t> {
    /// The file's own table.
    pub fn root(origin: Origin<'t>, entries: &'t DeTable<'t>) -> Self {
        Table { origin, entries, at: 0 }
    }

    /// Something is wrong with the table as a whole.
    pub fn wrong(&self, what: impl Display, remedy: impl Into<String>) -> Error {
        self.origin.wrong(self.at, what, remedy)
    }

    /// Every entry, in the order of the keys.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'t>> {
        let origin = self.origin;
        self.entries.iter().map(move |(key, value)| Entry {
            origin,
            key: key.get_ref(),
            value,
            at: key.span().start,
        })
    }

    /// The entry of that key.
    pub fn get(&self, key: &str) -> Option<Entry<'t>> {
        self.entries().find(|entry| entry.key == key)
    }

    /// The entry of that key, which must be there.
    pub fn need(&self, key: &str, example: &str) -> Result<Entry<'t>, Error> {
        self.get(key).ok_or_else(|| {
            self.wrong(format!("{key} is missing"), format!("Add a line such as: {example}"))
        })
    }

    /// Refuses keys that are not among these.
    pub fn allow(&self, keys: &[&str]) -> Result<(), Error> {
        let unknown = self.entries().find(|entry| !keys.contains(&entry.key));
        unknown.map_or(Ok(()), |entry| {
            Err(entry.wrong(
                format!("there is no key {:?} here", entry.key),
                choice(entry.key, keys.iter().copied()),
            ))
        })
    }
}

impl<'t> Entry<'t> {
    /// Something is wrong with the entry.
    pub fn wrong(&self, what: impl Display, remedy: impl Into<String>) -> Error {
        self.origin.wrong(self.at, what, remedy)
    }

    fn must_be(&self, what: &str) -> Error {
        self.wrong(format!("{} must be {what}", self.key), format!("Write {what}."))
    }

    /// The text that it is.
    pub fn text(&self) -> Result<&'t str, Error> {
        match self.value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => Err(self.must_be("a text in quotes")),
        }
    }

    /// A text, a number or a truth value, as text.
    pub fn scalar(&self) -> Result<String, Error> {
        scalar(self.value.get_ref()).ok_or_else(|| self.must_be("a text, a number, true or false"))
    }

    /// The truth value that it is.
    pub fn truth(&self) -> Result<bool, Error> {
        match self.value.get_ref() {
            DeValue::Boolean(truth) => Ok(*truth),
            _ => Err(self.must_be("true or false")),
        }
    }

    /// Whether it is a text.
    pub fn is_text(&self) -> bool {
        matches!(self.value.get_ref(), DeValue::String(_))
    }

    /// Whether it is the truth value.
    pub fn is(&self, truth: bool) -> bool {
        matches!(self.value.get_ref(), DeValue::Boolean(value) if *value == truth)
    }

    /// One text, number or truth value, or a list of them.
    pub fn list(&self) -> Result<Vec<String>, Error> {
        let wrong = || self.must_be("a text or a list of texts");
        match self.value.get_ref() {
            DeValue::Array(items) => {
                items.iter().map(|item| scalar(item.get_ref()).ok_or_else(wrong)).collect()
            }
            one => Ok(vec![scalar(one).ok_or_else(wrong)?]),
        }
    }

    /// The table that it is.
    pub fn table(&self) -> Result<Table<'t>, Error> {
        match self.value.get_ref() {
            DeValue::Table(entries) => Ok(Table { origin: self.origin, entries, at: self.at }),
            _ => Err(self.must_be("a table")),
        }
    }

    /// The tables that it lists.
    pub fn tables(&self) -> Result<Vec<Table<'t>>, Error> {
        let wrong = || self.must_be("a list of tables");
        let DeValue::Array(items) = self.value.get_ref() else { return Err(wrong()) };
        let table = |item: &'t Spanned<DeValue<'t>>| match item.get_ref() {
            DeValue::Table(entries) => {
                Ok(Table { origin: self.origin, entries, at: item.span().start })
            }
            _ => Err(wrong()),
        };
        items.iter().map(table).collect()
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A remedy for a word that is none of the known ones.
pub fn choice<'k>(word: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let all: Vec<&str> = known.clone().collect();
    match nearest(word, known) {
        Some(meant) => format!("Is {meant:?} meant? Known here: {}.", all.join(", ")),
        None => format!("Known here: {}.", all.join(", ")),
    }
}
