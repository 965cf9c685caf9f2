//! Citations: cited records are read back from the input, hashed, and freed of secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use model::Event;
use model::finding::Evidence;
use model::investigation::Citation;
use sha2::{Digest, Sha256};

use crate::deeds::place;
use crate::intake::{Harvest, Plan};
use crate::recall::{Place, read_back};

/// Reads the cited records back.
pub(crate) fn cite(
    plan: &Plan<'_>,
    harvest: &Harvest,
    wanted: &BTreeSet<Evidence>,
) -> BTreeMap<Evidence, Citation> {
    let by_place: BTreeMap<Place, &Evidence> = wanted.iter().map(|e| (place(e), e)).collect();
    let places: BTreeSet<Place> = by_place.keys().copied().collect();
    let read = read_back(plan, harvest, &places, &citation);
    let mut found: BTreeMap<Evidence, Citation> = read
        .into_iter()
        .filter_map(|(place, citation)| Some(((*by_place.get(&place)?).clone(), citation)))
        .collect();
    for (number, citation) in found.values_mut().enumerate() {
        citation.number = number + 1;
    }
    found
}

fn citation(event: &Event<'_>) -> Citation {
    let digest = Sha256::digest(event.raw.as_bytes());
    let mut sha256 = String::with_capacity(64);
    for byte in digest {
        let _infallible = write!(sha256, "{byte:02x}");
    }
    Citation {
        number: 0,
        source: event.source,
        uid: event.uid.map(str::to_owned),
        sha256,
        raw: bounded(&model::redact::redact(event.raw)),
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
