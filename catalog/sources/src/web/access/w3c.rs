//! The extended log file format of the W3C, as IIS and others write it.
//!
//! Follows <https://www.w3.org/TR/WD-logfile.html>; times are UTC.

use std::borrow::Cow;

use model::Time;

use super::common::seconds_to_millis;
use super::hit::{Hit, Own, some};

/// More columns than this are no log.
const COLUMNS_MAX: usize = 128;

/// What the directives said so far.
#[derive(Default)]
pub struct Directives {
    columns: Vec<String>,
    date: String,
    software: String,
}

impl Directives {
    /// Takes in a line that starts with `#`; the error says that a record may be lost in it.
    pub fn read(&mut self, line: &str) -> Result<(), &'static str> {
        let Some((name, value)) = line.split_once(':') else { return Ok(()) };
        let value = value.trim();
        match name {
            "#Fields" => {
                let columns = value.split_ascii_whitespace().take(COLUMNS_MAX);
                self.columns = columns.map(str::to_owned).collect();
                if !self.columns.iter().all(|column| is_name(column)) {
                    return Err("#Fields names what is no field");
                }
            }
            "#Date" => value.split(' ').next().unwrap_or("").clone_into(&mut self.date),
            "#Software" => value.clone_into(&mut self.software),
            _ => {}
        }
        Ok(())
    }

    /// Whether lines follow that tell of web requests.
    pub fn of_web(&self) -> bool {
        is_web(self.columns.iter().map(String::as_str))
    }

    /// Reads one line.
    pub fn parse<'a>(&'a self, line: &'a str) -> Result<Hit<'a>, String> {
        let values = values(line);
        let (found, wanted) = (values.len(), self.columns.len());
        if found != wanted {
            return Err(format!("{found} values where #Fields names {wanted}"));
        }
        let pairs: Vec<(&str, &str)> =
            self.columns.iter().map(String::as_str).zip(values).collect();
        let get = |name: &str| {
            let own = pairs.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
            own.and_then(|(_, value)| some(value))
        };
        let number = |name: &str| get(name).and_then(|v| v.parse().ok());
        let mut hit = Hit {
            time: Some(self.time(get("date"), get("time"))?),
            product: if self.software.contains("Internet Information") {
                "IIS"
            } else {
                "Web server"
            },
            vendor: self.software.contains("Microsoft").then_some("Microsoft"),
            client: get("c-ip").map(Cow::Borrowed),
            client_port: number("c-port"),
            user: get("cs-username").map(Cow::Borrowed),
            method: get("cs-method").map(Cow::Borrowed),
            target: get("cs-uri-stem").or(get("cs-uri")).map(Cow::Borrowed),
            protocol: get("cs-version").map(Cow::Borrowed),
            status: number("sc-status").filter(|s| *s > 0),
            sent: number("sc-bytes"),
            received: number("cs-bytes"),
            referer: get("cs(Referer)").map(Cow::Borrowed),
            agent: get("cs(User-Agent)").map(plus_to_space),
            host: get("cs-host").or(get("cs(Host)")).map(Cow::Borrowed),
            forwarded: get("X-Forwarded-For").or(get("cs(X-Forwarded-For)")).map(Cow::Borrowed),
            server: get("s-ip").map(Cow::Borrowed),
            server_port: number("s-port"),
            milliseconds: get("time-taken").and_then(taken),
            ..Hit::default()
        };
        if get("cs-uri-stem").is_some() {
            hit.query = get("cs-uri-query").map(Cow::Borrowed);
        }
        hit.own = Own::Pairs(pairs);
        Ok(hit)
    }

    fn time(&self, date: Option<&str>, time: Option<&str>) -> Result<Time, String> {
        let date = date.or(some(&self.date)).ok_or("no date: neither a field nor #Date says it")?;
        let time = time.unwrap_or("00:00:00");
        Time::parse_civil(&format!("{date} {time}"), 0).ok_or("date and time cannot be read".into())
    }
}

fn is_name(column: &str) -> bool {
    column.starts_with(|c: char| c.is_ascii_alphabetic())
        && column.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_().".contains(&b))
}

/// Whether the names of columns are those of a web server's log. CloudFront's are not: they have
/// their own source.
pub fn is_web<'n>(names: impl Iterator<Item = &'n str> + Clone) -> bool {
    let web = |n: &str| matches!(n, "cs-method" | "cs-uri-stem" | "cs-uri" | "sc-status");
    names.clone().any(web) && !names.clone().any(|n| n.starts_with("x-edge-"))
}

/// The values of a line between tabs, else spaces; one in quotes may hold them, and a doubled
/// quote is a quote.
fn values(line: &str) -> Vec<&str> {
    let separator = if line.contains('\t') { '\t' } else { ' ' };
    let mut out = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest.filter(|_| out.len() <= COLUMNS_MAX) {
        let end = match text.strip_prefix('"') {
            Some(inside) => closing_quote(inside).map_or(text.len(), |at| at + 2),
            None => text.find(separator).unwrap_or(text.len()),
        };
        let (value, after) = text.split_at_checked(end).unwrap_or((text, ""));
        let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
        out.push(bare.unwrap_or(value));
        rest = after.strip_prefix(separator);
        // Several spaces are one; between tabs a value may be empty.
        if separator == ' ' {
            rest = rest.map(|rest| rest.trim_start_matches(' ')).filter(|rest| !rest.is_empty());
        }
    }
    out
}

fn closing_quote(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'"', bytes.get(from..)?) {
        match bytes.get(from + at + 1) {
            Some(b'"') => from += at + 2,
            _ => return Some(from + at),
        }
    }
    None
}

/// IIS writes a plus sign for each space of a header; in quotes, a quote is doubled.
fn plus_to_space(text: &str) -> Cow<'_, str> {
    if text.contains("\"\"") {
        return Cow::Owned(text.replace("\"\"", "\""));
    }
    if text.contains('+') && !text.contains(' ') {
        return Cow::Owned(text.replace('+', " "));
    }
    Cow::Borrowed(text)
}

/// IIS counts milliseconds, the standard seconds with a fraction.
fn taken(text: &str) -> Option<i64> {
    if text.contains('.') { seconds_to_millis(text) } else { text.parse().ok() }
}
