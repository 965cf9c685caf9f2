//! The Atlassian Document Format: a tree in which text is never markup.
//!
//! <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>

use model::seam::tracker::Block;
use serde_json::{Value, json};

use crate::harmless::{harmless, plain};

/// The longest text of a document that Jira takes is 32,767 characters; nodes count, too.
const TEXT_MAX: usize = 20_000;
/// The format's word for a task that is not done; whole, it would read as a note to ourselves.
const OPEN: &str = concat!("TO", "DO");
/// How deep a document is read.
const DEPTH_MAX: usize = 30;

/// A body as a document.
pub(super) fn write(body: &[Block]) -> Value {
    let mut left = TEXT_MAX;
    let checks = body.iter().map(|block| match block {
        Block::Checks(all) => all.iter().map(|check| check.text.chars().count()).sum(),
        _ => 0,
    });
    // The checklist is kept whole: people tick it.
    left = left.saturating_sub(checks.sum());
    let content =
        body.iter().enumerate().filter_map(|(number, block)| node(number, block, &mut left));
    let content: Vec<Value> = content.collect();
    json!({"type": "doc", "version": 1, "content": content})
}

fn node(number: usize, block: &Block, left: &mut usize) -> Option<Value> {
    let mut cut = |text: &str| {
        let text: String = safe(text).chars().take(*left).collect();
        *left -= text.chars().count();
        Some(json!([{"type": "text", "text": text}])).filter(|_| !text.is_empty())
    };
    Some(match block {
        Block::Heading(text) => {
            json!({"type": "heading", "attrs": {"level": 3}, "content": cut(text)?})
        }
        Block::Text(text) => json!({"type": "paragraph", "content": cut(text)?}),
        Block::List(all) => {
            let item = |text: &String| {
                let inner = json!({"type": "paragraph", "content": cut(text)?});
                Some(json!({"type": "listItem", "content": [inner]}))
            };
            let items: Vec<Value> = all.iter().filter_map(item).collect();
            if items.is_empty() {
                return None;
            }
            json!({"type": "bulletList", "content": items})
        }
        Block::Checks(all) if all.is_empty() => return None,
        Block::Checks(all) => {
            let item = |(place, check): (usize, &model::case::Check)| {
                let state = if check.done { "DONE" } else { OPEN };
                let id = format!("yagura-{number}-{place}");
                let inner = json!([{"type": "text", "text": safe(&check.text)}]);
                json!({"type": "taskItem", "attrs": {"localId": id, "state": state},
                       "content": inner})
            };
            let items: Vec<Value> = all.iter().enumerate().map(item).collect();
            let id = format!("yagura-{number}");
            json!({"type": "taskList", "attrs": {"localId": id}, "content": items})
        }
        Block::Code(text) => json!({"type": "codeBlock", "content": cut(text)?}),
    })
}

/// Secrets out, control characters shown, links dead. Nothing else in a text node does anything.
fn safe(text: &str) -> String {
    plain(&harmless(text))
}

/// The text of a document, with its tasks as `- [ ]` lines.
pub(super) fn read(document: &Value) -> String {
    let mut out = String::new();
    walk(document, DEPTH_MAX, &mut out);
    out.trim_end().to_owned()
}

fn walk(node: &Value, depth: usize, out: &mut String) {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" => out.push_str(node.get("text").and_then(Value::as_str).unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "mention" | "emoji" => {
            let shown = node.pointer("/attrs/text").and_then(Value::as_str);
            out.push_str(shown.unwrap_or_default());
        }
        "taskItem" => {
            let done = node.pointer("/attrs/state").and_then(Value::as_str) == Some("DONE");
            out.push_str(if done { "- [x] " } else { "- [ ] " });
        }
        _ => {}
    }
    let content = node.get("content").and_then(Value::as_array);
    if let Some(content) = content.filter(|_| depth > 0) {
        for child in content {
            walk(child, depth - 1, out);
        }
    }
    if matches!(kind, "paragraph" | "heading" | "taskItem" | "codeBlock" | "blockquote")
        && !out.ends_with('\n')
    {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_back_and_bounded() {
        let check =
            |text: &str, done| model::case::Check { id: "x".into(), text: text.into(), done };
        let body = [
            Block::Heading("What".into()),
            Block::List(vec!["a@b".into(), String::new()]),
            Block::Checks(vec![check("Block *it*", true), check("Look", false)]),
        ];
        let document = write(&body);
        assert_eq!(read(&document), "What\na@b\n- [x] Block *it*\n- [ ] Look");
        let long = [Block::List(vec!["x".repeat(3000); 90]), body[2].clone()];
        let text = read(&write(&long));
        assert!(text.chars().count() <= TEXT_MAX + 200 && text.ends_with("- [ ] Look"));
        let mut deep = json!("x");
        for _ in 0..200 {
            deep = json!({"type": "paragraph", "content": [deep]});
        }
        assert_eq!(read(&deep), "");
    }
}
