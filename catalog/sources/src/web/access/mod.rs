//! Access logs of web servers, proxies and load balancers, each line by its own format.

mod alb;
mod attributes;
pub mod common;
mod envoy;
mod fields;
mod haproxy;
pub mod hit;
mod json;
mod names;
mod recognise;
pub mod text;
pub mod w3c;

use frame::{Input, Piece};
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position};
use ocsf::Class;

use self::hit::Hit;

/// The source.
pub struct Access;

const NAME: &str = "web.access";

const LOGSOURCES: &[LogSource] = &[
    LogSource { product: None, service: None, category: Some("webserver") },
    service(None, "apache"),
    service(None, "nginx"),
    service(Some("windows"), "iis"),
    service(Some("aws"), "alb"),
];

const fn service(product: Option<&'static str>, service: &'static str) -> LogSource {
    LogSource { product, service: Some(service), category: None }
}

impl Source for Access {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Access logs: Apache, nginx, IIS, HAProxy, ALB, Caddy, Traefik, Envoy, JSON",
            spec: "https://httpd.apache.org/docs/2.4/logs.html#accesslog",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::HTTP_ACTIVITY, Class::NETWORK_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        fields::COMMON
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        recognise::likeness(sample)
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader::new(input.sample(), settings);
        if is_documents(input.sample()) {
            input.documents(&mut |piece| match piece {
                Piece::Document(document) => {
                    let at = reader.position(document.line);
                    reader.json(document.text, document.text, at, out);
                }
                Piece::Damage { line, why, excerpt } => {
                    let at = reader.position(line);
                    out.refuse(at, &why, &excerpt);
                }
            });
            return;
        }
        while let Some(line) = input.line() {
            let text = line.text.trim_end();
            if text.trim_start().is_empty() {
                continue;
            }
            if text.starts_with('#') {
                if let Err(why) = reader.directives.read(text) {
                    let at = reader.position(line.number);
                    out.refuse(at, why, text);
                }
                continue;
            }
            let at = reader.position(line.number);
            if line.too_long {
                out.refuse(at, "the line is too long", text);
            } else {
                reader.line(text, at, out);
            }
        }
    }
}

/// The request that one line of text tells of, in whatever log it stands; none for other lines.
pub fn request<'l>(line: &'l str, settings: &ReadSettings) -> Option<Hit<'l>> {
    let (_, line) = text::strip(line);
    let zone = settings.zone.as_ref();
    let read = if haproxy::matches(line) {
        haproxy::parse(line, zone)
    } else if envoy::matches(line) {
        envoy::parse(line)
    } else if common::matches(line) {
        common::parse(line, zone)
    } else {
        return None;
    };
    read.ok().filter(|hit| hit.time.is_some())
}

/// Whether a blob is JSON that must be read as documents: an array, or an object over several
/// lines. JSON lines are read as lines, since others may stand between them.
fn is_documents(sample: &[u8]) -> bool {
    let start = sample.trim_ascii_start();
    match start {
        [b'[', rest @ ..] => {
            let inside = rest.trim_ascii_start().first();
            inside.is_none_or(|byte| matches!(byte, b'{' | b'[' | b']'))
        }
        [b'{', ..] => {
            let mut lines = start.split(|b| *b == b'\n');
            let first = lines.next().unwrap_or(start);
            let second = lines.find(|line| !line.trim_ascii().is_empty());
            let goes_on = second.and_then(|line| line.first());
            frame::value_end(first).is_none()
                && goes_on.is_some_and(|b| matches!(b, b' ' | b'\t' | b'"' | b'}'))
        }
        _ => false,
    }
}

/// What is known on the way through a blob.
struct Reader<'s> {
    settings: &'s ReadSettings,
    directives: w3c::Directives,
    year: Option<i16>,
    records: u64,
}

impl<'s> Reader<'s> {
    fn new(sample: &[u8], settings: &'s ReadSettings) -> Self {
        let year = settings.year.or_else(|| haproxy::year(&String::from_utf8_lossy(sample)));
        Reader { settings, directives: w3c::Directives::default(), year, records: 0 }
    }

    fn position(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    /// Reads one line by the format that it shows.
    fn line(&self, raw: &str, at: Position, out: &mut dyn Intake) {
        let (prefix, line) = text::strip(raw);
        let zone = self.settings.zone.as_ref();
        let of_haproxy = prefix.program.is_some_and(|p| p.contains("haproxy"));
        if line.starts_with('{') {
            return self.json(line, raw, at, out);
        }
        let read = if alb::matches(line) {
            alb::parse(line)
        } else if haproxy::matches(line) {
            haproxy::parse(line, zone)
        } else if envoy::matches(line) {
            envoy::parse(line)
        } else if common::matches(line) {
            common::parse(line, zone)
        } else if self.directives.of_web() {
            self.directives.parse(line)
        } else if of_haproxy {
            haproxy::notice(prefix, line, zone, self.year)
        } else {
            Err("no known access log format fits this line".into())
        };
        emit(read, raw, at, out);
    }

    fn json(&self, text: &str, raw: &str, at: Position, out: &mut dyn Intake) {
        match crate::json::parse(text) {
            Ok(value) => emit(json::parse(&value, self.settings.zone.as_ref()), raw, at, out),
            Err(why) => out.refuse(at, &why, raw),
        }
    }
}

fn emit(read: Result<Hit<'_>, String>, raw: &str, at: Position, out: &mut dyn Intake) {
    let hit = match read {
        Ok(hit) => hit,
        Err(why) => return out.refuse(at, &why, raw),
    };
    let Some(time) = hit.time else { return out.refuse(at, "no time", raw) };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at,
        outcome: hit.outcome(),
        credential: None,
        address: hit.address(),
        raw,
        body: &hit,
    });
}
