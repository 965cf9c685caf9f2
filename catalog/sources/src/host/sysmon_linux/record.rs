//! One event of Sysmon: its names and values, out of XML or of `sysmonLogView`'s text.

use std::borrow::Cow;

use model::Time;

use crate::aws::shared::is_ip;
use crate::xml::unescaped;

/// No event has more members.
const MEMBERS_MAX: usize = 128;
/// The provider's name stands near the start.
const HEAD_MAX: usize = 512;
/// How `sysmonLogView` starts an event.
const VIEW: &str = "Event SYSMONEVENT_";
/// Its names of events, by their ids.
const VIEWED: &[(&str, u16)] = &[
    ("CREATE_PROCESS", 1),
    ("FILE_TIME", 2),
    ("NETWORK_CONNECT", 3),
    ("SERVICE_STATE_CHANGE", 4),
    ("PROCESS_TERMINATE", 5),
    ("RAWACCESS_READ", 9),
    ("ACCESS_PROCESS", 10),
    ("FILE_CREATE", 11),
    ("SERVICE_CONFIGURATION_CHANGE", 16),
    ("FILE_DELETE", 23),
    ("ERROR", 255),
];

/// One event.
pub struct Record<'a> {
    /// Its number: 1 for a new process.
    pub id: u16,
    /// When it happened.
    pub when: Time,
    /// The machine, as the head of syslog has it.
    sender: &'a str,
    /// Names with values as they are written.
    members: Vec<(&'a str, &'a str)>,
    /// Whether values are XML's.
    is_xml: bool,
}

/// Whether a text starts an event of Sysmon for Linux.
pub fn is_event(text: &str) -> bool {
    if text.starts_with(VIEW) {
        return true;
    }
    let head = text.get(..text.floor_char_boundary(HEAD_MAX)).unwrap_or("");
    text.starts_with("<Event") && head.contains("\"Linux-Sysmon\"")
}

impl<'a> Record<'a> {
    /// Takes an event apart.
    pub fn parse(text: &'a str, sender: &'a str) -> Result<Self, &'static str> {
        let is_xml = !text.starts_with(VIEW);
        let found = if is_xml { xml(text)? } else { view(text) };
        let mut record = Record { id: 0, when: Time::seconds(0), sender, members: found, is_xml };
        let own = record.raw("EventID").and_then(|id| id.trim().parse().ok());
        record.id = match text.strip_prefix(VIEW) {
            Some(rest) => viewed(rest),
            None => own,
        }
        .ok_or("no id of an event")?;
        Ok(record)
    }

    /// A value as it is written; a dash says that there is none.
    fn raw(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.members.iter().find(|(own, _)| *own == name)?;
        Some(*value).filter(|value| !matches!(*value, "" | "-"))
    }

    /// A value by its name.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.raw(name)?;
        Some(if self.is_xml { unescaped(value) } else { Cow::Borrowed(value) })
    }

    /// Whether a member is there at all.
    pub fn bears(&self, name: &str) -> bool {
        self.members.iter().any(|(own, _)| *own == name)
    }

    /// A whole number by its name.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.raw(name)?.parse().ok()
    }

    /// When, in the event's own words: the event's time, else the time that was logged.
    pub fn time(&self) -> Option<Time> {
        let utc = self.raw("UtcTime").and_then(|text| Time::parse_civil(text, 0));
        utc.or_else(|| Time::parse_rfc3339(self.raw("SystemTime")?))
    }

    /// The machine.
    pub fn host(&self) -> Option<Cow<'a, str>> {
        self.get("Computer")
            .or_else(|| Some(self.sender.into()).filter(|_| !self.sender.is_empty()))
    }

    /// The address that a connection came from, if it came from elsewhere.
    pub fn client(&self) -> Option<&'a str> {
        let came = self.id == 3 && self.raw("Initiated") == Some("false");
        self.raw("SourceIp").filter(|ip| came && is_ip(ip))
    }
}

/// `CREATE_PROCESS` as a number.
fn viewed(rest: &str) -> Option<u16> {
    let name = rest.split_whitespace().next()?;
    VIEWED.iter().find(|(known, _)| *known == name).map(|(_, id)| *id)
}

/// The members of an event in XML: leaves of `System`, the attributes in it, `Data` by its name.
fn xml(text: &str) -> Result<Vec<(&str, &str)>, &'static str> {
    let mut found = Vec::with_capacity(32);
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((tag, after)) = after.split_once('>') else {
            return Err("the event breaks off");
        };
        rest = after;
        if tag == "/Event" {
            return Ok(found);
        }
        if tag.starts_with(['/', '?', '!']) {
            continue;
        }
        if found.len() >= MEMBERS_MAX {
            return Err("too many members");
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let value = if is_empty { "" } else { after.split('<').next().unwrap_or("") };
        if name == "Data" {
            let named = pairs(attributes).find(|(key, _)| *key == "Name");
            found.extend(named.map(|(_, name)| (name, value)));
            continue;
        }
        // `<Provider Name=…/>`, `<TimeCreated SystemTime=…/>`, `<Execution ProcessID=…/>`
        let known = |key: &str| matches!(key, "SystemTime" | "UserId" | "ThreadID" | "Guid");
        found.extend(pairs(attributes).filter(|(key, _)| known(key)));
        if name == "Provider" {
            let provider = pairs(attributes).find(|(key, _)| *key == "Name");
            found.extend(provider.map(|(_, name)| ("Provider_Name", name)));
        }
        if !value.trim().is_empty() {
            found.push((name, value));
        }
    }
    Err("the event breaks off")
}

/// `Name="…" Guid='…'`.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.get(1..)?.split_once(quote)?;
        rest = after;
        Some((name.trim(), value))
    })
}

/// The members of an event as `sysmonLogView` prints it: `\tName: value` below its first line.
fn view(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.trim(), value.trim())).take(MEMBERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_both_writings() {
        let xml = "<Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"{x}\"/><EventID>5</EventID>\
                   <TimeCreated SystemTime=\"2026-10-06T00:00:01.5Z\"/><Computer>web-1</Computer></System>\
                   <EventData><Data Name=\"Image\">/bin/a &amp; b</Data><Data Name=\"RuleName\">-</Data>\
                   <Data Name=\"User\"/></EventData></Event>";
        assert!(is_event(xml));
        let record = Record::parse(xml, "").unwrap();
        assert_eq!((record.id, record.get("Image").as_deref()), (5, Some("/bin/a & b")));
        assert_eq!(record.host().as_deref(), Some("web-1"));
        assert!(record.get("RuleName").is_none() && record.bears("RuleName"));
        assert_eq!(record.time().unwrap().to_string(), "2026-10-06T00:00:01.500Z");
        for end in 0..xml.len() {
            assert!(Record::parse(xml.get(..end).unwrap(), "").is_err());
        }
        let view =
            "Event SYSMONEVENT_FILE_CREATE\n\tUtcTime: 2026-10-06 00:00:01.250\n\tImage: /bin/a\n";
        let record = Record::parse(view, "web-1").unwrap();
        assert_eq!(
            (record.id, record.time().unwrap().to_string()),
            (11, "2026-10-06T00:00:01.250Z".into())
        );
    }
}
