//! `linux.auditd`: the Linux audit log, the records of one serial joined into one event.

mod attributes;
mod body;
mod fields;
mod join;
mod record;
mod sockaddr;
mod syscalls;
mod what;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position};
use ocsf::Class;

use self::join::{Joiner, Open, head, time};
use self::record::Record;
use crate::wrap;

/// The member.
pub struct Auditd;

const NAME: &str = "linux.auditd";

impl Source for Auditd {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Linux audit log (auditd, audispd, enriched or not), records of one serial joined",
            spec: "https://github.com/linux-audit/audit-documentation/wiki",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::FILE_ACTIVITY,
            Class::KERNEL_ACTIVITY,
            Class::PROCESS_ACTIVITY,
            Class::ACCOUNT_CHANGE,
            Class::AUTHENTICATION,
            Class::NETWORK_ACTIVITY,
            Class::APPLICATION_LIFECYCLE,
            Class::BASE_EVENT,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const fn log(service: Option<&'static str>, category: Option<&'static str>) -> LogSource {
            LogSource { product: Some("linux"), service, category }
        }
        const KNOWN: &[LogSource] = &[
            log(Some("auditd"), None),
            log(None, Some("process_creation")),
            log(None, Some("file_event")),
            log(None, Some("network_connection")),
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        body::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let lines = lines.iter().filter(|line| !is_mark(line));
        let (mut fit, mut all) = (0, 0);
        for line in lines {
            all += 1;
            fit += usize::from(head(line).is_ok_and(|head| time(head.stamp).is_some()));
        }
        if fit > 0 && fit * 2 >= all { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let mut joiner = Joiner::default();
        let mut records = 0;
        wrap::each(input, &mut |unit| {
            let unit = match unit {
                Ok(unit) => unit,
                Err(broken) => {
                    let at = Position { line: broken.line, record: records };
                    records += 1;
                    return out.refuse(at, broken.why, broken.text);
                }
            };
            let text = unit.text.trim_end();
            if is_mark(text) {
                return;
            }
            let found = head(text).and_then(|head| {
                time(head.stamp).map(|time| (head, time)).ok_or("the stamp is not TIME:SERIAL")
            });
            match found {
                Ok((head, time)) => {
                    while let Some(open) = joiner.due(time) {
                        emit(&open, out);
                        joiner.done(open);
                    }
                    if !joiner.join(&head, text) {
                        joiner.open(&head, text, time, (unit.line, records));
                        records += 1;
                    }
                }
                Err(why) => {
                    out.refuse(Position { line: unit.line, record: records }, why, text);
                    records += 1;
                }
            }
        });
        while let Some(open) = joiner.last() {
            emit(&open, out);
        }
    }
}

/// Whether a line is none of the log: empty, a comment, or what `ausearch` puts between events.
fn is_mark(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#') || line == "----" || line.starts_with("time->")
}

fn emit(open: &Open, out: &mut dyn Intake) {
    let record = Record::new(&open.text, open.time);
    let address = record.address();
    out.event(&Event {
        source: NAME,
        time: open.time,
        uid: None,
        at: Position { line: open.line, record: open.record },
        outcome: record.outcome(),
        credential: None,
        address: address.as_deref(),
        raw: &open.text,
        body: &record,
    });
}
