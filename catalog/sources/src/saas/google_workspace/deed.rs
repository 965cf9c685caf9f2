//! Class and activity of an activity, by application and event name.

use ocsf::Class;

use super::record::Record;

impl Record<'_> {
    pub(super) fn class(&self) -> (Class, i64) {
        if self.is_warning() {
            return (Class::DETECTION_FINDING, 1);
        }
        let name = self.name().to_ascii_lowercase();
        match self.application() {
            "login" | "user_accounts" | "saml" => sign_in(&name),
            "token" => match name.as_str() {
                "authorize" => (Class::USER_ACCESS, 1),
                "revoke" => (Class::USER_ACCESS, 2),
                _ => (Class::API_ACTIVITY, 99),
            },
            "admin" => self.admin(&name),
            "groups" | "groups_enterprise" => (Class::GROUP_MANAGEMENT, group(&name)),
            "drive" => (Class::FILE_HOSTING, file(&name)),
            _ => (Class::API_ACTIVITY, call(&name)),
        }
    }

    /// The admin console; `type` says which part of it.
    fn admin(&self, name: &str) -> (Class, i64) {
        let gives = ["grant_", "assign_role", "add_privilege"].iter().any(|w| name.starts_with(w));
        let takes = ["revoke_admin", "revoke_delegated", "unassign_role", "remove_privilege"]
            .iter()
            .any(|w| name.starts_with(w));
        if gives || takes {
            return (Class::USER_ACCESS, if takes { 2 } else { 1 });
        }
        match self.kind() {
            "USER_SETTINGS" => (Class::ACCOUNT_CHANGE, account(name)),
            "GROUP_SETTINGS" => (Class::GROUP_MANAGEMENT, group(name)),
            _ => (Class::ENTITY_MANAGEMENT, entity(name)),
        }
    }
}

fn sign_in(name: &str) -> (Class, i64) {
    match name {
        "logout" => (Class::AUTHENTICATION, 2),
        "login_success" | "login_failure" => (Class::AUTHENTICATION, 1),
        "2sv_enroll" => (Class::ACCOUNT_CHANGE, 10),
        "2sv_disable" => (Class::ACCOUNT_CHANGE, 11),
        "password_edit" => (Class::ACCOUNT_CHANGE, 3),
        _ if name.starts_with("account_disabled") => (Class::ACCOUNT_CHANGE, 5),
        _ if name.contains("recovery_")
            || name.contains("enroll")
            || name.contains("forwarding") =>
        {
            (Class::ACCOUNT_CHANGE, 99)
        }
        _ => (Class::AUTHENTICATION, 99),
    }
}

fn account(name: &str) -> i64 {
    match name {
        "create_user" => 1,
        "unsuspend_user" | "undelete_user" | "unarchive_user" => 2,
        "change_password" => 4,
        "suspend_user" | "archive_user" => 5,
        "delete_user" => 6,
        "turn_off_2_step_verification" | "unenroll_user_from_strong_auth" => 11,
        "unlock_user" => 12,
        _ => 99,
    }
}

fn group(name: &str) -> i64 {
    let takes = name.starts_with("remove") || name.starts_with("delete");
    match name {
        _ if name.contains("member") || name.contains("user") => match takes {
            true => 4,
            false if name.starts_with("add") || name.starts_with("accept") => 3,
            false => 99,
        },
        "create_group" => 6,
        "delete_group" => 5,
        _ => 99,
    }
}

fn entity(name: &str) -> i64 {
    match name.split('_').next() {
        Some("create" | "add") => 1,
        Some("view" | "download" | "export") => 2,
        Some("change" | "update" | "toggle" | "rename" | "edit" | "set" | "enforce" | "allow") => 3,
        Some("delete" | "remove") => 4,
        Some("enable" | "authorize") => 8,
        Some("disable" | "disallow" | "block") => 9,
        _ => 99,
    }
}

fn file(name: &str) -> i64 {
    match name {
        "upload" | "create" => 1,
        "download" => 2,
        "edit" => 3,
        "delete" | "trash" => 4,
        "rename" => 5,
        "copy" | "source_copy" => 6,
        "move" | "add_to_folder" | "remove_from_folder" => 7,
        "untrash" => 8,
        "preview" => 9,
        "add_lock" => 10,
        "remove_lock" => 11,
        "view" => 14,
        _ if name.contains("change_") && (name.contains("acl") || name.contains("access")) => 12,
        _ if name.contains("change_document_visibility") => 12,
        "shared_drive_membership_change" => 12,
        _ => 99,
    }
}

fn call(name: &str) -> i64 {
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    match () {
        () if starts(&["create", "add", "upload"]) => 1,
        () if starts(&["view", "get", "list", "download", "read", "export"]) => 2,
        () if starts(&["change", "update", "edit", "modify", "set"]) => 3,
        () if starts(&["delete", "remove", "revoke"]) => 4,
        () => 99,
    }
}
