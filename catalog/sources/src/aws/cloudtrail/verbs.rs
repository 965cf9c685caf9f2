//! What an API call does, told from the first word of its name.

/// What a call does with its resource; the ids are those of OCSF's API Activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Read,
    Update,
    Delete,
    Other,
}

const CREATE: &[&str] = &[
    "Allocate", "Copy", "Create", "Generate", "Import", "Issue", "Launch", "Register", "Request",
    "Restore", "Run", "Upload",
];
const READ: &[&str] = &[
    "BatchDescribe",
    "BatchGet",
    "Check",
    "Decode",
    "Describe",
    "Detect",
    "Discover",
    "Download",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Test",
    "Validate",
    "Verify",
    "View",
];
const UPDATE: &[&str] = &[
    "Accept",
    "Add",
    "Apply",
    "Assign",
    "Associate",
    "Attach",
    "Authorize",
    "BatchPut",
    "BatchUpdate",
    "BatchWrite",
    "Cancel",
    "Change",
    "Complete",
    "Deactivate",
    "Decrease",
    "Detach",
    "Disable",
    "Disassociate",
    "Enable",
    "Grant",
    "Increase",
    "Modify",
    "Move",
    "Put",
    "Reboot",
    "Reject",
    "Remove",
    "Replace",
    "Reset",
    "Resume",
    "Revoke",
    "Rotate",
    "Set",
    "Share",
    "Start",
    "Stop",
    "Suspend",
    "Tag",
    "Unassign",
    "Untag",
    "Update",
    "Upgrade",
    "Write",
];
const DELETE: &[&str] =
    &["BatchDelete", "Delete", "Deregister", "Destroy", "Purge", "Release", "Terminate"];

impl Verb {
    /// The verb of an `eventName`.
    pub(super) fn of(name: &str) -> Verb {
        let kinds = [
            (READ, Verb::Read),
            (CREATE, Verb::Create),
            (UPDATE, Verb::Update),
            (DELETE, Verb::Delete),
        ];
        let starts = |words: &[&str]| {
            words.iter().filter_map(|word| name.strip_prefix(word)).any(|rest| {
                // A whole word only: `SetX`, not `SettleX`.
                rest.bytes().next().is_none_or(|b| !b.is_ascii_lowercase())
            })
        };
        kinds.into_iter().find(|(words, _)| starts(words)).map_or(Verb::Other, |(_, verb)| verb)
    }

    /// `activity_id` and its caption.
    pub(super) fn activity(self) -> (i64, &'static str) {
        match self {
            Verb::Create => (1, "Create"),
            Verb::Read => (2, "Read"),
            Verb::Update => (3, "Update"),
            Verb::Delete => (4, "Delete"),
            Verb::Other => (99, "Other"),
        }
    }

    /// Whether such a call only reads; `None` if the name does not tell.
    pub(super) fn reads_only(self) -> Option<bool> {
        match self {
            Verb::Read => Some(true),
            Verb::Other => None,
            _ => Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_by_whole_words() {
        for (name, verb) in [
            ("GetObject", Verb::Read),
            ("BatchGetItem", Verb::Read),
            ("RunInstances", Verb::Create),
            ("PutObject", Verb::Update),
            ("TerminateInstances", Verb::Delete),
            ("SettleAccounts", Verb::Other),
            ("AssumeRole", Verb::Other),
            ("Delete", Verb::Delete),
            ("", Verb::Other),
        ] {
            assert_eq!(Verb::of(name), verb, "{name}");
        }
    }
}
