//! What rules mean, as a table: detection, event, whether it matches. Where the oracle reads the
//! specification as we do, it must agree; where not, the row says so (see the decision of 2026-11-22).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod common;

use common::{oracle, ours, ruleset, theirs};
use serde_json::Value as Json;
use sigma::{LogSource, Matcher, Weight};

/// Whether the oracle is expected to say the same.
#[derive(Clone, Copy, PartialEq)]
enum Oracle {
    Agrees,
    Differs,
}
use Oracle::{Agrees, Differs};

/// A rule with that `detection` section.
fn rule(section: &str) -> String {
    let section = section.replace('\n', "\n  ");
    format!("title: T\nlogsource:\n  product: x\ndetection:\n  {section}\n")
}

const EVENT: &str = r#"{"name":"Alice","path":"C:\\Windows\\Temp\\a.exe","n":42,"big":9007199254740993,
    "f":1.5,"yes":true,"word":"true","nil":null,"nils":[null],"list":["a","B",7],"none":[],"empty":"",
    "obj":{"k":"v","deep":[{"x":1},{"x":"two"}]},"a.b":"dotted","ip":"10.1.2.3","ip6":"2001:db8::1",
    "time":"2024-07-10T12:30:00Z","same":"alice","lines":"one\ntwo","de":"ÄRZTE","cmd":"a.exe /f -x",
    "b64":"cG93ZXJzaGVsbCAtZW5j","wide":"cABvAHcAZQByAHMAaABlAGwAbAA=","digits":"42"}"#;

#[test]
fn every_row_means_what_it_says() {
    let event: Json = serde_json::from_str(EVENT).unwrap();
    for (section, wanted, oracles) in ROWS {
        let section = if section.contains("condition:") {
            (*section).to_owned()
        } else {
            format!("s:\n  {section}\ncondition: s")
        };
        let texts = [("t.yml".to_owned(), rule(&section))];
        let (ruleset, problems) = ruleset(&texts);
        assert!(problems.is_empty(), "{section}: {problems:?}");
        let route =
            ruleset.route(&[LogSource { product: Some("X".into()), ..LogSource::default() }]);
        let got = ours(&mut Matcher::new(&ruleset), &ruleset, &route, &event);
        assert_eq!(!got.is_empty(), *wanted, "{section}");
        let (engine, refused) = oracle(&texts);
        let agrees = refused == 0 && theirs(&engine, &event).is_empty() != *wanted;
        assert_eq!(agrees, *oracles == Agrees, "the oracle on {section}");
    }
}

