//! The judge: marks attacks in requests and telling statements of databases, event by event.

use model::seam::detector::{Findings, Judge, Keys, Mark};
use model::{Effect, Event, Outcome};
use ocsf::Scalar;
use sqli::{Dialect, Feature, features};

use super::detector::{Kind, Web};
use super::known::{Known, page};
use super::marks::{AGENT, LOGIN, Login, MISSING, STATEMENT, Said, Try};
use super::prefilter::{is_scanner, worth_header};
use super::request::{judge, judge_header};
use super::text::cut;

/// A statement is kept to this length, in bytes.
const STATEMENT_MAX: usize = 8192;
/// A path is kept to this length, in bytes.
const PATH_MAX: usize = 512;

/// One thread's judge.
pub struct Watch<'w> {
    pub web: &'w Web,
    pub known: Known,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if let Ok(mut shared) = self.web.known.lock() {
            shared.merge(std::mem::take(&mut self.known));
        }
    }
}

impl Judge for Watch<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        match self.web.kind(event.source) {
            Some(Kind::Web) => request(event, &mut self.known, out),
            Some(Kind::Database(dialect)) => statement(event, dialect, out),
            None => {}
        }
    }
}

/// A field as text, if the event has it.
fn text(event: &Event<'_>, name: &str) -> Option<String> {
    let mut found = None;
    event.body.field(name, &mut |value| {
        found = match value {
            Scalar::Int(number) => Some(number.to_string()),
            Scalar::Float(number) => Some(number.to_string()),
            Scalar::Str(text) => Some(text.into_owned()),
            Scalar::Null | Scalar::Bool(_) => None,
        };
        false
    });
    found
}

/// A field as a whole number; 0 if it is none. No text is made of it: every request is asked.
fn number(event: &Event<'_>, name: &str) -> i64 {
    let mut found = None;
    event.body.field(name, &mut |value| {
        found = match value {
            Scalar::Int(number) => Some(number),
            Scalar::Float(number) => number.to_string().parse().ok(),
            Scalar::Str(text) => text.parse().ok(),
            Scalar::Null | Scalar::Bool(_) => None,
        };
        false
    });
    found.unwrap_or_default()
}

/// Whether a text field is so; it is not copied, as most are not.
fn is(event: &Event<'_>, name: &str, so: fn(&str) -> bool) -> bool {
    let mut found = false;
    event.body.field(name, &mut |value| {
        found = value.as_str().is_some_and(so);
        false
    });
    found
}

/// The path of a target, without scheme, host and query.
fn place(target: &str) -> &str {
    let path = target.split('?').next().unwrap_or(target);
    let path = match path.split_once("://") {
        Some((scheme, rest)) if !scheme.contains('/') => {
            rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
        }
        _ => path,
    };
    cut(path, PATH_MAX)
}

/// The headers that logs have, and their names.
const HEADERS: &[(&str, &str)] =
    &[("cs-user-agent", "user-agent"), ("cs-referer", "referer"), ("cs-cookie", "cookie")];

fn request(event: &Event<'_>, known: &mut Known, out: &mut dyn Findings) {
    let Some(target) = text(event, "cs-uri").or_else(|| text(event, "cs-uri-query")) else {
        return;
    };
    let method = text(event, "cs-method").unwrap_or_default();
    let client = event.address.unwrap_or_default();
    let status = number(event, "sc-status");
    if matches!(status, 404 | 403 | 400) && !client.is_empty() {
        missing(event, client, place(&target), out);
    }
    let mut attacks = judge(&method, &target);
    for (name, header) in HEADERS {
        if is(event, name, worth_header)
            && let Some(value) = text(event, name)
        {
            attacks.extend(judge_header(header, &value).into_iter().filter(|a| a.sure));
        }
    }
    let bytes = number(event, "sc-bytes");
    // JSON and text of the same requests are two logs.
    let shape = if event.raw.starts_with('{') { "json" } else { "text" };
    let source = format!("{} {shape}", event.source);
    let attacked = attacks.iter().any(|attack| attack.sure);
    known.asked(super::text::hash(client), attacked, status >= 400);
    logins(event, (&method, place(&target), client), (status, bytes), out);
    if attacks.is_empty() {
        if (200..300).contains(&status) && bytes > 0 {
            known.answered(page(&source, place(&target)), bytes);
        }
        return;
    }
    let blocked = event.source == "aws.waf" && event.outcome == Outcome::Failure;
    let place = place(&target);
    for attack in attacks {
        let class = attack.class;
        let one = Try {
            mark: 0,
            time: event.time,
            class,
            client: client.to_owned(),
            method: method.clone(),
            path: place.to_owned(),
            parameter: attack.parameter,
            value: attack.value,
            status,
            bytes,
            blocked,
            sure: attack.sure,
            source: source.clone(),
            took: took(event),
        };
        mark(event, class as u32, Some(Box::new(one.note())), Keys::new(), out);
    }
}

