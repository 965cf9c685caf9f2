//! `linux.bash_history`: shell histories with times: one command is one event.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use crate::joined::{self, Part};
use crate::wrap;

/// The member.
pub struct BashHistory;

const NAME: &str = "linux.bash_history";

impl Source for BashHistory {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Shell histories with times: bash (HISTTIMEFORMAT) and zsh (EXTENDED_HISTORY)",
            spec: "https://www.gnu.org/software/bash/manual/html_node/Bash-History-Facilities.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::PROCESS_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: Some("linux"), service: Some("bash_history"), category: None },
            LogSource { product: Some("linux"), service: None, category: Some("process_creation") },
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        &["command", "CommandLine", "Image"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let stamped = lines.iter().filter(|line| stamp(line).is_some()).count();
        if stamped > 0 && stamped * 4 >= lines.len() { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let opens = |text: &str, _: &str| {
            if stamp(text).is_some() { Part::Opens } else { Part::GoesOn }
        };
        joined::read(input, &opens, out, &mut |record, out| {
            let found = stamp(record.text.lines().next().unwrap_or(""));
            let Some((time, on_line)) = found else {
                return out.refuse(record.at, "a command without a time before it", record.text);
            };
            let below = record.text.split_once('\n').map_or("", |(_, below)| below);
            let whole = record.text.strip_prefix(": ").and_then(|text| text.split_once(';'));
            let command = match on_line {
                // What zsh goes on with stands below, after a backslash.
                Some(_) => whole.map_or("", |(_, command)| command),
                None => below,
            };
            if command.trim().is_empty() {
                return out.refuse(record.at, "a time without a command", record.text);
            }
            let command = Command { time, text: command.trim() };
            out.event(&Event {
                source: NAME,
                time,
                uid: None,
                at: record.at,
                outcome: Outcome::Unknown,
                credential: None,
                address: None,
                raw: record.text,
                body: &command,
            });
        });
    }
}

/// The time of `#1791244800` (bash) or `: 1791244800:0;command` (zsh), and the command on it.
fn stamp(line: &str) -> Option<(Time, Option<&str>)> {
    let (seconds, command) = if let Some(seconds) = line.strip_prefix('#') {
        (seconds.trim_end(), None)
    } else {
        let (head, command) = line.strip_prefix(": ")?.split_once(';')?;
        let (seconds, elapsed) = head.split_once(':')?;
        elapsed.parse::<u32>().ok()?;
        (seconds.trim(), Some(command))
    };
    // Ten digits: 2001 to 2286. A comment of fewer is a comment.
    let digits = seconds.len() == 10 && seconds.bytes().all(|b| b.is_ascii_digit());
    let seconds = seconds.parse::<i64>().ok().filter(|s| digits && *s < 9_000_000_000)?;
    Some((Time::seconds(seconds), command))
}

/// One command.
struct Command<'a> {
    time: Time,
    text: &'a str,
}

impl Command<'_> {
    /// The program: the first word that is no assignment and no `sudo`.
    fn program(&self) -> &str {
        let words = self.text.split_ascii_whitespace();
        let mut words = words.filter(|word| !word.contains('=') && *word != "sudo");
        words.next().unwrap_or("shell")
    }
}

impl Body for Command<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::PROCESS_ACTIVITY, 1);
        let program = self.program();
        flat.put(paths::METADATA_PRODUCT_NAME, "Bash");
        flat.put(paths::METADATA_LOG_NAME, "history");
        flat.put(paths::SEVERITY_ID, 1);
        flat.put(paths::STATUS_ID, 0);
        flat.put(paths::STATUS, "Unknown");
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::PROCESS_NAME, program.rsplit('/').next().unwrap_or(program));
        flat.put(paths::PROCESS_CMD_LINE, self.text);
        // A history has neither process ids nor names of users or machines.
        flat.put(paths::PROCESS_UID, "unknown");
        flat.put(paths::ACTOR_APP_NAME, "shell");
        flat.put(paths::DEVICE_NAME, "unknown");
        flat.put(paths::DEVICE_TYPE_ID, 0);
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        match name {
            "command" | "CommandLine" => each(Scalar::from(self.text)),
            "Image" => each(Scalar::from(self.program())),
            _ => true,
        };
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        out.push(Entity::new(EntityKind::Process, self.program(), Role::Created));
        let quotes = ['"', '\'', '`', '(', ')', ';', '|', '>', '<'];
        for word in self.text.split([' ', '\t', '\n']).map(|word| word.trim_matches(quotes)) {
            // An address with a name before `@` may hold a password.
            if (word.starts_with("http://") || word.starts_with("https://")) && !word.contains('@')
            {
                out.push(Entity::new(EntityKind::Url, word, Role::Target));
            } else if word.len() > 6 && word.parse::<std::net::IpAddr>().is_ok() {
                out.push(Entity::new(EntityKind::Ip, word, Role::Target));
            }
        }
    }

    fn action(&self) -> String {
        // The program alone: what stands behind it may hold a password.
        model::text::printable(self.program(), 60).into_owned()
    }
}
