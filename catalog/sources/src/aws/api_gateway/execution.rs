//! Execution logs: lines `(request-id) what happens`, joined to one record for each request.

use std::borrow::Cow;
use std::collections::VecDeque;

use model::{Position, Time};

use super::body::Request;
use crate::web::access::hit::{Hit, some};

/// How many requests are held open at once: the first of more is taken as done.
const OPEN_MAX: usize = 256;
/// The most text of one request that is kept.
const TEXT_MAX: usize = 64 << 10;
/// How lines start, after the id, that AWS writes.
const KNOWN: &[&str] = &[
    "AWS Integration Endpoint RequestId",
    "API Key ",
    "Endpoint re",
    "Execution failed",
    "Extended Request Id",
    "HTTP Method:",
    "Key throttle limit",
    "Method completed with status",
    "Method re",
    "Received response.",
    "Sending request to",
    "Starting authorizer",
    "Starting execution for request",
    "Successfully completed",
    "Unauthorized request",
    "Usage Plan check",
    "Using valid authorizer policy",
    "Verifying Usage Plan",
    "X-ray Tracing ID",
];

/// Takes a line's request id off.
pub(super) fn cut(line: &str) -> Option<(&str, &str)> {
    let (id, text) = line.strip_prefix('(')?.split_once(") ").or_else(|| {
        // A line may end with its id: a body that is empty.
        line.strip_prefix('(')?.strip_suffix(')').map(|id| (id, ""))
    })?;
    crate::aws::shared::is_uuid(id).then_some((id, text))
}

/// Whether API Gateway writes lines that start so.
pub(super) fn is_known(text: &str) -> bool {
    KNOWN.iter().any(|start| text.starts_with(start))
}

/// A request under way.
#[derive(Default)]
pub(super) struct Open {
    id: String,
    /// Where its first line stands, and its number in the blob.
    pub at: Position,
    /// Its lines, as far as they are kept.
    pub text: String,
    first: Option<Time>,
    last: Option<Time>,
    is_done: bool,
}

/// The requests under way, in the order of their first lines.
#[derive(Default)]
pub(super) struct Executions {
    open: VecDeque<Open>,
    /// Which request the last line was of, counted from the end.
    last: Option<usize>,
}

impl Executions {
    /// Takes a line of a request; `place` numbers a new one.
    pub(super) fn line(
        &mut self,
        (id, said): (&str, &str),
        text: &str,
        time: Option<Time>,
        place: &mut dyn FnMut() -> Position,
    ) {
        let known = self.open.iter().rposition(|open| open.id == id);
        if known.is_none() {
            self.open.push_back(Open { id: id.to_owned(), at: place(), ..Open::default() });
        }
        let index = known.unwrap_or(self.open.len().saturating_sub(1));
        self.last = Some(self.open.len().saturating_sub(index));
        let Some(open) = self.open.get_mut(index) else { return };
        open.add(text);
        open.first = open.first.or(time);
        open.last = time.or(open.last);
        open.is_done |= said.starts_with("Method completed with status");
    }

    /// Takes a line without an id: a body of the request before goes on. False if there is none.
    pub(super) fn goes_on(&mut self, text: &str) -> bool {
        let index = self.last.and_then(|last| self.open.len().checked_sub(last));
        let Some(open) = index.and_then(|index| self.open.get_mut(index)) else { return false };
        open.add(text);
        true
    }

    /// The first request, if it is done or too many wait behind it.
    pub(super) fn due(&mut self) -> Option<Open> {
        let is_due = self.open.front()?.is_done || self.open.len() > OPEN_MAX;
        if is_due { self.open.pop_front() } else { None }
    }

    /// The first request, at the end of the blob.
    pub(super) fn rest(&mut self) -> Option<Open> {
        self.open.pop_front()
    }
}

