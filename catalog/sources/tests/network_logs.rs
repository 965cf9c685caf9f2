//! Logs of network sensors and alert exports beside the checkout.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

use std::io::Read;

use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, bytes, collect, corpus};

/// A source, one of its logs, records and rejects in it.
type Known = (&'static str, &'static str, usize, usize);

const KNOWN: &[Known] = &[
    ("net.suricata", "crowdsec/suricata-eve-detect.log", 4, 0),
    ("net.suricata", "crowdsec/suricata-logs-evelog.log", 8, 0),
    ("net.suricata", "crowdsec/suricata-logs-fastlog.log", 4, 0),
];

/// A log as it lies there, unpacked; `None` where there is none.
fn log(path: &str) -> Option<Vec<u8>> {
    let packed = bytes(&corpus(&format!("corpus/{path}"))?);
    if !path.contains(".gz") {
        return Some(packed);
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
    Some(unpacked)
}

fn read(source: &str, path: &str, bytes: &[u8]) -> (Vec<OwnedEvent>, Vec<String>) {
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
    assert_eq!(claimed, Some(source), "{path} is recognised");
    let own = sources::find(source).unwrap();
    let (events, rejects) = collect(own, bytes, &ReadSettings::default());
    let rejects = rejects.iter().map(|r| format!("{path}:{} {}", r.at.line, r.why)).collect();
    (events, rejects)
}

/// Every record there is read, valid, and counted as a person counts it.
#[test]
fn every_known_record_is_read() {
    for (source, path, records, refused) in KNOWN {
        let Some(bytes) = log(path) else { continue };
        let (events, rejects) = read(source, path, &bytes);
        for event in &events {
            assert_eq!(ocsf::validate(&event.ocsf), [], "{path}: {}", event.raw);
        }
        println!("{source} {path}: {} events, {} rejects", events.len(), rejects.len());
        assert_eq!((events.len(), rejects.len()), (*records, *refused), "{path}: {rejects:#?}");
    }
}
