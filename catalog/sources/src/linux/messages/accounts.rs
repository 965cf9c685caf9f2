//! Accounts and groups made, changed and deleted by the shadow tools.

use super::{Said, What, between, some};

/// Reads a message of `useradd`, `usermod`, `passwd` and their like.
pub fn read<'a>(program: &str, message: &'a str) -> Option<Said<'a>> {
    let quoted = |said: Said<'static>| {
        let user = between(message, "'", "'").and_then(some);
        Some(Said { user, ..said })
    };
    let change = |activity, name, action| Said::done(What::Account(activity, name), action);
    let fails = message.starts_with("failed ") || message.contains("authentication failure");
    match message {
        _ if fails => None,
        m if m.starts_with("new user: name=") => {
            let user = between(m, "name=", ",");
            Some(Said { user, ..change(1, "Create", "account made") })
        }
        m if m.starts_with("new group: name=") => {
            let name = between(m, "name=", ",");
            Some(Said { user: name, name, ..change(99, "Group Created", "group made") })
        }
        m if m.starts_with("delete user '") => quoted(change(6, "Delete", "account deleted")),
        m if m.starts_with("add '") && m.contains(" to group '") => {
            let said = quoted(change(99, "Group Membership Added", "added to a group"))?;
            Some(Said { name: between(m, "to group '", "'"), ..said })
        }
        m if m.starts_with("add '") && m.contains(" to shadow group '") => {
            let said = quoted(change(99, "Group Membership Added", "added to a group"))?;
            Some(Said { name: between(m, "to shadow group '", "'"), ..said })
        }
        m if m.starts_with("lock user '") => quoted(change(9, "Lock", "account locked")),
        m if m.starts_with("unlock user '") => quoted(change(12, "Unlock", "account unlocked")),
        m if m.starts_with("change user '") && m.contains(" password") => {
            quoted(change(3, "Password Change", "password changed"))
        }
        m if m.starts_with("change user '") || m.starts_with("changed user '") => {
            quoted(change(99, "Changed", "account changed"))
        }
        m if m.starts_with("password for '") && m.contains("changed") => {
            quoted(change(3, "Password Change", "password changed"))
        }
        m if program == "gpasswd" && m.starts_with("user ") && m.contains(" added by ") => {
            let user = between(m, "user ", " ");
            let said = change(99, "Group Membership Added", "added to a group");
            Some(Said {
                user,
                name: m.rsplit(' ').next(),
                by: between(m, " added by ", " "),
                ..said
            })
        }
        _ => None,
    }
}