const ROWS: &[(&str, bool, Oracle)] = &[
    // Texts: the whole value, whatever the case, with wildcards.
    ("name: alice", true, Agrees),
    ("name: alic", false, Agrees),
    ("name: 'al?ce'", true, Agrees),
    ("name: 'a*E'", true, Agrees),
    ("name: '*'", true, Agrees),
    ("name|cased: alice", false, Agrees),
    ("name|cased: 'A*e'", true, Agrees),
    ("de: ärzte", true, Agrees),
    ("de|contains: rzt", true, Agrees),
    ("empty: ''", true, Agrees),
    ("name: ''", false, Agrees),
    ("path: 'C:\\Windows\\*'", false, Agrees),
    ("path: 'C:\\Windows\\\\*'", true, Agrees),
    ("path|endswith: '\\A.exe'", true, Agrees),
    ("path|contains: '\\temp\\'", true, Agrees),
    ("path|contains: 'windows*a'", true, Agrees),
    ("path|startswith: 'c:?w'", true, Differs),
    ("path|startswith: 'w?ndows'", false, Agrees),
    ("path|endswith: '?exe'", true, Differs),
    ("lines: one*two", true, Differs),
    // Lists, arrays, nested fields.
    ("list: b", true, Agrees),
    ("list|contains|all: [a, b]", true, Agrees),
    ("list: 7", true, Agrees),
    ("name: [x, y, alice]", true, Agrees),
    ("name: [v, w, x, y, alice]", true, Agrees),
    ("name|contains: [v, w, x, y, lic]", true, Agrees),
    ("name|contains|all: [ali, ice]", true, Agrees),
    ("name|contains|all: [ali, bob]", false, Agrees),
    ("obj.k: v", true, Agrees),
    ("obj.deep.x: two", true, Agrees),
    ("a.b: dotted", true, Agrees),
    // Numbers, booleans.
    ("n: 42", true, Agrees),
    ("digits: 42", true, Agrees),
    ("n: '42'", true, Agrees),
    ("n: '4?'", true, Agrees),
    ("f: 1.5", true, Agrees),
    ("n|gt: 41", true, Agrees),
    ("n|gte: 42.5", false, Agrees),
    ("n|lt: '43'", true, Agrees),
    ("n|lte: 42", true, Agrees),
    ("digits|gt: 41", true, Agrees),
    ("name|gt: 1", false, Agrees),
    ("big: 9007199254740992", false, Differs),
    ("yes: true", true, Agrees),
    ("word: true", true, Agrees),
    ("yes: 'true'", true, Agrees),
    ("yes: false", false, Agrees),
    // Null, missing, empty, existence, difference.
    ("nil: null", true, Agrees),
    ("gone: null", true, Agrees),
    ("name: null", false, Agrees),
    ("empty: null", false, Agrees),
    ("obj: null", false, Agrees),
    ("none: null", false, Agrees),
    ("nils: null", true, Differs),
    ("gone: [x, null]", true, Differs),
    ("name|exists: true", true, Agrees),
    ("gone|exists: false", true, Agrees),
    ("obj|exists: true", true, Agrees),
    ("nil|exists: true", true, Differs),
    ("name|neq: bob", true, Agrees),
    ("name|neq: alice", false, Agrees),
    ("name|neq: [alice, bob]", false, Agrees),
    ("gone|neq: bob", false, Agrees),
    ("obj|neq: bob", true, Agrees),
    // Regular expressions, networks, other fields, dates.
    ("name|re: '^Al'", true, Agrees),
    ("name|re: '^al'", false, Agrees),
    ("name|re|i: '^al'", true, Agrees),
    ("lines|re|m: '^two$'", true, Agrees),
    ("lines|re: 'one.two'", false, Agrees),
    ("lines|re|s: 'one.two'", true, Agrees),
    ("ip|cidr: 10.0.0.0/8", true, Agrees),
    ("ip|cidr: [192.0.2.0/24, 10.1.2.0/24]", true, Agrees),
    ("ip6|cidr: 2001:db8::/32", true, Agrees),
    ("name|cidr: 10.0.0.0/8", false, Agrees),
    ("ip|cidr: 10.1.2.3", true, Differs),
    ("name|fieldref: same", true, Agrees),
    ("name|cased|fieldref: same", false, Agrees),
    ("path|fieldref|contains: name", false, Agrees),
    ("name|fieldref: gone", false, Agrees),
    ("name|fieldref|neq: same", false, Agrees),
    ("name|fieldref|neq: path", true, Agrees),
    ("path|fieldref|startswith: same", false, Agrees),
    ("time|hour: 12", true, Agrees),
    ("time|minute: 31", false, Agrees),
    ("time|week: 28", true, Agrees),
    ("time|day: 10", true, Agrees),
    ("time|month: [6, 7]", true, Agrees),
    ("time|year: 2024", true, Agrees),
    ("time|year|lt: 2024", false, Differs),
    ("name|hour: 12", false, Agrees),
    ("time|hour|gte: 12", true, Differs),
    // Encodings, dashes.
    ("b64|base64: 'powershell -enc'", true, Agrees),
    ("b64|base64offset|contains: shell", true, Differs),
    ("b64|base64offset|contains: 'shell -enc'", true, Agrees),
    ("wide|utf16le|base64offset|contains: power", true, Differs),
    ("wide|wide|base64: powershell", true, Agrees),
    ("cmd|windash|contains: ' -f'", true, Agrees),
    ("cmd|windash|contains: ' /x'", true, Differs),
    ("name|contains|windash: 'ali'", true, Agrees),
    ("cmd|windash|contains|all: [' -f', ' /x']", true, Differs),
    ("b64|base64offset: shell", true, Differs),
    ("name|re|i|m|s: '^al.+'", true, Agrees),
    ("name|neq|contains: 'bob'", true, Agrees),
    ("n|neq: 42", false, Agrees),
    ("n|neq: 41", true, Agrees),
    ("list|neq: x", true, Agrees),
    ("list|neq: a", false, Agrees),
    ("ip|cidr|neq: 10.0.0.0/8", false, Agrees),
    ("obj.deep.x|gt: 0", true, Agrees),
    ("obj.deep|exists: true", true, Agrees),
    ("obj.gone|exists: true", false, Agrees),
    ("empty|exists: true", true, Agrees),
    ("empty|neq: ''", false, Agrees),
    ("name: 'al\\\\*'", false, Agrees),
    // Keywords.
    ("- alice", true, Agrees),
    ("- nobody", false, Agrees),
    ("'|all': [alice, dotted]", true, Differs),
    ("'|all': [alice, nobody]", false, Agrees),
    ("- 'win*tem'", true, Agrees),
    ("- 42", true, Differs),
    ("'|re': 'Tem.'", true, Agrees),
    // Conditions.
    ("a:\n  name: alice\nb:\n  name: bob\ncondition: a and not b", true, Agrees),
    ("a:\n  name: alice\nb:\n  name: bob\ncondition: all of them", false, Agrees),
    ("a:\n  name: alice\n_b:\n  name: bob\ncondition: all of them", true, Agrees),
    ("s_a:\n  name: alice\ns_b:\n  name: bob\ncondition: 1 of s_*", true, Agrees),
    ("s_a:\n  name: alice\ns_b:\n  n: 42\nx:\n  n: 1\ncondition: 2 of s_*", true, Agrees),
    ("s_a:\n  name: alice\ns_b:\n  n: 41\ncondition: 2 of s_*", false, Agrees),
    ("a:\n  name: alice\nb:\n  name: bob\ncondition:\n  - b\n  - a", true, Agrees),
    ("a:\n  - name: bob\n  - n: 42\ncondition: a", true, Agrees),
    ("a:\n  name: bob\ncondition: not a", true, Agrees),
    ("a:\n  name: bob\nb:\n  n: 42\ncondition: not (a or not b)", true, Agrees),
    ("a:\n  name: bob\nb:\n  n: 42\ncondition: b or a and a", true, Agrees),
    ("a:\n  name: bob\nb:\n  n: 42\ncondition: not a and b", true, Agrees),
    ("x_a:\n  name: alice\ny_a:\n  n: 42\ncondition: all of *_a", true, Agrees),
    (
        "s_a_1:\n  name: alice\ns_b_1:\n  n: 1\ncondition: 1 of s_*_1 and not all of s_*",
        true,
        Agrees,
    ),
    ("s:\n  - name: alice\nf:\n  - bob\ncondition: s and not 1 of f*", true, Agrees),
];

