//! Telling access logs by their content.

use frame::SAMPLE_MAX;
use model::seam::source::Likeness;

use super::json::Look;
use super::text::strip;
use super::{alb, common, envoy, haproxy, json as access_json, w3c};
use crate::json;

/// How many lines of a sample are looked at.
const LINES_TRIED: usize = 64;

/// Whether a blob is an access log.
pub fn likeness(sample: &[u8]) -> Likeness {
    let text = String::from_utf8_lossy(sample);
    let text = text.trim_start_matches('\u{FEFF}');
    if super::is_documents(text.as_bytes()) {
        return documents(text);
    }
    let mut tally = Tally::default();
    let mut lines = text.lines().map(str::trim_end).filter(|l| !l.is_empty()).peekable();
    while let Some(line) = lines.next() {
        // The last line may be cut off by the sample's end.
        let is_cut = lines.peek().is_none() && sample.len() >= SAMPLE_MAX && tally.lines > 0;
        if tally.lines >= LINES_TRIED || is_cut {
            break;
        }
        match line.strip_prefix("#Fields:") {
            Some(names) if w3c::is_web(names.split_ascii_whitespace()) => return Likeness::Name,
            Some(_) => return Likeness::No,
            None if line.starts_with('#') => {}
            None => tally.line(line),
        }
    }
    tally.likeness()
}

/// How many of the first lines are what.
#[derive(Default)]
struct Tally {
    lines: usize,
    certain: usize,
    requests: usize,
    beside: usize,
}

impl Tally {
    fn line(&mut self, line: &str) {
        self.lines += 1;
        let (prefix, line) = strip(line);
        let of_haproxy = prefix.program.is_some_and(|p| p.contains("haproxy"));
        if line.starts_with('{') {
            if let Ok(value) = json::parse(line) {
                self.look(access_json::look(&value));
            }
        } else if alb::matches(line) {
            let is_alb = line.starts_with(|c: char| c.is_ascii_alphabetic());
            match alb::parse(line) {
                Ok(_) if is_alb => self.certain += 1,
                Ok(_) => self.requests += 1,
                Err(_) => {}
            }
        } else if haproxy::matches(line) {
            self.requests += usize::from(haproxy::parse(line, None).is_ok());
        } else if of_haproxy {
            self.certain += 1;
        } else if envoy::matches(line) {
            self.requests += usize::from(envoy::parse(line).is_ok());
        } else if common::matches(line) {
            self.requests += usize::from(common::parse(line, None).is_ok());
        }
    }

    fn look(&mut self, look: Look) {
        match look {
            Look::Certain => self.certain += 1,
            Look::Request => self.requests += 1,
            Look::Beside => self.beside += 1,
            Look::Other => {}
        }
    }

    fn likeness(&self) -> Likeness {
        // A server's own messages count only beside requests that are certainly its own.
        let beside = if self.certain > 0 { self.beside } else { 0 };
        let ours = self.certain + self.requests + beside;
        match ours * 2 > self.lines {
            true if self.certain > 0 => Likeness::Name,
            true => Likeness::Format,
            false => Likeness::No,
        }
    }
}

/// A blob of JSON documents over several lines, or an array of them.
fn documents(text: &str) -> Likeness {
    let mut tally = Tally::default();
    let mut input = frame::Input::new(frame::Content::Whole(text.as_bytes()));
    input.documents(&mut |piece| {
        let frame::Piece::Document(document) = piece else { return };
        if tally.lines < LINES_TRIED
            && let Ok(value) = json::parse(document.text)
        {
            tally.lines += 1;
            tally.look(access_json::look(&value));
        }
    });
    tally.likeness()
}
