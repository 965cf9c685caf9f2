//! Class and activity of what was done to the directory.

use ocsf::Class;

use super::record::{Record, Sort};
use crate::nested;

impl Record<'_> {
    pub(super) fn class(&self) -> (Class, i64) {
        match self.sort {
            Sort::SignIn => (Class::AUTHENTICATION, 1),
            Sort::Audit => self.deed(),
            Sort::Risk => {
                let is_new = self.text(&["riskEventType"]).or_else(|| self.text(&["riskType"]));
                (Class::DETECTION_FINDING, if is_new.is_some() { 1 } else { 2 })
            }
            Sort::Graph | Sort::Provisioning => (Class::API_ACTIVITY, call(self.operation())),
        }
    }

    /// By the words of the operation; the category says what sort of thing it was done to.
    fn deed(&self) -> (Class, i64) {
        let words = self.operation().to_ascii_lowercase();
        let category = nested::text(self.own, &["category"]).unwrap_or("");
        let says = |part: &str| words.contains(part);
        let takes = ["remove", "delete", "unassign", "revoke", "deactivat"].iter().any(|w| says(w));
        let gives_role = says("member") && says("role") || says("app role assignment");
        if gives_role || says("permission grant") && says("user") {
            return (Class::USER_ACCESS, if takes { 2 } else { 1 });
        }
        if category == "GroupManagement" || says(" group") {
            return (Class::GROUP_MANAGEMENT, group(&words, takes));
        }
        if category == "UserManagement" || says("security info") {
            return (Class::ACCOUNT_CHANGE, account(&words));
        }
        match entity(&words) {
            Some(activity) => (Class::ENTITY_MANAGEMENT, activity),
            None => (Class::API_ACTIVITY, 99),
        }
    }
}

fn group(words: &str, takes: bool) -> i64 {
    if words.contains("member") {
        return if takes { 4 } else { 3 };
    }
    if words.contains("owner") {
        return if takes { 2 } else { 1 };
    }
    match words.split(' ').next() {
        Some("add" | "create") => 6,
        Some("delete" | "remove" | "hard") => 5,
        _ => 99,
    }
}

fn account(words: &str) -> i64 {
    let says = |part: &str| words.contains(part);
    let is_factor = says("security info") || says("strong auth") || says("authentication method");
    if is_factor {
        let ends = ["delete", "remove", "disable"].iter().any(|w| says(w));
        let starts = ["regist", "add", "enable", "creat"].iter().any(|w| says(w));
        return match (ends, starts) {
            (true, _) => 11,
            (_, true) => 10,
            _ => 99,
        };
    }
    match words.split(' ').next() {
        _ if says("reset") && says("password") => 4,
        _ if says("change") && says("password") => 3,
        Some("add" | "create" | "invite") if says("user") => 1,
        Some("delete" | "remove" | "hard") if says("user") => 6,
        Some("enable" | "restore") => 2,
        Some("disable") => 5,
        Some("unlock") => 12,
        _ => 99,
    }
}

fn entity(words: &str) -> Option<i64> {
    Some(match words.split(' ').next()? {
        // A credential or an owner more is a change of what has it.
        "add" | "remove" if words.contains("credential") || words.contains("owner") => 3,
        "add" | "create" | "register" => 1,
        "update" | "set" | "change" => 3,
        "delete" | "remove" | "hard" | "unregister" => 4,
        "enable" | "restore" => 8,
        "disable" => 9,
        _ if words.starts_with("consent") => 99,
        _ => return None,
    })
}

/// What a call does, by its method or verb.
fn call(verb: &str) -> i64 {
    match verb.to_ascii_uppercase().as_str() {
        "POST" | "CREATE" => 1,
        "GET" | "HEAD" => 2,
        "PATCH" | "PUT" | "UPDATE" => 3,
        "DELETE" | "DISABLE" => 4,
        _ => 99,
    }
}
