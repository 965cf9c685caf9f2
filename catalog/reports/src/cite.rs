//! Citations: the number of a record in reports, and the place where it is found again.

use model::Investigation;
use model::finding::Evidence;
use model::investigation::{Citation, TiedBy};

/// The records of a sentence that reports can cite.
///
/// A record that could not be read back (its file went away meanwhile; the engine warns of it) is
/// left out here, because an id that leads nowhere is worse than none.
pub(crate) fn cited<'i>(
    investigation: &'i Investigation,
    evidence: &'i [Evidence],
) -> impl Iterator<Item = (&'i Evidence, &'i Citation)> {
    evidence.iter().filter_map(|record| Some((record, investigation.evidence.get(record)?)))
}

/// The name of a blob as given.
pub(crate) fn file(investigation: &Investigation, number: u32) -> &str {
    investigation.files.get(number as usize).map_or("?", String::as_str)
}

/// The host whose own log a record stands in, and how that is known, in parentheses.
pub(crate) fn host(citation: &Citation, by: [&str; 3]) -> Option<String> {
    let host = citation.host.as_ref()?;
    let [record, assets, path] = by;
    let by = match host.by {
        TiedBy::Record => record,
        TiedBy::Assets => assets,
        TiedBy::Path => path,
    };
    Some(format!("{} ({by})", host.value))
}

/// `file:line`, and `#record` (counted from 0) where several records share lines.
pub(crate) fn place(investigation: &Investigation, evidence: &Evidence) -> String {
    let (line, record) = (evidence.at.line, evidence.at.record);
    let name = file(investigation, evidence.file);
    if record >= line { format!("{name}:{line}#{record}") } else { format!("{name}:{line}") }
}
