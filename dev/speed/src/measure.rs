//! The measurement: processor time of reading, of reading with every question asked, and of the
//! parse alone.

use std::hint::black_box;

use frame::{Content, Input};
use model::Event;
use model::record::Reject;
use model::seam::source::{Intake, Source};
use nix::sys::resource::{UsageWho, getrusage};

use crate::blob::Blob;

/// An intake that only counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// Records that were read.
    pub events: usize,
    /// Records that were not.
    pub rejects: usize,
}

impl Intake for Counted {
    fn event(&mut self, event: &Event<'_>) {
        black_box(event.time);
        self.events += 1;
    }

    fn reject(&mut self, _: Reject) {
        self.rejects += 1;
    }
}

/// An intake that asks every event for all it has.
struct Curious;

impl Intake for Curious {
    fn event(&mut self, event: &Event<'_>) {
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        black_box((event.body.ocsf(), entities, event.body.action(), event.id()));
    }

    fn reject(&mut self, _: Reject) {}
}

/// What was measured of one source, summed over its blobs. Times are in seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    events: usize,
    /// Bytes of text, and reading them.
    text: (usize, f64),
    /// Bytes of JSON, reading them, parsing them alone.
    json: (usize, f64, f64),
    /// Reading all with every question asked.
    whole: f64,
}

/// `name events text-bytes text-seconds json-bytes json-seconds floor-seconds whole-seconds`.
pub fn line(source: &dyn Source, blobs: &[Blob], repetitions: usize) -> String {
    let mut sum = Sum::default();
    for blob in blobs {
        measure(source, blob, repetitions, &mut sum);
    }
    let Sum { events, text, json, whole } = sum;
    let name = source.about().name;
    let (bytes, read, floor) = json;
    format!("{name}\t{events}\t{}\t{}\t{bytes}\t{read}\t{floor}\t{whole}", text.0, text.1)
}

fn measure(source: &dyn Source, blob: &Blob, repetitions: usize, sum: &mut Sum) {
    let fill = |out: &mut dyn Intake| {
        for _ in 0..blob.times {
            source.read(&mut Input::new(Content::Whole(&blob.bytes)), &blob.said.read, out);
        }
    };
    let mut counted = Counted::default();
    fill(&mut counted);
    sum.events += counted.events;
    let bytes = blob.bytes.len() * blob.times;
    let read = least(repetitions, || fill(&mut Counted::default()));
    sum.whole += least(1, || fill(&mut Curious));
    if !parses(&blob.bytes) {
        sum.text = (sum.text.0 + bytes, sum.text.1 + read);
        return;
    }
    let floor = least(repetitions, || {
        for _ in 0..blob.times {
            black_box(parses(&blob.bytes));
        }
    });
    sum.json = (sum.json.0 + bytes, sum.json.1 + read, sum.json.2 + floor);
}

/// Parses all documents of a blob into trees and nothing else; false if it is no JSON.
fn parses(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let documents = sonic_rs::Deserializer::from_json(text).into_stream::<sonic_rs::Value>();
    let mut any = false;
    for document in documents {
        match document {
            Ok(value) if is_structure(black_box(&value)) => any = true,
            Ok(_) => return false,
            Err(error) => return any && error.is_eof(),
        }
    }
    any
}

/// Numbers and words alone are no JSON logs: `2026` at the start of a line.
fn is_structure(value: &sonic_rs::Value) -> bool {
    use sonic_rs::JsonValueTrait;
    value.is_object() || value.is_array()
}

/// The least processor time of several runs, in seconds.
pub fn least(repetitions: usize, mut work: impl FnMut()) -> f64 {
    let mut least = f64::MAX;
    for _ in 0..repetitions.max(1) {
        let start = used();
        work();
        least = least.min(used() - start);
    }
    least
}

/// Processor time of this process so far, in seconds.
fn used() -> f64 {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) else { return 0.0 };
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1_000_000.0;
    seconds(usage.user_time()) + seconds(usage.system_time())
}
