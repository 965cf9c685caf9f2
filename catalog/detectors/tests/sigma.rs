//! The Sigma judge: log sources, raw names before OCSF names, keywords, problems.

mod common;

use common::{SOURCE, judge, judge_as, load};
use detectors::sigma::Sigma;

const RECORD: &str =
    r#"{"eventName":"StopLogging","path":"C:\\Temp \"x\"","empty":{},"gone":null}"#;

fn rule(log: &str, detection: &str) -> String {
    format!("title: T\nlogsource:\n  {log}\ndetection:\n  a:\n    {detection}\n  condition: a\n")
}

fn fires(detection: &str) -> bool {
    let text = rule("product: aws", detection);
    !judge(&load(&[("t.yml", &text)]), RECORD).is_empty()
}

#[test]
fn rules_speak_the_log_s_names_or_ocsf() {
    for (detection, wanted) in [
        ("eventName: stoplogging", true),
        ("api.operation: StopLogging", true),
        ("api.operation|endswith: Logging", true),
        ("class_uid: 6003", true),
        ("api.operation: Start", false),
        ("gone: null", true),
        ("never: null", true),
        ("gone|exists: true", true),
        ("never|exists: false", true),
        ("- 'C:\\Temp'", true),
        ("- 'Temp \"X\"'", true),
        ("- 'nowhere'", false),
    ] {
        assert_eq!(fires(detection), wanted, "{detection}");
    }
}

#[test]
fn a_rule_is_asked_about_its_own_logs_only() {
    for (log, source, wanted) in [
        ("product: AWS", SOURCE, true),
        ("service: cloudtrail", SOURCE, true),
        ("product: linux", SOURCE, false),
        ("product: aws\n  category: x", SOURCE, false),
        ("definition: any", SOURCE, true),
        ("product: aws", "web.access", false),
        ("definition: any", "web.access", true),
    ] {
        let text = rule(log, "eventName: StopLogging");
        let sigma = load(&[("t.yml", &text)]);
        assert_eq!(!judge_as(&sigma, source, RECORD).is_empty(), wanted, "{log} on {source}");
    }
}

#[test]
fn what_does_not_load_is_told() {
    let broken = rule("product: aws", "field|re: '('");
    let texts =
        [("bad.yml".to_owned(), broken), ("good.yml".to_owned(), rule("product: aws", "a: b"))];
    let (sigma, problems) = Sigma::load(&texts, &[]);
    assert_eq!(sigma.len(), 1);
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0].starts_with("bad.yml:6: rule \"T\": detection `a` field `field` has"),
        "{problems:?}"
    );
}
