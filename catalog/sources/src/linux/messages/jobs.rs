//! Jobs of `cron`, tables of `crontab`, units of `systemd`.

use super::{Said, What, some};

/// `(alice) CMD (/usr/bin/backup)`.
pub fn cron(message: &str) -> Option<Said<'_>> {
    let (user, rest) = message.strip_prefix('(')?.split_once(") ")?;
    let (verb, rest) = rest.split_once(" (")?;
    let inside = rest.strip_suffix(')').unwrap_or(rest).trim();
    match verb {
        "CMD" => {
            let started = Said::done(What::Job(6), "job started");
            Some(Said { user: some(user), command: some(inside), ..started })
        }
        "RELOAD" => {
            let changed = Said::done(What::Job(2), "job table read anew");
            Some(Said { user: some(user), name: some(inside), ..changed })
        }
        _ => None,
    }
}

/// `(alice) REPLACE (alice)`: who changed whose table.
pub fn crontab(message: &str) -> Option<Said<'_>> {
    let (by, rest) = message.strip_prefix('(')?.split_once(") ")?;
    let (verb, whose) = rest.split_once(" (")?;
    let whose = whose.strip_suffix(')').unwrap_or(whose);
    let said = match verb {
        "REPLACE" => Said::done(What::Job(2), "job table replaced"),
        "END EDIT" => Said::done(What::Job(2), "job table edited"),
        "DELETE" => Said::done(What::Job(3), "job table deleted"),
        "AUTH" | "STAT" => Said::failed(What::Job(2), "job table refused"),
        _ => return None,
    };
    Some(Said { by: some(by), user: some(whose), ..said })
}

/// `Started nginx.service - A web server.`
pub fn systemd(message: &str) -> Option<Said<'_>> {
    let (verb, rest) = message.split_once(' ')?;
    let unit = rest.trim_end_matches('.');
    let said = match verb {
        "Started" => Said::done(What::Unit(3), "unit started"),
        "Stopped" => Said::done(What::Unit(4), "unit stopped"),
        "Reloaded" => Said::done(What::Unit(5), "unit reloaded"),
        "Failed" if unit.starts_with("to start ") => {
            let unit = unit.strip_prefix("to start ")?;
            let failed = Said::failed(What::Unit(3), "unit failed to start");
            return Some(Said { name: some(unit), ..failed });
        }
        _ => return None,
    };
    Some(Said { name: some(unit), ..said })
}
