//! `yagura case except`: what is known to be no attack, for one rule and one thing, until a day.

use engine::cases::{Changes, Now, day, transact};
use model::Error;
use model::case::{Case, Exception};
use model::seam::ledger::Ledger as _;
use model::text::printable;
use serde_json::{Value, json};

use super::{SCHEMA, number, open, write};
use crate::case_args::{Common, ExceptWhat};
use crate::exit::{DONE, Failure};
use crate::{assemble, state};

/// The longest that an exception may last, in days.
const DAYS_MAX: i64 = 366;
/// A day in seconds.
const DAY: i64 = 24 * 3600;
/// The longest text on a line, in characters.
const LINE_MAX: usize = 300;

/// Adds an exception.
pub fn add(asked: &ExceptWhat, common: &Common) -> Result<u8, Failure> {
    let mut ledger = open(common)?;
    let now = state::now(common.by.as_deref());
    let (wanted, until) = (number(&asked.case)?, end(&asked.until, now.at)?);
    let made = transact(&mut ledger, &now, &mut |ledger| {
        let mut case = ledger.case(wanted)?.ok_or_else(|| {
            Error::user(format!("there is no case {}", asked.case), "See `yagura case list`.")
        })?;
        let made = exception(&case, asked, until, &now)?;
        let [kind, value] = &made.entity;
        let said = format!(
            "exception until {}: {} for {kind} {value}, because {}",
            day(until),
            made.rule,
            made.reason
        );
        case.updated = now.at;
        let changes = Changes { cases: vec![(case, vec![said])], exceptions: vec![made.clone()] };
        Ok((made, changes))
    })?;
    tell(&[made], now.at, common)
}

/// Lists all exceptions, also those that have ended.
pub fn list(common: &Common) -> Result<u8, Failure> {
    let all = open(common)?.exceptions()?;
    tell(&all, state::now(None).at, common)
}

fn tell(all: &[Exception], now: i64, common: &Common) -> Result<u8, Failure> {
    let json = assemble::is_json(&common.format)?;
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        if json {
            let all: Vec<Value> = all.iter().map(write::value).collect();
            return writeln!(to, "{:#}", json!({"schema": SCHEMA, "exceptions": all}));
        }
        for one in all {
            let mark = if now < one.until { "until" } else { "ended" };
            let [kind, value] = &one.entity;
            let line = format!(
                "{mark} {}  C-{}  {}  {kind}={value}  {}: {}",
                day(one.until),
                one.case,
                one.rule,
                one.who,
                one.reason
            );
            writeln!(to, "{}", printable(&line, LINE_MAX))?;
        }
        Ok(())
    })?;
    Ok(DONE)
}

/// The end of a day in UTC; it must come, and not too late.
fn end(text: &str, now: i64) -> Result<i64, Error> {
    let wrong = |what: String| {
        let remedy =
            format!("Write a day to come, for instance 2027-01-31, within {DAYS_MAX} days.");
        Error::user(what, remedy)
    };
    let date: jiff::civil::Date = text.parse().map_err(|_| wrong(format!("{text:?} is no day")))?;
    let start =
        date.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong(format!("{text:?} is no day")))?;
    let until = start.timestamp().as_second() + DAY;
    if until <= now || until > now + (DAYS_MAX + 1) * DAY {
        return Err(wrong(format!("{text} is over, or too far away")));
    }
    Ok(until)
}

fn exception(case: &Case, asked: &ExceptWhat, until: i64, now: &Now) -> Result<Exception, Error> {
    let (kind, value) = asked.entity.split_once('=').unwrap_or((&asked.entity, ""));
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let rule_of = |finding: &Value, key: &str| {
        finding.get("rule").map_or(String::new(), |rule| text(rule, key))
    };
    let of_rule = case.incident.findings().iter().filter(|one| rule_of(one, "id") == asked.rule);
    let of_rule: Vec<&Value> = of_rule.collect();
    let Some(first) = of_rule.first() else {
        let known = case.incident.rules().join(", ");
        let what = format!("{} has no finding of the rule {:?}", case.name(), asked.rule);
        return Err(Error::user(what, format!("Its rules are: {known}.")));
    };
    let mut things: Vec<String> = of_rule
        .iter()
        .filter_map(|finding| finding.get("entities").and_then(Value::as_array))
        .flatten()
        .map(|one| format!("{}={}", text(one, "type"), text(one, "value")))
        .collect();
    things.sort();
    things.dedup();
    if !things.contains(&asked.entity) {
        let what = format!("no finding of {} speaks of {:?}", asked.rule, asked.entity);
        return Err(Error::user(what, format!("They speak of: {}.", things.join(", "))));
    }
    Ok(Exception {
        rule: asked.rule.clone(),
        title: rule_of(first, "title"),
        entity: [kind.to_owned(), value.to_owned()],
        reason: model::redact(&asked.reason).into_owned(),
        case: case.number,
        who: now.who.clone(),
        until,
    })
}