#[test]
fn what_cannot_be_compiled_says_why_and_where() {
    for (section, line, what) in [
        ("s:\n  a|re: '('\ncondition: s", 6, "regular expression"),
        ("s:\n  a|re: '(?=x)'\ncondition: s", 6, "regular expression"),
        ("s:\n  a|re: '(((a{99}){99}){99}){99}'\ncondition: s", 6, "regular expression"),
        ("s:\n  a|cidr: 10.0.0.0/99\ncondition: s", 6, "network"),
        ("s:\n  a|gt: high\ncondition: s", 6, "no number"),
        ("s:\n  a|contains|all: x\ncondition: s", 6, "single value"),
        ("s:\n  a|contains|endswith: x\ncondition: s", 6, "two modifiers"),
        ("s:\n  a|i: x\ncondition: s", 6, "without `re`"),
        ("s:\n  a|exists: maybe\ncondition: s", 6, "true or false"),
        ("s:\n  a|expand: '%who%'\ncondition: s", 6, "placeholder %who%"),
        ("s:\n  a|base64: 'x*'\ncondition: s", 6, "wildcards"),
        ("s:\n  a|utf16: x\ncondition: s", 6, "no text can hold"),
        ("s:\n  a: x\ncondition: t", 7, "names `t`"),
        ("s:\n  a: x\ncondition: all of t*", 7, "no detection is named so"),
        ("s:\n  a: x\ncondition: s | count() > 5", 7, "Condition parse error"),
        ("s:\n  a|what: x\ncondition: s", 1, "Unknown modifier"),
        ("s:\n  a: []\ncondition: s", 6, "no values"),
        ("s:\n  a: x", 1, "condition"),
    ] {
        let (ruleset, problems) = ruleset(&[("t.yml".to_owned(), rule(section))]);
        assert!(ruleset.is_empty(), "{section}");
        let [problem] = problems.as_slice() else { panic!("{section}: {problems:?}") };
        assert_eq!((problem.weight, problem.line), (Weight::Error, Some(line)), "{problem}");
        assert!(problem.what.contains(what), "{section}: {problem}");
    }
}