impl Open {
    fn add(&mut self, text: &str) {
        if !self.text.is_empty() && self.text.len() < TEXT_MAX {
            self.text.push('\n');
        }
        let room = TEXT_MAX.saturating_sub(self.text.len());
        self.text.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or(""));
    }

    /// What the lines say of the request.
    pub(super) fn request(&self) -> Request<'_> {
        let mut request = Request {
            hit: Hit {
                product: "Amazon API Gateway",
                vendor: Some("AWS"),
                time: self.first.map(|first| first.until(self.last.unwrap_or(first))),
                request_id: Some(self.id.as_str().into()),
                ..Hit::default()
            },
            id: Some(self.id.as_str().into()),
            ..Request::default()
        };
        for text in self.text.lines().filter_map(|line| cut(line).map(|(_, text)| text)) {
            take(text, &mut request);
        }
        request
    }
}

/// Takes what one line says.
fn take<'a>(text: &'a str, request: &mut Request<'a>) {
    let after = |start: &str| text.strip_prefix(start).map(str::trim);
    let word = |text: &'a str| some(text).map(Cow::Borrowed);
    if let Some(id) = after("Extended Request Id:") {
        request.extended_id = word(id);
    } else if let Some(rest) = after("HTTP Method:") {
        let (method, path) = rest.split_once(", Resource Path:").unwrap_or((rest, ""));
        request.hit.method = word(method.trim());
        request.route = word(path.trim());
        request.hit.target = request.hit.target.take().or_else(|| word(path.trim()));
    } else if let Some(rest) = after("Method request headers:") {
        request.hit.agent = header(rest, "User-Agent").map(Cow::Borrowed);
        request.hit.host = header(rest, "Host").map(Cow::Borrowed);
        let forwarded = header(rest, "X-Forwarded-For");
        // The last is the address that API Gateway itself saw: of CloudFront, where that stands
        // in front of it, and then the one before it is the client's.
        let behind = usize::from(rest.contains("CloudFront-Forwarded-Proto="));
        let client = forwarded.and_then(|list| list.rsplit(',').map(str::trim).nth(behind));
        request.hit.client = client.and_then(some).map(Cow::Borrowed);
        request.hit.forwarded = forwarded.map(Cow::Borrowed);
    } else if let Some(rest) = after("Method completed with status:") {
        let status = rest.parse().ok().filter(|status| (100..1000).contains(status));
        request.hit.status = status.or(request.hit.status);
    } else if let Some((_, principal)) = text.split_once("authorizer policy for principal:") {
        request.hit.user = word(principal.trim());
    } else if let Some(rest) = after("Verifying Usage Plan for request:") {
        let stage = rest.rsplit_once("API Stage:").map_or("", |(_, stage)| stage.trim());
        let (api, stage) = stage.split_once('/').unwrap_or(("", ""));
        (request.api, request.stage) = (word(api), word(stage));
    } else if text.starts_with("Execution failed") || text.starts_with("Unauthorized request") {
        request.hit.failed = true;
        request.detail = word(text);
    }
}

/// A header of `{Name=value, Name=value}`; what API Gateway cut off does not count.
fn header<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    let list = list.strip_prefix('{').unwrap_or(list);
    let list = list.split(" [TRUNCATED]").next().unwrap_or(list);
    let mut value: Option<(usize, usize)> = None;
    // A value may hold commas: what has no `Name=` after the comma goes on with the one before.
    let mut from = 0;
    for part in list.split(", ") {
        let end = from + part.len();
        let key = part.split_once('=').map(|(key, _)| key);
        let is_name = |key: &str| {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        match (key, &mut value) {
            (Some(key), found) if is_name(key) => {
                if found.is_some() {
                    break;
                }
                if key.eq_ignore_ascii_case(name) {
                    *found = Some((from + key.len() + 1, end));
                }
            }
            (_, Some((_, until))) => *until = end,
            _ => {}
        }
        from = end + 2;
    }
    let (start, end) = value?;
    some(list.get(start..end)?.trim_end_matches('}').trim())
}
