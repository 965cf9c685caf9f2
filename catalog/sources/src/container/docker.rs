//! `container.docker`: what containers print, as Docker's `json-file` and CRI runtimes keep it.
//!
//! Texts are messages; lines that are JSON or logfmt are read as `app.json` reads them, lines of
//! access logs as `web.access` does. Where most
//! lines are JSON of an application, `app.json` takes the log, which knows both wraps.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position, Time};
use ocsf::Class;
use sonic_rs::{JsonValueTrait, Value};

use crate::app::{json as app, logfmt};
use crate::joined::RECORD_MAX;
use crate::json;
use crate::web::access;

/// The member.
pub struct Docker;

const NAME: &str = "container.docker";
/// How many lines recognition looks at.
const TRIED_MAX: usize = 16;
/// Where a container prints to; each has a line under way of its own.
const STREAMS: [&str; 2] = ["stdout", "stderr"];

impl Source for Docker {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Container output: Docker json-file and CRI lines, partial lines joined",
            spec: "https://docs.docker.com/engine/logging/drivers/json-file/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        app::CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: None, service: None, category: Some("application") },
            LogSource { product: None, service: None, category: Some("webserver") },
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        &["stream"]
    }

    fn is_general(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = sample.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let (mut fit, mut others) = (0, 0);
        for line in lines.filter(|line| !line.is_empty()).take(TRIED_MAX) {
            let is_part = std::str::from_utf8(line).is_ok_and(|line| part(line).is_some());
            *(if is_part { &mut fit } else { &mut others }) += 1;
        }
        let is_ours = fit > 0 && fit >= others;
        if is_ours && app::AppJson.recognise(sample) == Likeness::No {
            Likeness::Shape
        } else {
            Likeness::No
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut open: [Option<Open>; 2] = [None, None];
        let mut record = 0;
        while let Some(line) = input.line() {
            let text = line.text.trim();
            if text.is_empty() && !line.too_long {
                continue;
            }
            let at = Position { line: line.number, record };
            if line.too_long {
                out.refuse(at, "the line is too long", text);
                record += 1;
                continue;
            }
            let Some(part) = part(text) else {
                out.refuse(at, "no line of Docker's json-file or of a CRI runtime", text);
                record += 1;
                continue;
            };
            let Some(slot) = open.get_mut(part.stream) else { continue };
            let ends = part.ends;
            if let Some(open) = slot {
                open.add(&part.text, text);
            } else {
                *slot = Some(Open::new(part, at, text));
                record += 1;
            }
            if ends && let Some(whole) = slot.take() {
                whole.hand_over(settings, out);
            }
        }
        // What no line ends is all that was printed.
        let mut rest: Vec<Open> = open.into_iter().flatten().collect();
        rest.sort_by_key(|open| open.at.record);
        for open in rest {
            open.hand_over(settings, out);
        }
    }
}

/// One line of the file: a line of output or a part of one.
struct Part {
    /// Which of [`STREAMS`].
    stream: usize,
    text: String,
    /// Whether the line of output ends with it.
    ends: bool,
    time: Time,
    /// What the file says of it.
    wrap: Value,
}

fn part(line: &str) -> Option<Part> {
    if line.starts_with('{') { docker(line) } else { cri(line) }
}

fn stream(name: &str) -> Option<usize> {
    STREAMS.iter().position(|known| *known == name)
}

/// `{"log":"…\n","stream":"stdout","time":"…"}`, with `attrs` where tag or labels are kept.
fn docker(line: &str) -> Option<Part> {
    let wrap = json::parse(line).ok()?;
    let log = json::text(&wrap, &["log"])?;
    Some(Part {
        stream: stream(json::text(&wrap, &["stream"])?)?,
        text: log.trim_end_matches(['\r', '\n']).to_owned(),
        ends: log.ends_with('\n'),
        time: Time::parse_rfc3339(json::text(&wrap, &["time"])?)?,
        wrap,
    })
}

/// `TIME stdout F text`; `P` in place of `F` is a part that goes on. More tags may follow a colon.
fn cri(line: &str) -> Option<Part> {
    let mut words = line.splitn(4, ' ');
    let (stamp, name, tags) = (words.next()?, words.next()?, words.next()?);
    let time = Time::parse_rfc3339(stamp)?;
    let ends = match tags.split(':').next()? {
        "F" => true,
        "P" => false,
        _ => return None,
    };
    let stream = stream(name)?;
    let wrap = json::parse(&format!(r#"{{"stream":"{name}","time":"{time}"}}"#)).ok()?;
    Some(Part { stream, text: words.next().unwrap_or("").to_owned(), ends, time, wrap })
}

/// A line of output under way.
struct Open {
    text: String,
    raw: String,
    at: Position,
    time: Time,
    wrap: Value,
}

impl Open {
    fn new(part: Part, at: Position, raw: &str) -> Self {
        Open { text: part.text, raw: raw.to_owned(), at, time: part.time, wrap: part.wrap }
    }

    /// Takes the next part; what is beyond the bound is left out.
    fn add(&mut self, text: &str, raw: &str) {
        if self.raw.len() + raw.len() < RECORD_MAX {
            self.text.push_str(text);
            self.raw.push('\n');
            self.raw.push_str(raw);
        }
    }

    fn hand_over(&self, settings: &ReadSettings, out: &mut dyn Intake) {
        let text = self.text.trim();
        // Web servers in containers write their access logs there.
        if let Some(hit) = access::request(text, settings) {
            return out.event(&Event {
                source: NAME,
                time: hit.time.unwrap_or(self.time),
                uid: None,
                at: self.at,
                outcome: hit.outcome(),
                credential: None,
                address: hit.address(),
                raw: &self.raw,
                body: &hit,
            });
        }
        let own = if text.starts_with('{') {
            json::parse(text).ok().filter(JsonValueTrait::is_object)
        } else if logfmt::is_record(text) {
            logfmt::object(text).and_then(|object| json::parse(&object).ok())
        } else {
            None
        };
        let unit = app::Unit {
            own: own.as_ref(),
            wrap: Some(&self.wrap),
            text: own.is_none().then_some(text),
            time: Some(self.time),
            uid: None,
            log: None,
            account: None,
        };
        app::unwrapped(&unit, settings, &mut |found| match found {
            Ok(event) => {
                out.event(&Event { source: NAME, at: self.at, raw: &self.raw, ..event });
            }
            Err(why) => out.refuse(self.at, why, &self.raw),
        });
    }
}
