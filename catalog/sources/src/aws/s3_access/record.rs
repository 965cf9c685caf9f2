//! One line of a server access log, cut where S3 means it.
//!
//! S3 does not escape: a referrer or a user agent may hold quotes. What follows a quoted column
//! tells where it ends.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, Scalar};

use super::attributes;
use crate::arn;
use crate::aws::shared::push;
use crate::percent::decode;
use crate::web::access::text::bracket_time;

/// The columns in their order, under the names of the table that AWS documents for queries.
pub(super) const COLUMNS: &[&str] = &[
    "bucketowner",
    "bucket_name",
    "requestdatetime",
    "remoteip",
    "requester",
    "requestid",
    "operation",
    "key",
    "request_uri",
    "httpstatus",
    "errorcode",
    "bytessent",
    "objectsize",
    "totaltime",
    "turnaroundtime",
    "referrer",
    "useragent",
    "versionid",
    "hostid",
    "sigv",
    "ciphersuite",
    "authtype",
    "endpoint",
    "tlsversion",
    "accesspointarn",
    "aclrequired",
    "sourceregion",
];

/// The column after which lines of older logs may end.
const LEAST: usize = 16;

/// One request, or one thing that S3 did by itself.
pub(super) struct Record<'a> {
    columns: [&'a str; 27],
    pub time: Time,
}

impl<'a> Record<'a> {
    /// Reads a line; the error says what is wrong with it.
    pub(super) fn parse(line: &'a str) -> Result<Self, &'static str> {
        let mut columns = [""; 27];
        let mut count = 0;
        let mut rest = line;
        while count < columns.len()
            && let Some((value, after)) = column(rest, count)
        {
            if let Some(place) = columns.get_mut(count) {
                *place = value;
            }
            count += 1;
            rest = after;
        }
        if count <= LEAST {
            return Err("fewer columns than a server access log has");
        }
        let time = columns.get(2).and_then(|t| t.strip_prefix('[')?.strip_suffix(']'));
        let time = time.and_then(|t| bracket_time(t, None));
        let record = Record { columns, time: time.ok_or("the time cannot be read")? };
        // `REST.GET.OBJECT`, `S3.EXPIRE.OBJECT`, `BATCH.DELETE.OBJECT`, `WEBSITE.GET.OBJECT`.
        let operation = record.column(6);
        let is_operation = operation.contains('.')
            && operation.bytes().all(|b| b.is_ascii_uppercase() || b"._0123456789".contains(&b));
        if !is_operation {
            return Err("the operation is none of S3");
        }
        let status = record.column(9);
        if status != "-" && (status.len() != 3 || status.parse::<u16>().is_err()) {
            return Err("no status after the request");
        }
        Ok(record)
    }

    fn column(&self, at: usize) -> &'a str {
        self.columns.get(at).copied().unwrap_or("")
    }

    /// A column by its name; `None` for `-`.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let at = COLUMNS.iter().position(|column| *column == name)?;
        Some(self.column(at)).filter(|value| !value.is_empty() && *value != "-")
    }

    /// A number by its column's name.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok().filter(|number| *number >= 0)
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self.number("httpstatus") {
            // Not modified, and redirects to another region, did no harm and no good.
            Some(100..=399) if self.get("errorcode").is_none() => Outcome::Success,
            Some(304) => Outcome::Success,
            Some(_) => Outcome::Failure,
            // What S3 does by itself (`S3.EXPIRE.OBJECT`) has no status.
            None if self.get("operation").is_some_and(|o| o.starts_with("S3.")) => Outcome::Success,
            None => Outcome::Unknown,
        }
    }

    pub(super) fn address(&self) -> Option<&'a str> {
        self.get("remoteip").filter(|ip| ip.parse::<IpAddr>().is_ok())
    }

    /// `GET` of `REST.GET.OBJECT`; `EXPIRE` of `S3.EXPIRE.OBJECT`.
    pub(super) fn verb(&self) -> &'a str {
        self.column(6).split('.').nth(1).unwrap_or("")
    }

    /// The method, the target and the protocol of the request.
    pub(super) fn request(&self) -> Option<(&'a str, &'a str, &'a str)> {
        let (method, rest) = self.get("request_uri")?.split_once(' ')?;
        let (target, protocol) = rest.rsplit_once(' ').unwrap_or((rest, ""));
        Some((method, target, protocol))
    }

    /// The object's key as it is: S3 encodes it once, and what the client had encoded again.
    pub(super) fn key(&self) -> Option<Cow<'a, str>> {
        let key = self.get("key")?;
        Some(match decode(key) {
            Cow::Borrowed(same) => Cow::Borrowed(same),
            Cow::Owned(once) => Cow::Owned(decode(&once).into_owned()),
        })
    }

    /// The object by its bucket and its key.
    pub(super) fn object(&self) -> Option<String> {
        Some(format!("{}/{}", self.get("bucket_name")?, self.key()?))
    }

    /// The region in the host that was asked: `bucket.s3.eu-west-1.amazonaws.com`.
    pub(super) fn region(&self) -> Option<&'a str> {
        let host = self.get("endpoint")?.split(".amazonaws.com").next()?;
        let region = host.rsplit('.').next()?;
        let region = region.strip_prefix("s3-").unwrap_or(region);
        let region = region.strip_prefix("website-").unwrap_or(region);
        let ends_in_digit = region.ends_with(|c: char| c.is_ascii_digit());
        (region.matches('-').count() >= 2 && ends_in_digit).then_some(region)
    }
}

