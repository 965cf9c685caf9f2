//! Logins told by PAM, `sudo`, `su`, `systemd-logind` and servers with logins of their own.

use super::{Said, What, after_from, between, ip, some};

/// `pam_unix(sshd:session): session opened for user root(uid=0) by alice(uid=1000)`.
pub fn pam(message: &str) -> Option<Said<'_>> {
    let (module, said) = message.split_once(": ")?;
    let service = between(module, "(", ")").map(|s| s.split_once(':').map_or(s, |(s, _)| s));
    let bare = |name: &str| name.find('(').unwrap_or(name.len());
    if let Some(rest) = said.strip_prefix("session opened for user ") {
        let (user, by) = rest.split_once(" by ").unwrap_or((rest, ""));
        let (user, by) = (user.get(..bare(user))?, by.get(..bare(by))?);
        let opened = Said::done(What::Logon, "session opened");
        return Some(Said { user: some(user), by: some(by), service, ..opened });
    }
    if let Some(rest) = said.strip_prefix("session closed for user ") {
        let user = rest.get(..bare(rest))?;
        let closed = Said::done(What::Logoff, "session closed");
        return Some(Said { user: some(user), service, ..closed });
    }
    let value = |key: &str| between(said, key, " ").and_then(some);
    if said.starts_with("authentication failure;") || said.contains(" authentication failure;") {
        // `user=` stands last, behind two blanks, and is left out where there is no such user.
        let user = said.rsplit_once(" user=").and_then(|(_, user)| some(user.trim()));
        let by = value(" ruser=").or_else(|| value(" logname="));
        let place = value(" rhost=");
        let failed = Said::failed(What::Logon, "authentication failed");
        let terminal = value(" tty=");
        return Some(Said { user, by, ip: place.and_then(ip), terminal, service, ..failed });
    }
    if said.starts_with("authentication success;") {
        let user = value(" user=").or_else(|| value(" ruser="));
        let passed = Said::done(What::Logon, "authentication passed");
        return Some(Said { user, ip: value(" rhost=").and_then(ip), service, ..passed });
    }
    if said.starts_with("user ") && said.contains(" tally ") || said.contains("temporarily locked")
    {
        let user = between(said, "user ", " ");
        let locked = Said::failed(What::Logon, "too many failed logins");
        return Some(Said { user, service, ..locked });
    }
    if said.starts_with("check pass; user unknown") {
        let unknown = Said::failed(What::Logon, "login of an unknown user");
        return Some(Said { service, ..unknown });
    }
    if said.starts_with("password changed for ") {
        let user = said.strip_prefix("password changed for ");
        return Some(Said {
            user,
            ..Said::done(What::Account(3, "Password Change"), "password changed")
        });
    }
    None
}

/// `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls`, with a complaint before.
pub fn sudo(message: &str) -> Option<Said<'_>> {
    let (by, rest) = message.trim_start().split_once(" : ")?;
    let (head, command) = rest.split_once("COMMAND=").unwrap_or((rest, ""));
    let mut said = Said::done(What::Command, "sudo");
    for part in head.split(" ; ").map(str::trim) {
        match part.split_once('=') {
            Some(("TTY", value)) => said.terminal = some(value),
            Some(("PWD", value)) => said.directory = some(value),
            Some(("USER", value)) => said.user = some(value),
            _ if refuses(part) => {
                said = Said { action: "sudo refused", outcome: model::Outcome::Failure, ..said };
            }
            _ => {}
        }
    }
    if command.is_empty() && said.outcome == model::Outcome::Success {
        return None;
    }
    Some(Said { by: some(by.trim()), command: some(command), ..said })
}

fn refuses(part: &str) -> bool {
    let words =
        ["NOT in sudoers", "incorrect password", "not allowed", "NOT authorized", "is required"];
    words.iter().any(|word| part.contains(word))
}

/// `(to root) alice on pts/0`, `FAILED SU (to root) …`, `Successful su for root by alice`.
pub fn su(message: &str) -> Option<Said<'_>> {
    let failed = message.starts_with("FAILED");
    let said =
        if failed { Said::failed(What::Logon, "su failed") } else { Said::done(What::Logon, "su") };
    if let Some((_, rest)) = message.split_once("(to ")
        && let Some((user, rest)) = rest.split_once(") ")
    {
        let (by, terminal) = rest.split_once(" on ").unwrap_or((rest, ""));
        return Some(Said { user: some(user), by: some(by), terminal: some(terminal), ..said });
    }
    let (_, rest) = message.split_once(" su for ")?;
    let (user, by) = rest.split_once(" by ")?;
    Some(Said { user: some(user), by: some(by), ..said })
}

/// `New session 12 of user alice.`
pub fn logind(message: &str) -> Option<Said<'_>> {
    if let Some(rest) = message.strip_prefix("New session ") {
        let (session, user) = rest.split_once(" of user ")?;
        let user = user.trim_end_matches('.').trim_matches('\'');
        let opened = Said::done(What::Logon, "session opened");
        return Some(Said { session: some(session), user: some(user), ..opened });
    }
    None
}

/// Servers that say `user=<alice>`, `user [alice]`, `USER alice` and what became of it.
pub fn daemon(message: &str) -> Option<Said<'_>> {
    let lower = message.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let bad = [
        "auth failed",
        "authentication fail",
        "authenticate() failed",
        "authentication error",
        "login failed",
        "failed login",
        "fail login",
        "login incorrect",
        "no such user",
        "unknown user",
        "password mismatch",
        "invalid password",
    ];
    let good = [" login: user=<", "ok login", "login successful", "is now logged in", "logged in"];
    let said = match () {
        () if has(&bad) => Said::failed(What::Logon, "login failed"),
        () if has(&good) || lower.starts_with("login on ") => Said::done(What::Logon, "login"),
        () => return None,
    };
    let user = between(message, "user=<", ">")
        .or_else(|| between(message, "for user [", "]"))
        .or_else(|| between(message, "USER ", ":").and_then(|u| u.split(' ').next()))
        .or_else(|| between(message, "pam(", ","));
    let address = between(message, "rip=", ",").and_then(ip);
    let address = address.or_else(|| after_from(message)).or_else(|| any_ip(message));
    Some(Said { user: user.and_then(some), ip: address, ..said })
}

/// The first address between marks, for instance `(?@192.0.2.7)` or `host[192.0.2.7]`.
fn any_ip(message: &str) -> Option<&str> {
    let marks = [' ', '(', ')', '[', ']', '@', ',', '"', '<', '>'];
    // In square brackets stands the client, before them often the server.
    let client = message.split('[').skip(1).filter_map(|rest| rest.split(']').next());
    let words = client.chain(message.split(marks));
    words
        .map(|word| word.trim_start_matches("::ffff:"))
        .find_map(|word| ip(word).filter(|word| word.len() > 3))
}
