//! Telling flow logs by their content.

use memchr::memmem;
use model::seam::source::Likeness;

use super::LINES_TRIED;
use super::delivery_time;
use super::envelope::CARRIERS;
use super::format::{DEFAULT, Format};

/// The record lines at the start of a blob; the last one may be cut off by the sample's end.
fn lines(sample: &str) -> impl Iterator<Item = &str> {
    sample
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| delivery_time(line).1)
        .take(LINES_TRIED)
}

/// The order of fields that some record at the start is certainly written in.
pub fn infer(sample: &[u8]) -> Option<Format> {
    lines(&String::from_utf8_lossy(sample)).find_map(Format::infer)
}

/// Whether a blob holds flow records.
pub fn likeness(sample: &[u8]) -> Likeness {
    let text = String::from_utf8_lossy(sample);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if text.starts_with(['{', '[']) {
        return carried(text);
    }
    let Some(first) = lines(text).next() else { return Likeness::No };
    if Format::infer(first).is_some() || is_header(first) {
        return Likeness::Name;
    }
    if looks_custom(first) { Likeness::Format } else { Likeness::No }
}

/// A header line has names only, several of them those of the default format.
fn is_header(line: &str) -> bool {
    let Some(format) = Format::parse(line) else { return false };
    let old = format.names.iter().filter(|n| DEFAULT.contains(&n.as_str())).count();
    old >= 2 && !line.contains('"') || old >= 4
}

/// A record in a custom order: an interface's id next to a flow log's own words.
fn looks_custom(line: &str) -> bool {
    let word = |w: &str| matches!(w, "ACCEPT" | "REJECT" | "OK" | "NODATA" | "SKIPDATA");
    let interface = |w: &str| {
        w.strip_prefix("eni-").is_some_and(|id| {
            (8..=17).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit())
        })
    };
    let mut words = line.split(' ').take(super::FIELDS_MAX);
    !line.contains(['"', '[', '{', '=']) && words.clone().any(interface) && words.any(word)
}

/// Whether JSON carries flow records: the text of some known member is one, or a member `format`
/// names the order of the fields.
fn carried(text: &str) -> Likeness {
    for name in CARRIERS.iter().chain(&["format", "value"]) {
        let key = format!("\"{name}\"");
        for at in memmem::find_iter(text.as_bytes(), &key).take(LINES_TRIED) {
            let after = text.get(at + key.len()..).unwrap_or("").trim_start();
            let value = after.strip_prefix(':').map(str::trim_start);
            let Some(value) = value.and_then(|v| v.strip_prefix('"')) else { continue };
            let value = value.split('"').next().unwrap_or("").trim_end_matches("\\n");
            let header = *name == "format" && is_header(value);
            if header || Format::infer(delivery_time(value).1).is_some() {
                return Likeness::Name;
            }
        }
    }
    Likeness::No
}
