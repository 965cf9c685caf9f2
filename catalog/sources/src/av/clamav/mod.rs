//! `av.clamav`: logs of ClamAV: `clamscan`, `clamdscan`, `clamd`, `clamonacc`, `freshclam`.

mod body;
mod line;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Outcome, Position, Time};
use ocsf::Class;

use self::body::Item;
use self::line::{Line, Tells, scan_time};
use crate::clock::Calendar;
use crate::{syslog, wrap};

/// The member.
pub struct ClamAv;

const NAME: &str = "av.clamav";

/// How much text of a scan waits for its summary, which alone has its time.
const WAITING_BYTES_MAX: usize = 64 << 20;

impl Source for ClamAv {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "ClamAV: scans with their summaries, clamd and freshclam logs, what was found",
            spec: "https://docs.clamav.net/manual/Usage/Scanning.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: Some("linux"), service: Some("clamav"), category: None },
            LogSource { product: None, service: None, category: Some("antivirus") },
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        body::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let (mut certain, mut fit, mut all) = (0, 0, 0);
        let mut in_summary = false;
        for text in wrap::sample_lines(sample) {
            let line = Line::read(without_head(wrap::delivery_time(&text).1));
            in_summary = line.tells == Tells::Summary || (in_summary && line.is_summary_row());
            if line.tells == Tells::Mark {
                continue;
            }
            all += 1;
            fit += usize::from(line.tells != Tells::Other || in_summary);
            certain += usize::from(line.is_certain());
        }
        match fit > 0 && fit * 4 >= all * 3 {
            true if certain > 0 => Likeness::Name,
            true => Likeness::Shape,
            false => Likeness::No,
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader { calendar: Calendar::new(settings), ..Reader::default() };
        wrap::each(input, &mut |unit| match unit {
            Ok(unit) => reader.line(&unit, out),
            Err(broken) => {
                reader.close(out);
                let at = reader.place(broken.line);
                out.refuse(at, broken.why, broken.text);
            }
        });
        reader.close(out);
    }
}

/// A line without the time that clamd or syslog puts before it.
fn without_head(text: &str) -> &str {
    if let Some((stamp, rest)) = text.split_once(" -> ")
        && syslog::stamp(stamp).is_some()
    {
        return rest;
    }
    match syslog::head(text) {
        Ok(head) if is_scanner(head.daemon()) => head.message,
        _ => text,
    }
}

fn is_scanner(program: &str) -> bool {
    matches!(program, "clamd" | "clamscan" | "clamdscan" | "freshclam" | "clamav" | "clamonacc")
}

/// A line that waits for the summary of its scan.
struct Waiting {
    at: Position,
    text: String,
    /// Its own time, if it has one.
    time: Option<Time>,
    host: String,
}

/// What is known on the way through a blob.
#[derive(Default)]
struct Reader {
    calendar: Calendar,
    records: u64,
    waiting: Vec<Waiting>,
    bytes: usize,
    /// The summary under way: where it starts, its text.
    summary: Option<(Position, String)>,
}

impl Reader {
    fn place(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    fn line(&mut self, unit: &wrap::Unit<'_>, out: &mut dyn Intake) {
        let (exported, text) = wrap::delivery_time(unit.text.trim_end());
        let delivered = exported.or(unit.delivered);
        let (text, time, host) = self.own_time(text, delivered);
        let line = Line::read(text);
        if let Some((_, summary)) = &mut self.summary {
            if line.is_summary_row() {
                summary.push('\n');
                summary.push_str(text);
                return;
            }
            if line.tells != Tells::Mark || text.starts_with('-') {
                self.close(out);
            }
        }
        match line.tells {
            Tells::Mark => {}
            Tells::Summary => {
                let at = self.place(unit.line);
                self.summary = Some((at, text.to_owned()));
            }
            _ => {
                let at = self.place(unit.line);
                self.bytes += text.len() + size_of::<Waiting>();
                let (text, host) = (text.to_owned(), host.to_owned());
                self.waiting.push(Waiting { at, text, time: time.or(delivered), host });
                if self.bytes > WAITING_BYTES_MAX {
                    self.close(out);
                }
            }
        }
    }

    /// Takes a line's own time off: `Thu Oct 15 08:21:01 2026 -> …` of clamd, or syslog's head.
    fn own_time<'t>(
        &mut self,
        text: &'t str,
        delivered: Option<Time>,
    ) -> (&'t str, Option<Time>, &'t str) {
        if let Some((stamp, rest)) = text.split_once(" -> ")
            && let Some((stamp, _, "")) = syslog::stamp(stamp)
        {
            return (rest, self.calendar.time(stamp, delivered), "");
        }
        match syslog::head(text) {
            Ok(head) if is_scanner(head.daemon()) => {
                (head.message, self.calendar.time(head.stamp, delivered), head.host)
            }
            _ => (text, None, ""),
        }
    }

    /// The scan is over, or the blob: what waited goes out with the times of the summary.
    fn close(&mut self, out: &mut dyn Intake) {
        let summary = self.summary.take();
        let scan = summary.as_ref().and_then(|(_, text)| {
            let mut date = |key: &str| scan_time(text, key, &mut self.calendar);
            let start = date("Start Date:")?;
            Some(date("End Date:").map_or(start, |end| start.until(end)))
        });
        for waiting in self.waiting.drain(..) {
            emit(&waiting, waiting.time.or(scan), out);
        }
        self.bytes = 0;
        if let Some((at, text)) = summary {
            emit(&Waiting { at, text, time: None, host: String::new() }, scan, out);
        }
    }
}

/// Whether a line says that something was done; states and warnings say neither.
fn outcome(line: &Line<'_>) -> Outcome {
    match line.tells {
        Tells::State | Tells::Other | Tells::Mark => Outcome::Unknown,
        _ if line.said.ends_with("ERROR") || line.said.starts_with("Can't") => Outcome::Failure,
        _ => Outcome::Success,
    }
}

fn emit(waiting: &Waiting, time: Option<Time>, out: &mut dyn Intake) {
    let line = Line::read(&waiting.text);
    if line.tells == Tells::Other && time.is_none() {
        out.refuse(waiting.at, "no line of ClamAV: neither a time nor a verdict", &waiting.text);
        return;
    }
    // A list of verdicts without a summary has no time at all: what was found is kept, in 1970.
    let item = Item {
        line,
        time: time.unwrap_or(Time::seconds(0)),
        timed: time.is_some(),
        host: &waiting.host,
    };
    out.event(&Event {
        source: NAME,
        time: item.time,
        uid: None,
        at: waiting.at,
        outcome: outcome(&line),
        credential: None,
        address: None,
        raw: &waiting.text,
        body: &item,
    });
}
