//! Recognition, and what the fixtures cannot show: bounds, lookups, equal ids.

use frame::{Content, Input};
use model::seam::source::{Intake, Likeness, ReadSettings, Source};
use model::{Event, Reject};

use super::CloudTrail;

const CALL: &str = include_str!("tests/call.json");
/// Logs of other kinds, one a line.
const OTHERS: &str = include_str!("tests/others.txt");

/// Keeps an answer of each event, and every reason.
struct Answers<'f> {
    field: &'f str,
    values: Vec<String>,
    ids: Vec<String>,
    why: Vec<String>,
}

impl Intake for Answers<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.ids.push(event.id().to_string());
        event.body.field(self.field, &mut |value| {
            self.values.push(value.as_str().unwrap_or_default().to_owned());
            true
        });
    }

    fn reject(&mut self, reject: Reject) {
        self.why.push(reject.why);
    }
}

fn read<'f>(log: &str, field: &'f str) -> Answers<'f> {
    let mut answers = Answers { field, values: Vec::new(), ids: Vec::new(), why: Vec::new() };
    let mut input = Input::new(Content::Whole(log.as_bytes()));
    CloudTrail.read(&mut input, &ReadSettings::default(), &mut answers);
    answers
}

#[test]
fn any_json_is_not_cloudtrail() {
    let table = "time,name,ip\n2026-03-02T08:00:00Z,eventSource,192.0.2.1\n";
    for other in OTHERS.lines().chain([table, ""]) {
        assert_eq!(CloudTrail.recognise(other.as_bytes()), Likeness::No, "{other}");
    }
}

#[test]
fn a_sample_that_breaks_off_is_recognised() {
    let wrapped = format!(r#"{{"owner":"1","logEvents":[{{"message":{CALL:?}}}"#);
    let records = format!(r#"{{"Records":[{CALL},{CALL},{}"#, CALL.get(..200).unwrap());
    let one = CALL.get(..CALL.len() - 80).unwrap();
    for sample in [wrapped.as_str(), &records, one] {
        assert_eq!(CloudTrail.recognise(sample.as_bytes()), Likeness::Name, "{sample}");
    }
}

#[test]
fn a_few_records_among_other_lines_are_no_sure_sign() {
    let other = "{\"level\":\"info\",\"msg\":\"hello\"}\n";
    let log = format!("{}{CALL}\n", other.repeat(5));
    assert_eq!(CloudTrail.recognise(log.as_bytes()), Likeness::Format);
}

#[test]
fn fields_answer_to_the_log_s_own_names() {
    let got = read(CALL, "requestParameters.instancesSet.items.instanceId");
    assert_eq!(got.values, ["i-0a1b2c3d4e5f60001", "i-0a1b2c3d4e5f60002"]);
    assert_eq!(read(CALL, "userIdentity.type").values, ["IAMUser"]);
    assert!(read(CALL, "userIdentity.nobody").values.is_empty());
}

#[test]
fn copies_have_one_id_however_they_are_wrapped() {
    let event = format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{CALL}}}"#);
    let text = format!(r#"{{"Events":[{{"CloudTrailEvent":{CALL:?}}}]}}"#);
    let got = read(&format!("{CALL}\n{event}\n{text}\n"), "eventName");
    assert_eq!((got.values.len(), got.why.len()), (3, 0));
    assert!(got.ids.iter().all(|id| Some(id) == got.ids.first()), "{:?}", got.ids);
}

#[test]
fn wrappers_in_wrappers_are_bounded() {
    let nest = |depth: usize| format!("{}{CALL}{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert_eq!(read(&nest(6), "eventName").values, ["StopInstances"]);
    let deep = read(&nest(60), "eventName");
    assert_eq!((deep.values.len(), deep.why.len()), (0, 1));
    // Texts in texts grow by their escapes; here they are cut off by depth as well.
    let text = (0..10).fold(CALL.to_owned(), |inner, _| format!("{{\"m\":{inner:?}}}"));
    assert_eq!(read(&text, "eventName").why.len(), 1);
}

#[test]
fn an_answer_without_events_and_a_control_message_are_no_rejects() {
    let control = r#"{"messageType":"CONTROL_MESSAGE","logEvents":[{"message":"x"}]}"#;
    let got = read(&format!("{{\"Events\":[]}}\n{control}\n"), "eventName");
    assert_eq!((got.ids.len(), got.why.len()), (0, 0));
    let told = read("{\"events\":[],\"detail\":{\"state\":\"x\"}}", "eventName");
    assert_eq!(told.why.len(), 1, "a document of another kind does not vanish");
}
