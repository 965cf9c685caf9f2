//! Marks for tests, made as the judge makes them.

use model::seam::detector::Marked;
use model::{Outcome, Time};

use super::marks::{Flow, Kind, number};

/// A mark of texts at a second.
pub fn marked(kind: Kind, second: i64, texts: &[&str], outcome: Outcome) -> Marked {
    let texts = texts.iter().map(|text| (*text).to_owned()).collect();
    Marked { time: Time::seconds(second), uid: 0, mark: kind.mark(texts, outcome) }
}

/// A flow record: from when to when, sender and receiver with their ports, packets and bytes.
pub fn flow(
    (from, to): (i64, i64),
    (sender, sender_port): (&str, u16),
    (receiver, receiver_port): (&str, u16),
    (packets, bytes): (u64, u64),
    failed: bool,
) -> Marked {
    let time = Time::seconds(from).until(Time::seconds(to));
    let flow = Flow {
        at: 0,
        time,
        from: number(sender).unwrap(),
        to: number(receiver).unwrap(),
        from_port: sender_port,
        to_port: receiver_port,
        protocol: 6,
        failed,
        packets,
        bytes,
    };
    Marked { time, uid: 0, mark: flow.mark() }
}

/// Numbers that look random and are the same on every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `below`.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % below.max(1)
    }
}
