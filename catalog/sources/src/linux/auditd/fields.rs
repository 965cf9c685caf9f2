//! The fields of audit records: `name=value`, quoted, in hexadecimal, or with their names resolved.

use std::borrow::Cow;

/// No record has more fields than this; an `EXECVE` may have thousands of arguments.
const FIELDS_MAX: usize = 20_000;

/// One field of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its name, as the log has it.
    pub name: &'a str,
    /// Its value, without quotes.
    pub raw: &'a str,
    /// Whether it stood in quotes: such a value is never encoded.
    pub quoted: bool,
}

/// Adds the fields of a record to `out`.
pub fn parse<'a>(mut rest: &'a str, out: &mut Vec<Field<'a>>) {
    let between = [' ', ',', '(', ')', '\u{1d}', '\''];
    let mut count = 0;
    while count < FIELDS_MAX {
        rest = rest.trim_start_matches(between);
        let Some(end) = rest.find(['=', ' ', '\u{1d}']) else { return };
        let (name, after) = rest.split_at(end);
        let Some(value) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        // `msg='…'` holds fields itself; its closing quote is passed over as what lies between.
        if name == "msg"
            && let Some(inner) = value.strip_prefix('\'')
        {
            rest = inner;
            continue;
        }
        let (raw, quoted, after) = take_value(value);
        out.push(Field { name, raw, quoted });
        count += 1;
        rest = after;
    }
}

/// Takes the value at the front: its text, whether it was quoted, what follows.
fn take_value(value: &str) -> (&str, bool, &str) {
    if let Some(inside) = value.strip_prefix('"') {
        return match inside.split_once('"') {
            Some((raw, after)) => (raw, true, after),
            None => (inside, true, ""),
        };
    }
    if let Some(inside) = value.strip_prefix('{') {
        return match inside.split_once('}') {
            Some((raw, after)) => (raw.trim(), true, after),
            None => (inside.trim(), true, ""),
        };
    }
    let end = value.find([' ', '\u{1d}']).unwrap_or(value.len());
    let (raw, after) = value.split_at(end);
    let raw = if raw.starts_with('(') { raw } else { raw.trim_end_matches([',', ')', '\'']) };
    (raw, false, after)
}

/// The value as a person reads it: a text that had to be encoded is decoded.
pub fn decoded<'a>(field: Field<'a>, kind: &str) -> Cow<'a, str> {
    if field.quoted || !is_encodable(field.name, kind) {
        return Cow::Borrowed(field.raw);
    }
    unhex(field.raw).map_or(Cow::Borrowed(field.raw), |mut bytes| {
        // Arguments in a title stand one after the other, each closed by a zero byte.
        if field.name == "proctitle" {
            while bytes.last() == Some(&0) {
                bytes.pop();
            }
            bytes.iter_mut().filter(|b| **b == 0).for_each(|b| *b = b' ');
        }
        Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
    })
}

/// Whether the kernel or `auditd` writes a field in hexadecimal where its text needs it.
fn is_encodable(name: &str, kind: &str) -> bool {
    match name {
        "acct" | "cmd" | "comm" | "cwd" | "data" | "dir" | "exe" | "file" | "grp" | "key"
        | "name" | "new-disk" | "ocomm" | "old-disk" | "path" | "proctitle" | "vm" | "watch" => {
            true
        }
        _ => kind == "EXECVE" && argument(name).is_some(),
    }
}

/// The number of an argument, and of its part where a long one stands in several (`a1[0]`).
pub fn argument(name: &str) -> Option<(u32, u32)> {
    let number = name.strip_prefix('a')?;
    match number.split_once('[') {
        Some((number, part)) => Some((number.parse().ok()?, part.strip_suffix(']')?.parse().ok()?)),
        None => Some((number.parse().ok()?, 0)),
    }
}

/// Bytes written in hexadecimal, two digits each.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|d| d as u8);
    let bytes = text.as_bytes();
    if bytes.is_empty() || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? * 16 + digit(*low)?),
        _ => None,
    };
    bytes.chunks_exact(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: &str, kind: &str) -> Vec<String> {
        let mut fields = Vec::new();
        parse(rest, &mut fields);
        fields.iter().map(|f| format!("{}={}", f.name, decoded(*f, kind))).collect()
    }

    #[test]
    fn fields_of_every_writing() {
        assert_eq!(read("argc=2 a0=\"ls\" a1=2D6C2061", "EXECVE"), ["argc=2", "a0=ls", "a1=-l a"]);
        assert_eq!(
            read(
                "pid=7 msg='op=PAM:setcred acct=\"al\" addr=? res=success'\u{1d}UID=\"root\"",
                "USER"
            ),
            ["pid=7", "op=PAM:setcred", "acct=al", "addr=?", "res=success", "UID=root"]
        );
        assert_eq!(
            read(
                "user pid=7 msg='PAM: x acct=root : exe=\"/c\" (hostname=?, addr=?, res=success)'",
                "U"
            ),
            ["pid=7", "acct=root", "exe=/c", "hostname=?", "addr=?", "res=success"]
        );
        assert_eq!(
            read("saddr=02\u{1d}SADDR={ fam=inet laddr=192.0.2.1 lport=80 }", "SOCKADDR"),
            ["saddr=02", "SADDR=fam=inet laddr=192.0.2.1 lport=80"]
        );
        assert_eq!(read("proctitle=6C73002D6C00", "PROCTITLE"), ["proctitle=ls -l"]);
        assert_eq!(read("a0=10 key=(null)", "SYSCALL"), ["a0=10", "key=(null)"]);
    }
}
