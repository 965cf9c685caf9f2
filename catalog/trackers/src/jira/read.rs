//! Issues as Jira answers them, and files as it takes them.

use model::Id;
use model::case::Resolution;
use model::seam::tracker::{Attachment, Remote};
use serde_json::Value;

use crate::harmless::checks;
use crate::wire::{list, text};

/// The issue but for its comments; `description` is its text.
pub(super) fn remote(id: &str, issue: &Value, description: &str) -> Remote {
    let category = text(issue, "/fields/status/statusCategory/key");
    let assignee = text(issue, "/fields/assignee/displayName");
    let files = list(issue, "/fields/attachment").iter();
    Remote {
        id: id.to_owned(),
        assignee: Some(assignee).filter(|name| !name.is_empty()),
        closed: category == "done",
        resolution: resolution(&text(issue, "/fields/resolution/name")),
        started: category == "indeterminate",
        checks: checks(description),
        attachments: files.map(|one| text(one, "/filename")).collect(),
        ..Remote::default()
    }
}

/// What a resolution of Jira means; sites name theirs as they like.
pub(super) fn resolution(name: &str) -> Option<Resolution> {
    let name = name.to_lowercase();
    Some(match name.as_str() {
        "done" | "fixed" | "resolved" | "true positive" => Resolution::TruePositive,
        "false positive" | "invalid" | "not a bug" | "cannot reproduce" => {
            Resolution::FalsePositive
        }
        "won't do" | "won't fix" | "declined" | "known error" | "benign" => Resolution::Benign,
        "duplicate" => Resolution::Duplicate,
        _ => return None,
    })
}

/// A file as a form (RFC 7578): the media type and the bytes.
pub(super) fn multipart(file: &Attachment) -> (String, Vec<u8>) {
    // It stands nowhere in the file, for it is made up of it.
    let mark = format!("yagura-{}", Id::derive("form", &[&file.content]));
    let name = file.name.replace(['"', '\r', '\n', '\\'], "_");
    let head = format!(
        "--{mark}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: {}\r\n\r\n",
        file.kind
    );
    let mut content = head.into_bytes();
    content.extend(&file.content);
    content.extend(format!("\r\n--{mark}--\r\n").bytes());
    (format!("multipart/form-data; boundary={mark}"), content)
}