fn mark(
    event: &Event<'_>,
    rule: u32,
    note: Option<Box<model::seam::detector::Note>>,
    keys: Keys,
    out: &mut dyn Findings,
) {
    out.mark(event, Mark { rule, effect: Effect::Attempt, keys, note });
}

/// How long the answer took, in milliseconds; -1 if the log does not say.
fn took(event: &Event<'_>) -> i64 {
    let millis = |text: String| {
        let seconds = text.contains('.');
        let number: f64 = text.parse().ok()?;
        Some(if seconds { (number * 1000.0) as i64 } else { number as i64 })
    };
    ["time-taken", "target_processing_time"]
        .iter()
        .find_map(|name| millis(text(event, name)?))
        .unwrap_or(-1)
}

/// Words in paths of logins.
const LOGINS: &[&str] = &[
    "login",
    "signin",
    "sign-in",
    "sign_in",
    "logon",
    "xmlrpc.php",
    "/auth",
    "/session",
    "/token",
];

/// A login that was sent, or a request under a scanner's name.
fn logins(
    event: &Event<'_>,
    (method, path, client): (&str, &str, &str),
    (status, bytes): (i64, i64),
    out: &mut dyn Findings,
) {
    if client.is_empty() {
        return;
    }
    let small = || path.to_ascii_lowercase();
    if method == "POST" && LOGINS.iter().any(|word| small().contains(word)) {
        let (client, path) = (client.to_owned(), path.to_owned());
        let login = Login { client, path, status, bytes };
        mark(event, LOGIN, Some(Box::new(login.note())), Keys::new(), out);
    }
    if is(event, "cs-user-agent", is_scanner) {
        let key = (super::behaviour::key(client), super::text::hash(path));
        mark(event, AGENT, None, Keys::from_slice(&[key]), out);
    }
}

/// A page that is not there, or not for this client: many of them make a scanner.
fn missing(event: &Event<'_>, client: &str, path: &str, out: &mut dyn Findings) {
    let key = (super::behaviour::key(client), super::text::hash(path));
    mark(event, MISSING, None, Keys::from_slice(&[key]), out);
}

/// The names under which logs of databases have the statement.
const NAMES: &[&str] = &["statement", "argument", "object", "query", "sql_text", "sqltext"];

fn statement(event: &Event<'_>, dialect: Dialect, out: &mut dyn Findings) {
    let Some(sql) = NAMES.iter().find_map(|name| text(event, name)) else { return };
    let sql = cut(&sql, STATEMENT_MAX);
    let failed = event.outcome == Outcome::Failure;
    if !(failed || is_telling(sql, dialect)) {
        return;
    }
    let user = ["user", "username", "user_name", "user_host"].iter().find_map(|n| text(event, n));
    let (user, address) = (user.unwrap_or_default(), event.address.unwrap_or_default());
    let error = if failed {
        let words = ["message", "retcode", "sql_state_code", "state_code"];
        let said: Vec<String> = words.iter().filter_map(|name| text(event, name)).collect();
        said.join(" ")
    } else {
        String::new()
    };
    let one = Said {
        mark: 0,
        time: event.time,
        sql: sql.to_owned(),
        by: format!("{user}@{address}"),
        error: cut(&error, PATH_MAX).to_owned(),
        dialect,
        failed,
        judged: event.outcome != Outcome::Unknown,
        rows: text(event, "rows").and_then(|rows| rows.parse().ok()),
    };
    mark(event, STATEMENT, Some(Box::new(one.note())), Keys::new(), out);
}

/// Whether a statement is worth keeping until requests are known.
fn is_telling(sql: &str, dialect: Dialect) -> bool {
    let found = features(sql, dialect);
    if found.is_telling() || found.any(&[Feature::CharBuilding, Feature::Subselect]) {
        return true;
    }
    // A value that holds a quote: somebody may have tried, and failed.
    let words = [" order by ", "''", "\\'", "--", "/*"];
    words.iter().any(|word| sql.contains(word) || sql.contains(&word.to_uppercase()))
}
