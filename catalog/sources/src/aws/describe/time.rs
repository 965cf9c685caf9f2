//! When an answer was given: as it says itself, else no earlier than the latest time in it.

use model::Time;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;

/// Values lie no deeper.
const DEPTH_MAX: usize = 16;
/// Members whose times may lie ahead.
const AHEAD: &[&str] =
    &["expir", "valid", "notafter", "until", "next", "deletion", "schedul", "end"];

/// The time of a whole answer: the date that the server put on it (`ResponseMetadata`), else the
/// latest time that it mentions.
pub(super) fn stated(answer: &Value) -> Option<Time> {
    let date = json::text(answer, &["ResponseMetadata", "HTTPHeaders", "date"]);
    let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    date.map(|date| Time::seconds(date.timestamp().as_second())).or_else(|| latest(answer))
}

/// The latest time that a value mentions: what it describes was so at that time or later. Tags
/// are people's words, and some times lie ahead; neither counts.
pub(super) fn latest(value: &Value) -> Option<Time> {
    let mut latest = None;
    walk("", value, 0, &mut latest);
    latest
}

fn walk(key: &str, value: &Value, depth: usize, latest: &mut Option<Time>) {
    if depth > DEPTH_MAX {
        return;
    }
    if let Some(items) = value.as_array() {
        items.iter().for_each(|item| walk(key, item, depth + 1, latest));
    } else if let Some(object) = value.as_object() {
        for (key, member) in object {
            if !key.eq_ignore_ascii_case("tags") && !key.eq_ignore_ascii_case("tagset") {
                walk(key, member, depth + 1, latest);
            }
        }
    } else if let Some(time) = value.as_str().and_then(|text| time(key, text))
        && latest.is_none_or(|known| known.start < time.start)
    {
        *latest = Some(time);
    }
}

/// The time that a member states, if its name says that it is one of the past.
fn time(key: &str, text: &str) -> Option<Time> {
    // Looked at by its shape first: few texts begin with a year.
    if !matches!(text.as_bytes(), [b'1' | b'2', _, _, _, b'-', ..]) {
        return None;
    }
    let key = key.to_ascii_lowercase();
    let is_time = ["time", "date", "at", "timestamp"].iter().any(|end| key.ends_with(end));
    let is_ahead = AHEAD.iter().any(|word| key.contains(word));
    if is_time && !is_ahead { Time::parse_rfc3339(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_time_of_the_past() {
        for (answer, wanted) in [
            (r#"{"A":[{"LaunchTime":"2026-10-06T08:00:00+00:00"}]}"#, Some("2026-10-06T08:00:00Z")),
            (
                r#"{"A":[{"CreateDate":"2026-10-01T00:00:00Z"},
                {"CreateDate":"2026-09-01T00:00:00Z",
                "ExpirationDate":"2030-01-01T00:00:00Z",
                "Tags":[{"Date":"2031-01-01T00:00:00Z"}]}]}"#,
                Some("2026-10-01T00:00:00Z"),
            ),
            (
                r#"{"ResponseMetadata":{"HTTPHeaders":{"date":"Tue, 06 Oct 2026 08:00:00 GMT"}},
                "A":[{"CreateDate":"2026-10-01T00:00:00Z"}]}"#,
                Some("2026-10-06T08:00:00Z"),
            ),
            (r#"{"A":[{"Name":"2026-10-01T00:00:00Z"}]}"#, None),
        ] {
            let time = stated(&json::parse(answer).unwrap()).map(|t| t.to_string());
            assert_eq!(time.as_deref(), wanted, "{answer}");
        }
    }
}
