//! One line of a ClamAV log.

use model::Time;

use crate::clock::{Calendar, Stamp};

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// `PATH: SIGNATURE FOUND`.
    Found,
    /// `PATH: OK`, `PATH: Empty file`, …: looked at, or passed over.
    Looked,
    /// `PATH: moved to '…'`, `PATH: Removed.`: what was done with a file.
    Treated,
    /// The summary of a scan, over several lines.
    Summary,
    /// The state of the daemon, of its database, a warning.
    State,
    /// Dashes and empty lines: no record.
    Mark,
    /// None of these.
    Other,
}

/// One line, cut.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// All of it.
    pub text: &'a str,
    /// What it tells.
    pub tells: Tells,
    /// The file it is about.
    pub path: &'a str,
    /// The signature, or what was said of the file.
    pub said: &'a str,
}

const SUMMARY: &str = "----------- SCAN SUMMARY -----------";

impl<'a> Line<'a> {
    /// Reads a line without its time.
    pub fn read(text: &'a str) -> Self {
        let line = Line { text, tells: Tells::Other, path: "", said: text };
        if text.starts_with(SUMMARY) {
            return Line { tells: Tells::Summary, ..line };
        }
        if text.trim_matches(['-', ' ']).is_empty() {
            return Line { tells: Tells::Mark, ..line };
        }
        if let Some((path, said)) = text.rsplit_once(": ")
            && is_path(path)
        {
            if let Some(signature) = said.strip_suffix(" FOUND") {
                return Line { tells: Tells::Found, path, said: signature, ..line };
            }
            let looked = ["OK", "Empty file", "Excluded", "Symbolic link", "Access denied"];
            let treated = ["moved to '", "copied to '", "Removed", "Can't remove", "Can't move"];
            let starts = |words: &[&str]| words.iter().any(|word| said.starts_with(word));
            let tells = match () {
                () if starts(&looked) || said.ends_with("ERROR") => Tells::Looked,
                () if starts(&treated) => Tells::Treated,
                () => Tells::Other,
            };
            return Line { tells, path, said, ..line };
        }
        let states = [
            "LibClamAV ",
            "WARNING: ",
            "ERROR: ",
            "SelfCheck: ",
            "Database ",
            "ClamAV ",
            "clamd ",
            "+++ Started at ",
            "--- Stopped at ",
            "freshclam ",
            "Limits: ",
            "daily.",
            "main.",
            "bytecode.",
            "Received signal: ",
            "Reading databases from ",
            "Loaded ",
            "ClamInotif: ",
        ];
        if states.iter().any(|state| text.starts_with(state)) {
            return Line { tells: Tells::State, ..line };
        }
        line
    }

    /// Whether only ClamAV writes such a line.
    pub fn is_certain(&self) -> bool {
        match self.tells {
            Tells::Found | Tells::Summary => true,
            Tells::State => {
                let own =
                    ["SelfCheck: ", "LibClamAV ", "ClamAV ", "clamd daemon", "daily.", "main."];
                own.iter().any(|name| self.text.starts_with(name))
            }
            _ => false,
        }
    }

    /// Whether it is a row of a summary: `Infected files: 1`.
    pub fn is_summary_row(&self) -> bool {
        let Some((key, _)) = self.text.split_once(':') else { return false };
        let keys = [
            "Known viruses",
            "Engine version",
            "Scanned directories",
            "Scanned files",
            "Infected files",
            "Data scanned",
            "Data read",
            "Time",
            "Start Date",
            "End Date",
            "Total errors",
            "Not moved",
            "Not copied",
            "Not removed",
        ];
        keys.contains(&key)
    }
}

/// Whether a text names what was scanned: a path, a stream, standard input.
fn is_path(text: &str) -> bool {
    let windows = matches!(text.as_bytes(), [b'A'..=b'Z' | b'a'..=b'z', b':', b'\\' | b'/', ..]);
    text.starts_with(['/', '.', '~'])
        || windows
        || text.starts_with("instream(")
        || matches!(text, "stdin" | "stream")
}

/// A row of a summary.
pub fn row<'t>(summary: &'t str, key: &str) -> Option<&'t str> {
    summary.lines().find_map(|line| line.strip_prefix(key)).map(str::trim)
}

/// A date of a summary: `2026:10:15 08:21:01`, in the machine's zone.
pub fn scan_time(summary: &str, key: &str, calendar: &mut Calendar) -> Option<Time> {
    let text = row(summary, key)?;
    let (date, clock) = text.split_once(' ')?;
    let time = Time::parse_civil(&format!("{} {clock}", date.replace(':', "-")), 0)?;
    calendar.time(Stamp::Zoneless(time), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts() {
        for (text, tells, path, said) in [
            ("/a/b: OK", Tells::Looked, "/a/b", "OK"),
            ("/a: b: Eicar-Test FOUND", Tells::Found, "/a: b", "Eicar-Test"),
            (
                "instream(192.0.2.7@40000): X.Y FOUND",
                Tells::Found,
                "instream(192.0.2.7@40000)",
                "X.Y",
            ),
            ("/a: moved to '/q/a'", Tells::Treated, "/a", "moved to '/q/a'"),
            ("-----------", Tells::Mark, "", "-----------"),
        ] {
            let line = Line::read(text);
            assert_eq!((line.tells, line.path, line.said), (tells, path, said), "{text}");
        }
    }
}
