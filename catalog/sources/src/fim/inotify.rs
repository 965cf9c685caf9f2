//! `fim.inotify`: what `inotifywait` prints with a time before it.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Position, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use crate::clock::{Calendar, Stamp};
use crate::{syslog, wrap};

/// The member.
pub struct Inotify;

const NAME: &str = "fim.inotify";

/// The events of inotify as `inotifywait` names them (inotifywait(1), "EVENTS").
const EVENTS: &[&str] = &[
    "ACCESS",
    "MODIFY",
    "ATTRIB",
    "CLOSE_WRITE",
    "CLOSE_NOWRITE",
    "CLOSE",
    "OPEN",
    "MOVED_TO",
    "MOVED_FROM",
    "MOVE",
    "MOVE_SELF",
    "CREATE",
    "DELETE",
    "DELETE_SELF",
    "UNMOUNT",
    "ISDIR",
    "IGNORED",
    "Q_OVERFLOW",
];

impl Source for Inotify {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "inotifywait with times: files created, written, renamed, deleted",
            spec: "https://man7.org/linux/man-pages/man1/inotifywait.1.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::FILE_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: Some("linux"), service: Some("inotify"), category: None },
            LogSource { product: Some("linux"), service: None, category: Some("file_event") },
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        &["path", "events", "TargetFilename"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let mut calendar = Calendar::default();
        let fit = lines.iter().filter(|line| Line::parse(line, None, &mut calendar).is_ok());
        if fit.count() * 2 > lines.len() { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut calendar = Calendar::new(settings);
        let mut records = 0;
        wrap::each(input, &mut |unit| {
            let (number, text, why) = match unit {
                Ok(unit) if unit.text.trim().is_empty() || is_mark(unit.text) => return,
                Ok(unit) => match Line::parse(unit.text, unit.delivered, &mut calendar) {
                    Ok(line) => {
                        let at = Position { line: unit.line, record: records };
                        records += 1;
                        return out.event(&Event {
                            source: NAME,
                            time: line.time,
                            uid: None,
                            at,
                            outcome: Outcome::Success,
                            credential: None,
                            address: None,
                            raw: unit.text,
                            body: &line,
                        });
                    }
                    Err(why) => (unit.line, unit.text, why),
                },
                Err(broken) => (broken.line, broken.text, broken.why),
            };
            out.refuse(Position { line: number, record: records }, why, text);
            records += 1;
        });
    }
}

/// What `inotifywait` says when it starts.
fn is_mark(line: &str) -> bool {
    line.starts_with("Setting up watches") || line.starts_with("Watches established")
}

/// One line.
struct Line<'a> {
    time: Time,
    /// Names between commas.
    events: &'a str,
    /// The folder, where it stands apart.
    folder: &'a str,
    path: &'a str,
}

impl<'a> Line<'a> {
    /// `TIME EVENTS PATH`, `TIME PATH EVENTS` or `TIME FOLDER EVENTS NAME`.
    fn parse(
        text: &'a str,
        delivered: Option<Time>,
        calendar: &mut Calendar,
    ) -> Result<Self, &'static str> {
        let text = text.trim();
        let (stamp, rest) = time(text).ok_or("no time before the event")?;
        let time =
            calendar.time(stamp, delivered).ok_or("a date that the calendar does not have")?;
        let none = "no event of inotify";
        let (first, after) = rest.split_once(' ').ok_or(none)?;
        if is_events(first) {
            return Ok(Line { time, events: first, folder: "", path: after });
        }
        let (before, last) = rest.rsplit_once(' ').ok_or(none)?;
        if is_events(last) {
            return Ok(Line { time, events: last, folder: "", path: before });
        }
        let mut from = 0;
        while let Some(gap) = rest.get(from..).and_then(|r| r.find(' ')) {
            let at = from + gap;
            let word = rest.get(at + 1..).and_then(|r| r.split(' ').next()).unwrap_or("");
            if is_events(word) {
                let folder = rest.get(..at).unwrap_or("");
                let path = rest.get(at + 2 + word.len()..).unwrap_or("");
                return Ok(Line { time, events: word, folder, path });
            }
            from = at + 1;
        }
        Err(none)
    }

    fn has(&self, event: &str) -> bool {
        self.events.split(',').any(|e| e == event)
    }

    fn whole_path(&self) -> String {
        let slash = if self.folder.is_empty() || self.folder.ends_with('/') { "" } else { "/" };
        format!("{}{slash}{}", self.folder, self.path)
    }

    /// The activity of File System Activity, and its name where the class has none.
    fn activity(&self) -> (i64, Option<&'static str>) {
        let known = [
            ("CREATE", 1),
            ("DELETE", 4),
            ("DELETE_SELF", 4),
            ("MOVED_TO", 5),
            ("MOVED_FROM", 5),
            ("MOVE_SELF", 5),
            ("MODIFY", 3),
            ("CLOSE_WRITE", 3),
            ("ATTRIB", 6),
            ("UNMOUNT", 13),
            ("OPEN", 14),
            ("ACCESS", 2),
        ];
        let found = known.iter().find(|(event, _)| self.has(event));
        found.map_or((99, Some("Closed")), |(_, activity)| (*activity, None))
    }
}

/// The time at the start: as syslog heads have it, or whole seconds since 1970 (`%s`).
fn time(text: &str) -> Option<(Stamp, &str)> {
    let (word, rest) = text.split_once(' ')?;
    let seconds = word.len() == 10 && word.bytes().all(|b| b.is_ascii_digit());
    if seconds {
        return Some((
            Stamp::Whole(Time::seconds(word.parse().ok().filter(|s| *s < 9_000_000_000)?)),
            rest,
        ));
    }
    syslog::stamp(text).map(|(stamp, _, rest)| (stamp, rest))
}

fn is_events(word: &str) -> bool {
    !word.is_empty() && word.split(',').all(|event| EVENTS.contains(&event))
}

impl Body for Line<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let (activity, name) = self.activity();
        let mut flat = Flat::new(Class::FILE_ACTIVITY, activity);
        flat.put_some(paths::ACTIVITY_NAME, name);
        flat.put(paths::METADATA_PRODUCT_NAME, "inotifywait");
        flat.put(paths::METADATA_EVENT_CODE, self.events);
        flat.put(paths::SEVERITY_ID, 1);
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "Success");
        flat.put(paths::TIME, self.time.ocsf());
        let path = self.whole_path();
        let bare = path.trim_end_matches('/');
        let name = bare.rsplit('/').next().filter(|n| !n.is_empty()).unwrap_or(&path);
        flat.put(paths::FILE_NAME, name.to_owned());
        flat.put(paths::FILE_PATH, path);
        flat.put(paths::FILE_TYPE_ID, if self.has("ISDIR") { 2 } else { 0 });
        // inotify tells neither who did it nor where it runs.
        flat.put(paths::ACTOR_APP_NAME, "unknown");
        flat.put(paths::DEVICE_NAME, "unknown");
        flat.put(paths::DEVICE_TYPE_ID, 0);
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        match name {
            "path" | "TargetFilename" => each(Scalar::from(self.whole_path())),
            "events" => self.events.split(',').map(Scalar::from).all(each),
            _ => true,
        };
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let made = self.has("CREATE") || self.has("MOVED_TO");
        let role = if made { Role::Created } else { Role::Target };
        let path = self.whole_path();
        if !path.is_empty() {
            out.push(Entity::new(EntityKind::File, path, role));
        }
    }

    fn action(&self) -> String {
        self.events.to_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        Some(["OPEN", "ACCESS", "CLOSE_NOWRITE"].iter().any(|event| self.has(event)))
    }
}
