//! What mappings mean, and what is said of those that mean nothing.

use model::seam::source::{Likeness, ReadSettings, recognise};

use super::*;

const GATE: &str = r#"
["acme.gate"]
format = "lines"
recognise = '^\d{8}T\d{6} GATE '
pattern = '^(?P<when>\S+) GATE (?P<door>\S+) (?P<verb>\w+) (?P<who>\S+) from (?P<ip>\S+)$'
time = "when"
time_format = "%Y%m%dT%H%M%S"
time_zone = "Asia/Tokyo"
address = "ip"

[["acme.gate".event]]
class = "authentication"
activity = "logon"
action = "{verb} {door}"
outcome = { field = "verb", success = ["OPEN"], failure = ["DENY"] }
ocsf = { "user.name" = "who", "src_endpoint.ip" = "ip", "service.name" = { value = "gate" } }
entities = [{ kind = "user", role = "actor", field = "who" }]
"#;

fn load(text: &str) -> Result<Mappings, String> {
    let mut mappings = Mappings::default();
    let added = mappings.add("m.toml", text);
    added.map(|()| mappings).map_err(|error| format!("{error}"))
}

#[test]
fn a_described_kind_is_read_like_any_other() {
    let mappings = load(GATE).unwrap();
    let all = mappings.all();
    let log = "20261006T090000 GATE east OPEN tanaka from 203.0.113.7\n\
               20261006T090001 GATE east DENY sato from 203.0.113.8\n";
    let (source, likeness) = recognise(&all, log.as_bytes(), &ReadSettings::default()).unwrap();
    assert_eq!((source.about().name, likeness), ("acme.gate", Likeness::Format));
    assert_eq!(source.fields(), ["door", "ip", "verb", "when", "who"]);
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_remedy() {
    for (from, to, wanted) in [
        ("time =", "tme =", "m.toml:6: there is no key \"tme\" here\n  Is \"time\" meant?"),
        ("time = \"when\"", "", "m.toml:2: time is missing"),
        ("address", "adress", "m.toml:9: there is no key \"adress\" here\n  Is \"address\" meant?"),
        ("\"lines\"", "\"csv\"", "m.toml:3: there is no format \"csv\""),
        ("'^(?P<when>", "'^((?P<when>", "m.toml:5: pattern is no pattern"),
        ("\"ip\"\n", "\"client\"\n", "m.toml:9: address: the pattern captures nothing named"),
        ("%Y%m%dT%H%M%S", "%H:%M", "m.toml:7: time_format \"%H:%M\""),
        ("Asia/Tokyo", "Asia/Tokio", "m.toml:8: there is no time zone"),
        ("\"authentication\"", "\"authentification\"", "Is \"authentication\" meant?"),
        ("\"logon\"", "\"open\"", "m.toml:13: authentication has no activity \"open\""),
        ("user.name", "user.nmae", "Is \"user.name\" meant?"),
        ("user.name", "file.path", "m.toml:16: authentication has no attribute \"file.path\""),
        ("\"actor\"", "\"actress\"", "m.toml:17: there is no role \"actress\""),
        ("kind = \"user\"", "kind = \"usr\"", "Is \"user\" meant?"),
        ("[\"DENY\"]", "[\"OPEN\"]", "\"OPEN\" is success and failure"),
        ("'^\\d{8}T\\d{6} GATE '", "'.*'", "recognise fits an empty line"),
        ("\"acme.gate\"", "\"web.access\"", "m.toml:2: web.access is built in"),
        ("\"acme.gate\"", "acme.gate", "m.toml:2: \"acme\" is no name of a kind of log"),
        ("[\"acme.gate\"]", "[\"acme.gate\"", "m.toml:2: "),
    ] {
        let told = load(&GATE.replace(from, to)).map(drop).unwrap_err();
        assert!(told.contains(wanted), "{from} -> {to}: {told}");
        assert!(told.contains("\n  "), "no remedy: {told}");
    }
    let told = load("[\"app.json\"]\ntime = \"jikan\"\nuzer = \"who\"\n").map(drop).unwrap_err();
    assert!(told.contains("m.toml:3: app.json has no field \"uzer\"") && told.contains("\"user\""));
    assert_eq!(load("[\"app.json\"]\ntime = \"jikan\"\n").unwrap().app_fields["time"], "jikan");
}

#[test]
fn a_mapping_takes_nothing_from_built_in_kinds_unless_it_says_so() {
    let log = b"192.0.2.1 - - [01/Jan/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"\n";
    let greedy = GATE.replace(r"'^\d{8}T\d{6} GATE '", "'HTTP'");
    let taken = |text: &str| {
        let all = load(text).unwrap().all();
        recognise(&all, log, &ReadSettings::default()).unwrap().0.about().name
    };
    assert_eq!(taken(&greedy), "web.access");
    let said = greedy.replace("time =", "goes_before = [\"web.access\"]\ntime =");
    assert_eq!(taken(&said), "acme.gate");
}
