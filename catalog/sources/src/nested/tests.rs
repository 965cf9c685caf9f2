//! Wrappers, damage, and samples that break off.

use frame::{Content, Input};
use model::Outcome;
use ocsf::{Class, Flat, Scalar};

use super::*;

/// Records here are objects with a `mark`.
const KIND: Kind = Kind {
    what: "a test record",
    marks: &[&["mark"]],
    is_record: |value, _| json::has(value, "mark"),
    emit,
};

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let body = Nothing;
    out.event(&Event {
        source: "test",
        time: found.around.time.unwrap_or(Time::seconds(0)),
        uid: None,
        at: found.at,
        outcome: Outcome::Unknown,
        credential: None,
        address: Some(found.around.key),
        raw: found.raw,
        body: &body,
    });
}

struct Nothing;

impl model::Body for Nothing {
    fn ocsf(&self) -> Flat<'_> {
        Flat::new(Class::BASE_EVENT, 0)
    }
    fn field(&self, _: &str, _: &mut dyn FnMut(Scalar<'_>) -> bool) {}
    fn entities<'s>(&'s self, _: &mut Vec<model::Entity<'s>>) {}
    fn action(&self) -> String {
        String::new()
    }
}

#[derive(Default)]
struct Seen(Vec<String>);

impl Intake for Seen {
    fn event(&mut self, e: &Event<'_>) {
        let key = e.address.unwrap_or_default();
        self.0.push(format!("{}:{} {key} {} {}", e.at.line, e.at.record, e.time, e.raw));
    }
    fn reject(&mut self, r: Reject) {
        self.0.push(format!("{}:{} {}", r.at.line, r.at.record, r.why));
    }
}

fn seen(log: &str) -> Vec<String> {
    let mut seen = Seen::default();
    read(&mut Input::new(Content::Whole(log.as_bytes())), &KIND, &mut seen);
    seen.0
}

#[test]
fn wrappers_come_off() {
    let record = r#"{"mark":1}"#;
    let quoted = r#""{\"mark\":1}\n""#;
    for (log, wanted) in [
        (record.to_owned(), "1:0  1970-01-01T00:00:00Z"),
        (format!("[{record}]"), "1:0  1970-01-01T00:00:00Z"),
        (format!("2026-10-06T00:00:01.5Z {record}"), "1:0  2026-10-06T00:00:01.500Z"),
        (
            format!(
                "{{\"detail-type\":\"x\",\"source\":\"y\",\n\"time\":\"2026-10-06T00:00:01Z\",\
                 \"detail\":{{\"findings\":[{record}]}}}}"
            ),
            "2:0 findings 2026-10-06T00:00:01Z",
        ),
        (
            format!(r#"{{"logEvents":[{{"timestamp":1759708801000,"message":{quoted}}}]}}"#),
            "1:0 message 2025-10-06T00:00:01.000Z",
        ),
        (
            format!(r#"{{"Type":"Notification","Message":{quoted}}}"#),
            "1:0 Message 1970-01-01T00:00:00Z",
        ),
    ] {
        assert_eq!(seen(&log), [format!("{wanted} {record}")], "{log}");
        assert_eq!(recognise(log.as_bytes(), &KIND), Likeness::Name, "{log}");
    }
}

#[test]
fn what_is_no_record_is_refused() {
    for (log, wanted) in [
        ("{}", &["1:0 not a test record, nor does it carry one"][..]),
        ("[3]", &["1:0 not a test record: a number"]),
        ("hello", &["1:0 not a test record"]),
        (
            r#"{"messageType":"CONTROL_MESSAGE","logEvents":[]}"#,
            &["1:0 a control message of CloudWatch Logs, no record"],
        ),
        (r#"{"Findings":[],"NextToken":null}"#, &[]),
        (
            r#"{"list":[{"mark":1},{"x":1}]}"#,
            &[
                "1:0 list 1970-01-01T00:00:00Z {\"mark\":1}",
                "1:1 not a test record, nor does it carry one",
            ],
        ),
    ] {
        assert_eq!(seen(log), wanted, "{log}");
    }
}

#[test]
fn a_sample_that_breaks_off_is_mended() {
    let many = format!(r#"{{"answer":{{"list":[{}"#, r#"{"mark":1,"a":"}"},"#.repeat(3));
    for end in 30..many.len() {
        let sample = many.get(..end).unwrap();
        let wanted = if sample.contains("},{") || sample.contains("1,") {
            Likeness::Name
        } else {
            Likeness::No
        };
        assert_eq!(recognise(sample.as_bytes(), &KIND), wanted, "{sample}");
    }
    let deep = r#"{"a":"#.repeat(40) + r#"{"mark":1}"#;
    assert_eq!(recognise(deep.as_bytes(), &KIND), Likeness::No);
}
