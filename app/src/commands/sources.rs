//! `yagura sources`: the kinds of log, and what a file was taken for.

use std::io::{self, Write};

use model::seam::source::Source;
use serde_json::{Value, json};

use super::{explain, trial};
use crate::args::{Sources, SourcesWhat};
use crate::assemble;
use crate::exit::{DONE, Failure};
use crate::reading::mappings;

/// Runs the verb; gives the exit code.
pub fn run(options: &Sources) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    match &options.what {
        Some(SourcesWhat::Explain { path, assets, reading }) => {
            explain::run(path, assets.as_deref(), reading, options)
        }
        Some(SourcesWhat::Test { mappings, update }) => trial::run(mappings, *update, options),
        None => {
            let all = mappings(options.mappings.as_deref())?.all();
            assemble::deliver(options.output.output.as_deref(), &mut |to| {
                if as_json { list_json(&all, to) } else { list_text(&all, to) }
            })?;
            Ok(DONE)
        }
    }
}

fn list_text(all: &[&dyn Source], to: &mut dyn Write) -> io::Result<()> {
    for source in all {
        let about = source.about();
        let classes: Vec<&str> = source.classes().iter().map(|class| class.caption).collect();
        writeln!(to, "{:<20} {}", about.name, about.line)?;
        writeln!(to, "{:<20} OCSF: {}", "", classes.join(", "))?;
        if !source.goes_before().is_empty() {
            writeln!(to, "{:<20} goes before: {}", "", source.goes_before().join(", "))?;
        }
    }
    writeln!(to, "\nA file is recognised by its content; name its kind with --source NAME=PATH.")
}

fn list_json(all: &[&dyn Source], to: &mut dyn Write) -> io::Result<()> {
    let list: Vec<Value> = all
        .iter()
        .map(|source| {
            let about = source.about();
            let classes: Vec<u16> = source.classes().iter().map(|class| class.uid).collect();
            json!({"name": about.name, "line": about.line, "spec": about.spec,
                   "classes": classes, "fields": source.fields()})
        })
        .collect();
    writeln!(to, "{:#}", json!({"schema": "yagura.sources/1", "sources": list}))
}