/// Takes the column number `at` from the front of a line.
fn column(rest: &str, at: usize) -> Option<(&str, &str)> {
    let rest = rest.trim_start_matches(' ');
    if rest.is_empty() {
        return None;
    }
    let end = match (at, rest.as_bytes().first()) {
        (2, Some(b'[')) => rest.find(']')? + 1,
        // The request ends before its status.
        (8, Some(b'"')) => closing(rest, is_answer)?,
        // The referrer ends before the agent, which is quoted or `-`.
        (15, Some(b'"')) => closing(rest, |after| after.starts_with(['"', '-']))?,
        // No column after the agent is quoted.
        (16, Some(b'"')) => rest.rfind('"').filter(|end| *end > 0)? + 1,
        _ => rest.find(' ').unwrap_or(rest.len()),
    };
    let (value, after) = rest.split_at_checked(end)?;
    let bare = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    Some((bare.unwrap_or(value), after))
}

/// Whether a text starts with what follows a request: status, error, bytes, size, two times.
fn is_answer(after: &str) -> bool {
    let mut words = after.split(' ');
    let status = words.next().unwrap_or("");
    let error = words.next().unwrap_or("\"");
    (status == "-" || status.len() == 3 && status.parse::<u16>().is_ok())
        && !error.contains('"')
        && words.take(4).all(|word| word == "-" || word.bytes().all(|b| b.is_ascii_digit()))
}

/// Where a quoted column ends whose follower is known by its start.
fn closing(rest: &str, follows: impl Fn(&str) -> bool) -> Option<usize> {
    /// No more quotes are tried.
    const QUOTES_MAX: usize = 64;
    let ends = rest.match_indices("\" ").filter(|(at, _)| *at > 0).take(QUOTES_MAX);
    ends.map(|(at, _)| at + 1).find(|end| rest.get(end + 1..).is_some_and(&follows))
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let is_number = matches!(
            name,
            "httpstatus" | "bytessent" | "objectsize" | "totaltime" | "turnaroundtime"
        );
        if let Some(number) = self.number(name).filter(|_| is_number) {
            each(Scalar::Int(number));
        } else if let Some(value) = self.get(name) {
            each(value.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        if let Some(requester) = self.get("requester") {
            let known = arn::classify(requester);
            let (kind, name) = known.unwrap_or((EntityKind::Principal, requester.into()));
            push(out, kind, Some(name), Role::Actor);
            // A session of an instance's role bears the instance's id as its name.
            let session = requester.rsplit('/').next().filter(|name| name.starts_with("i-"));
            push(out, EntityKind::Instance, session, Role::Actor);
            let account = requester.split(':').nth(4).filter(|id| id.len() == 12);
            push(out, EntityKind::Account, account, Role::Actor);
        }
        push(out, EntityKind::Bucket, self.get("bucket_name"), Role::Target);
        push(out, EntityKind::Object, self.object(), Role::Target);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn action(&self) -> String {
        format!("s3:{}", self.get("operation").unwrap_or("unknown"))
    }

    fn reads_only(&self) -> Option<bool> {
        Some(matches!(self.verb(), "GET" | "HEAD" | "OPTIONS"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "79a5 docs.example.com [06/Oct/2026:00:00:38 +0000] 192.0.2.3 79a5 3E57 \
                         REST.GET.OBJECT a%2520b.txt ";

    #[test]
    fn quotes_inside_quotes() {
        let line = format!(
            "{START}\"GET /a%20b.txt?x=\" 1 HTTP/1.1\" 200 - 113 113 7 6 \"http://x.example/\"q\" \
             \"agent \"of\" mine\" - id= SigV4 C AuthHeader docs.s3.eu-west-1.amazonaws.com TLSv1.2 - -"
        );
        let record = Record::parse(&line).unwrap();
        assert_eq!(record.get("request_uri"), Some("GET /a%20b.txt?x=\" 1 HTTP/1.1"));
        assert_eq!(record.get("referrer"), Some("http://x.example/\"q"));
        assert_eq!(record.get("useragent"), Some("agent \"of\" mine"));
        assert_eq!((record.region(), record.get("hostid")), (Some("eu-west-1"), Some("id=")));
        assert_eq!(record.key().as_deref(), Some("a b.txt"));
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            "",
            "a b [c] d e f g h i j k l m n o p q r",
            &format!("{START}\"GET / HTTP/1.1\" 200 -"),
        ] {
            assert!(Record::parse(line).is_err(), "{line}");
        }
    }
}
