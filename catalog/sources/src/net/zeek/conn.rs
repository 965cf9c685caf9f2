//! What the states of connections mean.

use model::Outcome;

use super::record::Record;

/// The activity of a connection by its state (Zeek, `Conn::Info$conn_state`).
pub(super) fn activity(record: &Record<'_>) -> i64 {
    let is_tcp = record.text("proto") == Some("tcp");
    match record.text("conn_state") {
        Some("S1") => 1,
        Some("SF" | "S2" | "S3") => 2,
        Some("RSTO" | "RSTR" | "RSTOS0" | "RSTRH") => 3,
        // Only TCP answers every attempt: elsewhere no answer is no failure.
        Some("S0" | "SH") if is_tcp => 4,
        Some("REJ") => 5,
        _ => 6,
    }
}

/// Whether the two ends came to talk.
pub(super) fn outcome(record: &Record<'_>) -> Outcome {
    match (record.text("conn_state"), activity(record)) {
        (Some("SF" | "S1" | "S2" | "S3" | "RSTO" | "RSTR"), _) => Outcome::Success,
        (Some("REJ" | "RSTOS0"), _) | (_, 4) => Outcome::Failure,
        _ => Outcome::Unknown,
    }
}