#[test]
fn what_is_off_beside_the_logic_is_a_warning() {
    let plain = rule("s:\n  a: x\ncondition: s");
    for (line, what) in [
        ("taxonomy: ecs\n", Some("taxonomy `ecs`")),
        ("taxonomy: OCSF\n", None),
        ("level: terrible\n", Some("invalid level")),
        ("status: done\n", Some("invalid status")),
        ("my_own_key: 1\n", None),
    ] {
        let (ruleset, problems) = ruleset(&[("t.yml".to_owned(), format!("{plain}{line}"))]);
        assert_eq!(ruleset.len(), 1, "{line}");
        assert_eq!(problems.len(), usize::from(what.is_some()), "{line}: {problems:?}");
        for problem in problems {
            assert_eq!(problem.weight, Weight::Warning);
            assert!(problem.what.contains(what.unwrap()), "{problem}");
        }
    }
}

#[test]
fn documents_that_are_no_rules_are_told() {
    for text in ["", "a: b", "[1, 2]", "title: T", "\t", "title: [", "a: &x [*x]", "\u{0}"] {
        let (ruleset, problems) = ruleset(&[("t.yml".to_owned(), text.to_owned())]);
        assert!(ruleset.is_empty() && !problems.is_empty(), "{text:?}: {problems:?}");
    }
}

#[test]
fn filters_narrow_the_rules_they_name() {
    let rule = rule("s:\n  name: alice\ncondition: s");
    for (target, product, selection, wanted) in [
        ("[T]", "x", "n: 42", 0),
        ("any", "x", "n: 42", 0),
        ("any", "x", "n: 41", 1),
        ("[other]", "x", "n: 42", 1),
        ("any", "y", "n: 42", 1),
    ] {
        let filter = format!(
            "title: F\nlogsource:\n  product: {product}\nfilter:\n  rules: {target}\n  \
             selection:\n    {selection}\n  condition: not selection\n"
        );
        let texts = [("r.yml".to_owned(), rule.clone()), ("f.yml".to_owned(), filter)];
        let (ruleset, _) = ruleset(&texts);
        let event: Json = serde_json::from_str(EVENT).unwrap();
        let found = ours(&mut Matcher::new(&ruleset), &ruleset, &ruleset.route_all(), &event);
        assert_eq!(found.len(), wanted, "{target} {product} {selection}");
    }
}
