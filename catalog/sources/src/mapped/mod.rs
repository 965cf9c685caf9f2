//! Kinds of log that a person describes in TOML: what `--mappings` reads.
//!
//! A file has one table for each kind, named as the kind is. `["app.json"]` says what applications
//! call our fields; any other name is a kind of its own (docs/custom-formats.md).

mod events;
mod load;
mod record;
mod rule;
mod source;
mod table;
mod times;

use std::collections::BTreeMap;

use model::Error;
use model::seam::source::Source;
use toml::de::DeTable;

use table::{Entry, Origin, Table, choice};

/// The kind whose table names fields only.
const APP_JSON: &str = "app.json";

/// What mapping files say together.
#[derive(Default)]
pub struct Mappings {
    /// Our names of the fields of applications' JSON, to theirs.
    pub app_fields: BTreeMap<String, String>,
    /// The kinds of log that are described, in the order of their names, each with its file.
    pub sources: Vec<(String, &'static dyn Source)>,
}

impl Mappings {
    /// Takes a file in. Everything in it must be understood: the error names file, line, remedy.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), Error> {
        let origin = Origin { file, text };
        let parsed = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let remedy = "Mappings are written in TOML: https://toml.io/en/v1.0.0.";
            origin.wrong(at, error.message(), remedy)
        })?;
        for entry in Table::root(origin, parsed.get_ref()).entries() {
            if entry.key == APP_JSON {
                self.fields(entry.table()?)?;
            } else {
                self.source(entry)?;
            }
        }
        Ok(())
    }

    fn fields(&mut self, table: Table<'_>) -> Result<(), Error> {
        for entry in table.entries() {
            if !crate::app::json::ours().any(|ours| ours == entry.key) {
                let what = format!("app.json has no field {:?}", entry.key);
                return Err(entry.wrong(what, choice(entry.key, crate::app::json::ours())));
            }
            self.app_fields.insert(entry.key.to_owned(), entry.text()?.to_owned());
        }
        Ok(())
    }

    fn source(&mut self, entry: Entry<'_>) -> Result<(), Error> {
        let name = named(entry)?;
        if let Some((file, _)) = self.sources.iter().find(|(_, s)| s.about().name == name) {
            let remedy = "Give one of them another name.";
            return Err(entry.wrong(format!("{name} is described in {file}, too"), remedy));
        }
        let mapping = load::mapping(name, entry.table()?)?;
        let source: &'static dyn Source = Box::leak(Box::new(source::Mapped::new(mapping)));
        let place = self.sources.partition_point(|(_, s)| s.about().name < name);
        self.sources.insert(place, (entry.origin.file.to_owned(), source));
        Ok(())
    }

    /// Every kind of log: the built-in ones, then those described here.
    pub fn all(&self) -> Vec<&'static dyn Source> {
        crate::all().into_iter().chain(self.sources.iter().map(|(_, source)| *source)).collect()
    }
}

/// The name of a described kind: `family.name`, and no built-in one.
fn named(entry: Entry<'_>) -> Result<&str, Error> {
    let name = entry.key;
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let is_name = name.split_once('.').is_some_and(|(family, kind)| part(family) && part(kind));
    if !is_name {
        let remedy = "Name it family.kind in quotes, small letters only: [\"acme.gate\"].";
        return Err(entry.wrong(format!("{name:?} is no name of a kind of log"), remedy));
    }
    if crate::find(name).is_some() {
        let remedy = "Choose another name; goes_before = [\"…\"] puts a mapping before a kind.";
        return Err(entry.wrong(format!("{name} is built in"), remedy));
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
