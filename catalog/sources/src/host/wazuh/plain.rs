//! `alerts.log`: alerts as text over several lines. Each becomes what `alerts.json` says of it, so
//! that both mean the same.

use frame::Input;
use model::seam::source::Intake;
use serde_json::{Map, Value, json};

use crate::joined::{self, Part};
use crate::{clock, json as parser, wrap};

/// How an alert starts: `** Alert 1791244801.1234: mail  - syslog,sshd,`.
const OPENS: &str = "** Alert ";
/// The most lines of an alert that are looked at for what they say of a file.
const LINES_MAX: usize = 256;

/// Whether a sample holds such alerts.
pub fn is_ours(sample: &[u8]) -> bool {
    memchr::memmem::find(sample, OPENS.as_bytes()).is_some()
        && wrap::sample_lines(sample).iter().any(|l| opens(wrap::delivery_time(l).1))
}

fn opens(line: &str) -> bool {
    let rest = line.strip_prefix(OPENS).unwrap_or("");
    rest.split(':').next().is_some_and(|id| clock::epoch(whole(id)).is_some())
}

/// The seconds of an id; what follows the dot is a place in the file.
fn whole(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}

/// Reads a blob.
pub fn read(input: &mut Input<'_>, out: &mut dyn Intake) {
    let part = |line: &str, _: &str| Part::opens(opens(line));
    joined::read(input, &part, out, &mut |joined, out| {
        let done = alert(joined.text).and_then(|(seconds, alert)| {
            let time = clock::epoch(seconds).ok_or("the alert's id is no time")?;
            let value = parser::parse(&alert).map_err(|_| "the alert cannot be read")?;
            super::hand_over(&value, time, joined.text, joined.at, out);
            Ok(())
        });
        if let Err(why) = done {
            out.refuse(joined.at, why, joined.text);
        }
    });
}

/// One alert as JSON, and its time in seconds.
fn alert(text: &str) -> Result<(&str, String), &'static str> {
    let mut lines = text.lines();
    let head = lines.next().and_then(|line| line.strip_prefix(OPENS)).ok_or("no alert of Wazuh")?;
    let (id, rest) = head.split_once(':').ok_or("no alert of Wazuh")?;
    let (mail, groups) = rest.split_once('-').ok_or("no groups behind the alert's id")?;
    let groups: Vec<&str> =
        groups.split(',').map(str::trim).filter(|group| !group.is_empty()).collect();
    let place = lines.next().ok_or("the alert breaks off")?;
    let (agent, location) = origin(place).ok_or("no machine in the alert")?;
    let mut rule = rule(lines.next().ok_or("the alert breaks off")?).ok_or("no rule")?;
    rule.insert("groups".into(), groups.into());
    rule.insert("mail".into(), mail.contains("mail").into());
    let (mut data, mut log) = (Map::new(), Vec::new());
    for line in lines {
        let field = line.split_once(": ").filter(|_| log.is_empty());
        let name = match field.map(|(name, _)| name) {
            Some("Src IP") => "srcip",
            Some("Src Port") => "srcport",
            Some("Dst IP") => "dstip",
            Some("Dst Port") => "dstport",
            Some("User") => "dstuser",
            _ => {
                log.push(line);
                continue;
            }
        };
        let value = field.map_or("", |(_, value)| value.trim());
        if !matches!(value, "" | "(none)") {
            data.insert(name.into(), value.into());
        }
    }
    let mut whole_alert = json!({
        "id": id, "rule": rule, "agent": agent, "location": location,
        "manager": {}, "data": data, "full_log": log.join("\n").trim_end(),
    });
    if let (Some(check), Some(object)) = (syscheck(&log), whole_alert.as_object_mut()) {
        object.insert("syscheck".into(), check);
    }
    Ok((whole(id), whole_alert.to_string()))
}

/// `2026 Oct 06 00:00:01 (web-1) 192.0.2.10->/var/log/secure`, or a machine without brackets.
fn origin(line: &str) -> Option<(Value, &str)> {
    let (before, location) = line.split_once("->")?;
    let place = before.splitn(5, ' ').nth(4)?.trim();
    let agent = match place.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((name, ip)) => json!({"name": name, "ip": ip.trim()}),
        None => json!({"name": place}),
    };
    Some((agent, location.trim()))
}

