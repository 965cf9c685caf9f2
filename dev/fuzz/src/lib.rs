//! What must hold whatever the input is: shared by the targets.

use std::panic;
use std::sync::Once;

use frame::{Content, Input};
pub use model::contract::Drops;
use model::seam::source::{ReadSettings, Source};

/// Takes a number off the front of the input, for what is not the input itself.
pub fn step_and_rest(data: &[u8]) -> (usize, &[u8]) {
    match data {
        [step, rest @ ..] => (usize::from(*step) + 1, rest),
        [] => (1, data),
    }
}

/// What the Parquet decoder is made of. It panics on some damaged bytes; `columnar` catches that
/// and tells it as damage. (A panic that nobody catches ends the target all the same.)
const CAUGHT: &[&str] = &["/parquet-", "/bytes-"];

static JUDGED: Once = Once::new();

/// Lets panics pass that our own code is there to catch.
fn judge_panics() {
    let end = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let file = info.location().map_or("", |place| place.file());
        if !CAUGHT.iter().any(|part| file.contains(part)) {
            end(info);
        }
    }));
}

/// A source reads anything: no panic, all of it, the same events however the bytes arrive, each
/// of them valid OCSF, and nothing is neither event nor reject.
pub fn source(source: &dyn Source, data: &[u8]) {
    JUDGED.call_once(judge_panics);
    let settings = ReadSettings::default();
    let sample = Input::new(Content::Whole(data));
    source.recognise(sample.sample());
    let (events, rejects) = testkit::collect(source, data, &settings);
    for event in &events {
        let broken = ocsf::validate(&event.ocsf);
        assert!(broken.is_empty(), "{broken:?}\n{:#}", event.ocsf);
    }
    let step = 1 + data.len() % 251;
    let (streamed, refused) = testkit::collect_stream(source, data, step, &settings);
    assert_eq!(events.len(), streamed.len(), "events by a stream of {step} bytes a time");
    assert_eq!(rejects.len(), refused.len(), "rejects by a stream of {step} bytes a time");
    for (whole, streamed) in events.iter().zip(&streamed) {
        assert_eq!(whole.golden(), streamed.golden());
    }
}

/// The source of that name.
pub fn named(name: &str) -> &'static dyn Source {
    sources::find(name).unwrap_or_else(|| panic!("no source `{name}`"))
}
