//! Messages of the kernel: packets that a rule logged, processes that it killed.

use super::{Said, What, between, ip, some};

/// Reads a message; its uptime in brackets is passed over.
pub fn read(message: &str) -> Option<Said<'_>> {
    let message = match message.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        Some((uptime, rest)) if uptime.trim().bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            rest
        }
        _ => message,
    };
    if message.contains(" SRC=") && message.contains(" DST=") {
        return packet(message);
    }
    if let Some((_, rest)) = message.split_once("Killed process ") {
        let name = between(rest, "(", ")");
        let ended = Said::done(What::Ended, "process killed for lack of memory");
        return Some(Said { pid: rest.split([' ', ',']).next(), name, ..ended });
    }
    if let Some((process, _)) = message.split_once(": segfault at ") {
        let (name, rest) = process.split_once('[')?;
        let crashed = Said::failed(What::Ended, "process crashed");
        return Some(Said { pid: some(rest.trim_end_matches(']')), name: some(name), ..crashed });
    }
    None
}

/// `PREFIX IN=eth0 OUT= … SRC=192.0.2.7 DST=198.51.100.2 … PROTO=TCP SPT=1 DPT=22 …`.
fn packet(message: &str) -> Option<Said<'_>> {
    let value = |key: &str| between(message, key, " ").and_then(some);
    let prefix = message.split("IN=").next().unwrap_or("").trim();
    let upper = prefix.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    let allowed = match () {
        () if has(&["DROP", "BLOCK", "REJECT", "DENY", "DENIED"]) => Some(false),
        () if has(&["ACCEPT", "ALLOW", "PASS"]) => Some(true),
        () => None,
    };
    let said = match allowed {
        Some(true) => Said::done(What::Packet(allowed), "packet let through"),
        Some(false) => Said::failed(What::Packet(allowed), "packet blocked"),
        None => Said { what: What::Packet(None), action: "packet logged", ..Said::NOTE },
    };
    let rule = prefix.trim_matches(['[', ']', ':', ' ']);
    Some(Said {
        ip: value(" SRC=").and_then(ip),
        to_ip: value(" DST=").and_then(ip),
        port: value(" SPT="),
        to_port: value(" DPT="),
        method: value(" PROTO="),
        name: some(rule),
        ..said
    })
    .filter(|said| said.ip.is_some() || said.to_ip.is_some())
}