/// `Rule: 5710 (level 5) -> 'sshd: Attempt to login using a non-existent user'`.
fn rule(line: &str) -> Option<Map<String, Value>> {
    let (id, rest) = line.strip_prefix("Rule: ")?.split_once(" (level ")?;
    let (level, rest) = rest.split_once(')')?;
    let text = rest.split_once("-> ").map_or("", |(_, text)| text.trim());
    let text = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).unwrap_or(text);
    let level: i64 = level.trim().parse().ok()?;
    let mut rule = Map::new();
    rule.insert("id".into(), id.trim().into());
    rule.insert("level".into(), level.into());
    rule.insert("description".into(), text.into());
    Some(rule)
}

/// What the integrity check says of a file, under the names of `alerts.json`.
fn syscheck(log: &[&str]) -> Option<Value> {
    let (path, event) = log.first().and_then(|line| change(line))?;
    let mut found = Map::new();
    found.insert("path".into(), path.into());
    found.insert("event".into(), event.into());
    let mut audit = Map::new();
    for line in log.iter().skip(1).take(LINES_MAX) {
        let Some((name, value)) = line.split_once(':') else {
            pair(line, &mut found);
            continue;
        };
        let value = value.trim().trim_matches('\'');
        let name = name.trim();
        if let Some(name) = name.strip_prefix("(Audit) ") {
            audited(name, value, &mut audit);
            continue;
        }
        let target = match name.trim_start_matches("- ") {
            "Changed attributes" => {
                let all: Vec<&str> = value.split(',').map(str::trim).collect();
                found.insert("changed_attributes".into(), all.into());
                continue;
            }
            "Old md5sum was" => "md5_before",
            "New md5sum is" | "MD5" => "md5_after",
            "Old sha1sum was" => "sha1_before",
            "New sha1sum is" | "SHA1" => "sha1_after",
            "Old sha256sum was" => "sha256_before",
            "New sha256sum is" | "SHA256" => "sha256_after",
            "Size" => "size_after",
            _ => continue,
        };
        if !value.is_empty() {
            found.entry(target).or_insert_with(|| value.into());
        }
    }
    if !audit.is_empty() {
        found.insert("audit".into(), Value::Object(audit));
    }
    Some(Value::Object(found))
}

/// `File '/etc/x' modified`, and how older versions say it.
fn change(line: &str) -> Option<(&str, &'static str)> {
    let quoted =
        |rest: &'_ str| rest.split_once('\'').map(|(path, after)| (path.len(), after.len()));
    for (start, known) in [
        ("File '", None),
        ("New file '", Some("added")),
        ("Integrity checksum changed for: '", Some("modified")),
    ] {
        let Some(rest) = line.strip_prefix(start) else { continue };
        let (length, after) = quoted(rest)?;
        let after = rest.get(rest.len() - after..)?.trim_start();
        let event = match known {
            Some(event) => event,
            None if after.starts_with("was deleted") => "deleted",
            None => ["added", "modified", "deleted"].into_iter().find(|e| after.starts_with(e))?,
        };
        return rest.get(..length).filter(|path| !path.is_empty()).map(|path| (path, event));
    }
    None
}

/// `Size changed from '12' to '14'`.
fn pair(line: &str, found: &mut Map<String, Value>) {
    let Some(rest) = line.strip_prefix("Size changed from '") else { return };
    if let Some((old, new)) = rest.split_once("' to '") {
        found.insert("size_before".into(), old.into());
        found.insert("size_after".into(), new.trim_end_matches('\'').into());
    }
}

/// Who changed it: `(Audit) Process name: '/usr/bin/vim'`, `(Audit) Login user: 'taro (1000)'`.
fn audited(name: &str, value: &str, audit: &mut Map<String, Value>) {
    let (group, member) = match name {
        "User" => ("user", "name"),
        "Login user" => ("login_user", "name"),
        "Process id" => ("process", "id"),
        "Process name" => ("process", "name"),
        _ => return,
    };
    let group = audit.entry(group).or_insert_with(|| json!({}));
    let Some(group) = group.as_object_mut() else { return };
    match value.rsplit_once(" (").filter(|_| member == "name") {
        Some((name, id)) if id.ends_with(')') => {
            group.insert("name".into(), name.into());
            group.insert("id".into(), id.trim_end_matches(')').into());
        }
        _ => drop(group.insert(member.into(), value.into())),
    }
}
