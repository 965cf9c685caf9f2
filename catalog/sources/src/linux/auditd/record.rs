//! One audit event: its records, read when somebody asks.

use std::borrow::Cow;
use std::cell::OnceCell;

use model::{Outcome, Time};

use super::fields::{Field, argument, decoded, parse};
use super::join::{Head, head};
use super::sockaddr::{Address, decode};
use super::syscalls;

/// One event of `auditd`, its lines joined.
pub struct Record<'a> {
    /// Its lines.
    pub text: &'a str,
    /// When it happened.
    pub time: Time,
    parsed: OnceCell<Parsed<'a>>,
}

/// The fields of an event, and which of its records they stand in.
#[derive(Default)]
struct Parsed<'a> {
    parts: Vec<Part<'a>>,
    fields: Vec<Field<'a>>,
}

/// One record of an event: its head, and where its fields are.
#[derive(Clone, Copy)]
struct Part<'a> {
    head: Head<'a>,
    from: usize,
    to: usize,
}

/// The kernel's word for "nobody logged in": -1 as an unsigned number.
const UNSET: &str = "4294967295";

impl<'a> Record<'a> {
    /// An event of joined lines.
    pub fn new(text: &'a str, time: Time) -> Self {
        Record { text, time, parsed: OnceCell::new() }
    }

