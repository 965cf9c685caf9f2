//! Weighing and the budget, on marks as the judge makes them.

use model::seam::detector::{Detector, Joined, Keys, Mark, Marked, Note};
use model::{Effect, Time};

use super::watch::VOLUME;
use super::{Harmless, Surprise};
use crate::behavior::baseline::{Baseline, DAY, Facts, Feature, Kind, place_mark};

const LAST: u32 = 20_030;

fn arn(n: usize) -> String {
    format!("arn:aws:iam::111122223333:role/r{n}")
}

/// Six roles that did the same few things on thirty days; the last one by a pipeline.
fn surprise() -> Surprise {
    let mut baseline = Baseline::default();
    let mut facts = Facts::default();
    for day in LAST - 30..LAST {
        for n in 0..6 {
            for action in ["s3:GetObject", "ec2:DescribeInstances"] {
                facts.begin(Kind::Principal, &arn(n));
                facts.everybody(&["111122223333 AssumedRole"]);
                facts.add(Feature::Action, &[action]);
                facts.add(Feature::Network, &["203.0.113.0/24"]);
                facts.add(Feature::Agent, &[if n == 5 { "Terraform/1" } else { "aws-cli/2" }]);
                baseline.learn(&facts, day * DAY);
                baseline.count(day * DAY);
            }
        }
    }
    baseline.settle();
    Surprise::new(&[], baseline)
}

fn new(n: usize, feature: Feature, value: &str) -> Marked {
    let texts = [arn(n), String::new(), "111122223333 AssumedRole".into(), value.into()];
    let note = Note { texts: texts.into(), numbers: vec![Kind::Principal as i64, 1] };
    let (rule, effect, keys) = (feature as u32, Effect::Success, Keys::new());
    let mark = Mark { rule, effect, keys, note: Some(Box::new(note)) };
    Marked { time: Time::seconds(i64::from(LAST + 1) * 86_400), uid: 0, mark }
}

fn stolen(n: usize) -> Vec<Marked> {
    let network = format!("198.51.{n}.0/24");
    let agent = format!("curl/{n}");
    let action = format!("iam:CreateUser{n}");
    vec![
        new(n, Feature::Action, &action),
        new(n, Feature::Network, &network),
        new(n, Feature::Agent, &agent),
    ]
}

fn ids(joined: &[Joined]) -> Vec<&str> {
    joined.iter().map(|one| one.rule.id.as_str()).collect()
}

#[test]
fn one_new_thing_is_low_and_several_with_risk_are_high() {
    let surprise = surprise();
    let (one, said) = surprise.join(&[new(0, Feature::Action, "iam:ListUsers")]);
    assert_eq!(ids(&one), ["behavior.new.action"]);
    assert!(said.is_empty());
    let (several, _) = surprise.join(&stolen(0));
    assert_eq!(ids(&several), ["behavior.surprise.strong"]);
    let harmless = [&[new(0, Feature::Action, "iam:ListUsers")], &stolen(0)[1..]].concat();
    assert_eq!(ids(&surprise.join(&harmless).0), ["behavior.surprise"], "rare is not yet bad");
}

#[test]
fn changes_that_have_a_reason_are_damped() {
    let surprise = surprise();
    let change: Vec<Marked> = (0..3).map(|n| new(n, Feature::Action, "s3:PutObject")).collect();
    assert!(surprise.join(&change).0.is_empty(), "three do the same: a deployment");
    assert_eq!(surprise.join(&change[..2]).0.len(), 1, "two do not, and the budget is one");
    let plan = new(5, Feature::Action, "sqs:CreateQueue");
    assert!(surprise.join(&[plan]).0.is_empty(), "a pipeline does what it is told");
}

#[test]
fn a_day_has_a_budget_and_it_is_said() {
    let surprise = surprise();
    let all: Vec<Marked> = (0..5).flat_map(stolen).collect();
    let (told, said) = surprise.join(&all);
    assert_eq!(
        ids(&told),
        ["behavior.surprise.strong", "behavior.surprise", "behavior.surprise"],
        "one strong, two of several aspects"
    );
    assert!(said[0].starts_with("2 more surprises"), "{said:?}");
}

#[test]
fn who_is_not_known_is_low_at_most() {
    let (told, _) = surprise().join(&stolen(9));
    assert_eq!(told.len(), 1);
    assert!(told[0].rule.severity <= model::Severity::Low, "{:?}", told[0].rule.id);
    let text = &told[0].detail.as_ref().unwrap().text;
    assert!(text.contains("nothing is known of it"), "{text}");
}

/// With databases of places learned, a new network of a known operator counts half.
#[test]
fn a_new_network_of_a_known_operator_counts_half() {
    let network = || vec![new(0, Feature::Network, "198.51.100.0/24")];
    let told = surprise().join(&network()).0;
    assert_eq!(ids(&told), ["behavior.new.origin"]);
    let mut known = surprise();
    let mut facts = Facts::default();
    for day in LAST - 30..LAST {
        facts.begin(Kind::Principal, &arn(0));
        facts.everybody(&["111122223333 AssumedRole"]);
        facts.add(Feature::System, &["Example Telecom"]);
        known.baseline.learn(&facts, day * DAY);
    }
    assert!(known.join(&network()).0.is_empty(), "a colleague at home");
    let elsewhere = [network(), vec![new(0, Feature::System, "Example Hosting")]].concat();
    assert_eq!(ids(&known.join(&elsewhere).0), ["behavior.new.origin"]);
}

/// What people said of a case counts for its entity, and not for ever.
#[test]
fn what_was_found_harmless_counts_half_for_a_while() {
    let of = |until: u32, names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        surprise().with_harmless(vec![Harmless { case: 7, names, until }])
    };
    let own = arn(0);
    let told = of(LAST + 90, &[&own]).join(&stolen(0)).0;
    assert_eq!(ids(&told), ["behavior.surprise"]);
    let text = &told[0].detail.as_ref().unwrap().text;
    assert!(text.contains("C-7 was closed as harmless"), "{text}");
    for (until, name) in [(LAST, own.as_str()), (LAST + 90, "somebody else")] {
        assert_eq!(ids(&of(until, &[name]).join(&stolen(0)).0), ["behavior.surprise.strong"]);
    }
}

#[test]
fn many_times_the_busiest_day_is_unusual() {
    let surprise = surprise();
    let own = place_mark(Kind::Principal, Kind::Principal, &arn(1));
    let keys = Keys::from_slice(&[(own, u64::from(LAST + 1))]);
    let mark = Mark { rule: VOLUME, effect: Effect::Success, keys, note: None };
    let time = Time::seconds(i64::from(LAST + 1) * 86_400);
    let marks = |count| vec![Marked { time, uid: 0, mark: mark.clone() }; count];
    assert!(surprise.join(&marks(6)).0.is_empty(), "192 events are few anywhere");
    let (told, _) = surprise.join(&marks(40));
    assert_eq!(ids(&told), ["behavior.unusual.volume"]);
    let text = &told[0].detail.as_ref().unwrap().text;
    assert!(
        text.contains("about 1280 events in the day, where 2 are usual and 2 were most"),
        "{text}"
    );
}
