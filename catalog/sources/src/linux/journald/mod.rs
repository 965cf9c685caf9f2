//! `linux.journald`: the systemd journal as `journalctl -o json`, `json-pretty`, `json-sse` and
//! `export` print it.

mod entry;
mod export;

use frame::{Input, Piece};
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position};
use ocsf::Class;

use self::entry::Entry;
use super::messages::LOGSOURCES;
use crate::host::sysmon_linux;
use crate::wrap;

/// The member.
pub struct Journald;

const NAME: &str = "linux.journald";

impl Source for Journald {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "systemd journal: JSON (lines, pretty, server-sent events) and export format",
            spec: "https://systemd.io/JOURNAL_EXPORT_FORMATS/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::FILE_ACTIVITY,
            Class::PROCESS_ACTIVITY,
            Class::SCHEDULED_JOB_ACTIVITY,
            Class::ACCOUNT_CHANGE,
            Class::AUTHENTICATION,
            Class::NETWORK_ACTIVITY,
            Class::SSH_ACTIVITY,
            Class::APPLICATION_LIFECYCLE,
            Class::BASE_EVENT,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        entry::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let has = |name: &str| memmem::find(sample, name.as_bytes()).is_some();
        let starts = sample.starts_with(b"__CURSOR=") || sample.starts_with(b"__REALTIME_");
        let text = (starts || has("\n__CURSOR=")) && has("__REALTIME_TIMESTAMP=");
        let json = has("\"__REALTIME_TIMESTAMP\"") && (has("\"__CURSOR\"") || has("\"_BOOT_ID\""));
        if text || json { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader { records: 0 };
        if wrap::is_json(input.sample()) {
            return input.documents(&mut |piece| match piece {
                Piece::Document(d) => reader.entry(Entry::from_json(d.text), d.line, d.text, out),
                Piece::Damage { line, why, excerpt } => {
                    reader.entry(Err(why), line, &excerpt, out);
                }
            });
        }
        if input.sample().trim_ascii_start().starts_with(b"data:") {
            while let Some(line) = input.line() {
                // Server-sent events: `data: {…}`, an empty line between two.
                let text = line.text.strip_prefix("data:").unwrap_or(&line.text).trim();
                if !text.is_empty() {
                    reader.entry(Entry::from_json(text), line.number, text, out);
                }
            }
            return;
        }
        export::read(input, &mut |line, text, fields| {
            reader.entry(Ok(Entry::from_export(fields)), line, text, out);
        });
    }
}

/// Numbers records and hands them on.
struct Reader {
    records: u64,
}

impl Reader {
    fn entry(
        &mut self,
        entry: Result<Entry<'_>, String>,
        line: u64,
        raw: &str,
        out: &mut dyn Intake,
    ) {
        let at = Position { line, record: self.records };
        self.records += 1;
        let told = entry.and_then(Entry::told);
        match told {
            Ok(told) if sysmon_linux::is_event(told.message()) => {
                match sysmon_linux::Record::parse(told.message(), told.host()) {
                    Ok(event) => {
                        let time = event.time().unwrap_or(told.time);
                        sysmon_linux::hand_over(NAME, event, time, raw, at, out);
                    }
                    Err(why) => out.refuse(at, why, raw),
                }
            }
            Ok(told) => out.event(&Event {
                source: NAME,
                time: told.time,
                uid: told.cursor(),
                at,
                outcome: told.outcome(),
                credential: None,
                address: told.address(),
                raw,
                body: &told,
            }),
            Err(why) => out.refuse(at, &why, raw),
        }
    }
}
