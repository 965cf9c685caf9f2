//! Citations: cited records, hashed and freed of secrets, numbered in order of time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use model::Event;
use model::finding::Evidence;
use model::investigation::{Citation, TiedHost};
use sha2::{Digest, Sha256};

use crate::deeds::place;
use crate::recall::Recalled;

/// The citations of these records, as far as they were read back. If reports do not show records
/// (`shown`), a citation says where a record stands, not what it says.
pub(crate) fn numbered(
    wanted: BTreeSet<Evidence>,
    recalled: &mut Recalled,
    shown: bool,
) -> BTreeMap<Evidence, Citation> {
    let mut all: BTreeMap<Evidence, Citation> = BTreeMap::new();
    for evidence in wanted {
        let record = recalled.get_mut(&place(&evidence));
        let citation = match record {
            Some(record) if shown => record.citation.take(),
            None if shown => None,
            record => Some(bare(record.and_then(|record| record.host.take()))),
        };
        if let Some(citation) = citation {
            all.insert(evidence, citation);
        }
    }
    for (at, citation) in all.values_mut().enumerate() {
        citation.number = at + 1;
    }
    all
}

fn bare(host: Option<TiedHost>) -> Citation {
    Citation { number: 0, source: "", uid: None, host, sha256: String::new(), raw: String::new() }
}

/// The citation of an event, without its number; `host` is the one whose own log it stands in.
pub(crate) fn citation(event: &Event<'_>, host: Option<TiedHost>) -> Citation {
    record(event.source, event.uid, host, event.raw)
}

/// The citation of a record of that source, id and text.
pub(crate) fn record(
    source: &'static str,
    uid: Option<&str>,
    host: Option<TiedHost>,
    raw: &str,
) -> Citation {
    let digest = Sha256::digest(raw.as_bytes());
    let mut sha256 = String::with_capacity(64);
    for byte in digest {
        let _infallible = write!(sha256, "{byte:02x}");
    }
    Citation {
        number: 0,
        source,
        uid: uid.map(str::to_owned),
        host,
        sha256,
        raw: bounded(&model::redact::redact(raw)),
    }
}

/// The start of a record, cut at a character.
fn bounded(raw: &str) -> String {
    let end = raw
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= Citation::RAW_MAX);
    raw.get(..end.last().unwrap_or(0)).unwrap_or_default().to_owned()
}