    fn parsed(&self) -> &Parsed<'a> {
        self.parsed.get_or_init(|| {
            let mut parsed = Parsed::default();
            for head in self.text.lines().filter_map(|line| head(line).ok()) {
                let from = parsed.fields.len();
                parse(head.rest, &mut parsed.fields);
                parsed.parts.push(Part { head, from, to: parsed.fields.len() });
            }
            parsed
        })
    }

    /// The types of its records, in their order.
    pub fn kinds(&self) -> impl Iterator<Item = &'a str> {
        self.parsed().parts.iter().map(|part| part.head.kind)
    }

    /// The type of its first record.
    pub fn kind(&self) -> &'a str {
        self.kinds().next().unwrap_or("")
    }

    /// Whether a record of that type is there.
    pub fn has(&self, kind: &str) -> bool {
        self.kinds().any(|k| k == kind)
    }

    /// Its stamp, seconds and serial.
    pub fn stamp(&self) -> &'a str {
        self.parsed().parts.first().map_or("", |part| part.head.stamp)
    }

    /// The machine, if its name is there.
    pub fn node(&self) -> Option<&'a str> {
        let node = self.parsed().parts.first()?.head.node;
        (!node.is_empty()).then_some(node)
    }

    /// Every field with the type of its record.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, Field<'a>)> {
        let parsed = self.parsed();
        parsed.parts.iter().flat_map(move |part| {
            let own = parsed.fields.get(part.from..part.to).unwrap_or(&[]);
            own.iter().map(move |field| (part.head.kind, *field))
        })
    }

    /// The first value of a field that says something.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut found = self.fields().filter(|(_, field)| field.name == name);
        found.find_map(|(kind, field)| says(decoded(field, kind)))
    }

    /// A value of the record of one type.
    pub fn of(&self, kind: &str, name: &str) -> Option<Cow<'a, str>> {
        let mut found = self.fields().filter(|(k, field)| *k == kind && field.name == name);
        found.find_map(|(kind, field)| says(decoded(field, kind)))
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.parse().ok()
    }

    /// The name of its system call.
    pub fn syscall(&self) -> Option<Cow<'a, str>> {
        if let Some(resolved) = self.of("SYSCALL", "SYSCALL") {
            return Some(resolved);
        }
        let (arch, number) = (self.of("SYSCALL", "arch")?, self.of("SYSCALL", "syscall")?);
        syscalls::name(&arch, &number).map(Cow::Borrowed).or(Some(number))
    }

    /// The arguments of a started program, parts of long ones put together.
    pub fn arguments(&self) -> Vec<Cow<'a, str>> {
        let mut found: Vec<((u32, u32), Cow<'a, str>)> = Vec::new();
        for (kind, field) in self.fields().filter(|(kind, _)| *kind == "EXECVE") {
            if let Some(place) = argument(field.name) {
                found.push((place, decoded(field, kind)));
            }
        }
        found.sort_by_key(|(place, _)| *place);
        let mut out: Vec<Cow<'a, str>> = Vec::new();
        let mut last = None;
        for ((number, _), text) in found {
            match out.last_mut().filter(|_| last == Some(number)) {
                Some(before) => before.to_mut().push_str(&text),
                None => out.push(text),
            }
            last = Some(number);
        }
        out
    }

    /// The command line: of a start its arguments, of `sudo` its command, else the title.
    pub fn command_line(&self) -> Option<String> {
        let arguments = self.arguments();
        if !arguments.is_empty() {
            return Some(arguments.join(" "));
        }
        let command = self.of("USER_CMD", "cmd").or_else(|| self.of("PROCTITLE", "proctitle"));
        command.map(Cow::into_owned)
    }

    /// The paths it names: item type (`NORMAL`, `CREATE`, …) and absolute path where the working
    /// directory is known.
    pub fn paths(&self) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let directory = self.of("CWD", "cwd");
        let parsed = self.parsed();
        let mut found = Vec::new();
        for part in parsed.parts.iter().filter(|part| part.head.kind == "PATH") {
            let own = parsed.fields.get(part.from..part.to).unwrap_or(&[]);
            let value = |name: &str| {
                let field = own.iter().find(|field| field.name == name)?;
                says(decoded(*field, "PATH"))
            };
            let Some(name) = value("name") else { continue };
            let kind = value("nametype").unwrap_or(Cow::Borrowed("UNKNOWN"));
            found.push((kind, absolute(name, directory.as_deref())));
        }
        found
    }

    /// The other end of a socket.
    pub fn socket(&self) -> Option<Address> {
        self.fields().find_map(|(kind, f)| {
            (kind == "SOCKADDR" && f.name == "saddr").then(|| decode(f.raw)).flatten()
        })
    }

    /// The number and, if resolved, the name behind a user field (`uid`, `auid`).
    pub fn user(&self, field: &str) -> Option<(Cow<'a, str>, Option<Cow<'a, str>>)> {
        let number = self.get(field).filter(|n| n != UNSET && n != "-1")?;
        let resolved = self.get(&field.to_ascii_uppercase());
        Some((number, resolved.filter(|name| name != "unset" && !name.starts_with("unknown("))))
    }

    /// Whether it was done: the call's own word, else the result that a program reported.
    pub fn outcome(&self) -> Outcome {
        let after = |mark: &str| {
            let at = memchr::memmem::find(self.text.as_bytes(), mark.as_bytes())?;
            self.text.get(at + mark.len()..)
        };
        let Some(word) = after(" success=").or_else(|| after(" res=")) else {
            return Outcome::Unknown;
        };
        match word {
            w if w.starts_with("yes") || w.starts_with("success") => Outcome::Success,
            w if w.starts_with("no") || w.starts_with("failed") => Outcome::Failure,
            w if w.starts_with('1') => Outcome::Success,
            w if w.starts_with('0') => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// The address that a login or connection came from.
    pub fn address(&self) -> Option<Cow<'a, str>> {
        if !self.text.contains("addr=") {
            return None;
        }
        if let Some(stated) = self.get("addr").filter(|a| is_ip(a)) {
            return Some(stated);
        }
        if !self.text.contains("type=SOCKADDR") || !self.accepts() {
            return None;
        }
        match self.socket()? {
            Address::Inet { ip, .. } => Some(Cow::Owned(ip)),
            _ => None,
        }
    }

    /// Whether its system call takes in what others send.
    pub fn accepts(&self) -> bool {
        let call = self.syscall();
        matches!(call.as_deref(), Some("accept" | "accept4" | "recvfrom" | "recvmsg"))
    }
}

/// Whether a text is an address.
pub fn is_ip(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// A value, unless it is one of the ways to say that there is none.
fn says(value: Cow<'_, str>) -> Option<Cow<'_, str>> {
    (!matches!(value.as_ref(), "" | "?" | "(null)" | "(none)" | "\"\"")).then_some(value)
}

/// A path as it stands in the file system.
fn absolute<'a>(path: Cow<'a, str>, directory: Option<&str>) -> Cow<'a, str> {
    let Some(directory) = directory.filter(|_| !path.starts_with('/')) else { return path };
    let (directory, path) = (directory.trim_end_matches('/'), path.trim_start_matches("./"));
    if matches!(path, "." | "") {
        return Cow::Owned(directory.to_owned());
    }
    Cow::Owned(format!("{directory}/{path}"))
}
