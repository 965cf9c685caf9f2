//! `slack`: a message for each case in a channel, its comments in the thread, by the Web API.
//!
//! <https://docs.slack.dev/reference/methods/chat.postMessage>. The fingerprint goes along as the
//! message's metadata, so that a message whose answer was lost is found again.

use door::{Method, encode};
use model::Error;
use model::seam::tracker::{Attachment, Block, Comment, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::harmless::{harmless, plain, title};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

/// What our messages are called in their metadata.
const EVENT: &str = "yagura_case";
/// The most pages of a channel's past, or of a thread, that are read.
const PAGES_MAX: usize = 20;
/// Messages of a page.
const PAGE: usize = 200;
/// Slack takes 50 blocks of a message,
const BLOCKS_MAX: usize = 45;
/// 150 characters of a heading,
const HEADING_MAX: usize = 140;
/// and 3,000 of a section.
const SECTION_MAX: usize = 2900;

/// Messages of one channel.
pub(crate) struct Slack {
    wire: Wire,
    settings: Settings,
}

impl Slack {
    pub(crate) fn new(settings: &Settings, wire: Wire) -> Self {
        Slack { wire, settings: settings.clone() }
    }

    /// Slack answers 200 to everything it understands, and says in the body whether it did it.
    fn checked(&self, call: &str, answer: Value) -> Result<Value, Error> {
        if answer.get("ok") == Some(&Value::Bool(true)) {
            return Ok(answer);
        }
        let why = harmless(&text(&answer, "/error"));
        let remedy = match plain(&why).as_str() {
            "invalid_auth" | "not_authed" | "token_revoked" | "token_expired"
            | "account_inactive" => "Check the token: it must be a bot's (xoxb-…) and valid.",
            "channel_not_found" | "not_in_channel" | "is_archived" => {
                "Check `project`: the channel's id. The bot must be a member of it."
            }
            "missing_scope" => {
                "The bot needs chat:write, channels:history and metadata.message:read."
            }
            _ => "See the error's name in Slack's documentation of the method.",
        };
        Err(Error::user(
            format!("{}: Slack refused {call}: {}", self.settings.name, plain(&why)),
            remedy,
        ))
    }

    fn post(&self, call: &str, body: &Value) -> Result<Value, Error> {
        let token = format!("Bearer {}", self.wire.token());
        let request = self.wire.request(Method::Post, &format!("/api/{call}"));
        let answer = self.wire.ask(with(request.header("authorization", token), body))?;
        self.checked(call, answer)
    }

    /// Messages page by page, until `take` says that it has enough.
    fn read(
        &self,
        call: &str,
        query: &str,
        take: &mut dyn FnMut(&Value) -> bool,
    ) -> Result<(), Error> {
        let mut cursor = String::new();
        for _ in 0..PAGES_MAX {
            let channel = encode(&self.settings.project);
            let mut path = format!("/api/{call}?channel={channel}&limit={PAGE}{query}");
            if !cursor.is_empty() {
                path = format!("{path}&cursor={}", encode(&cursor));
            }
            let token = format!("Bearer {}", self.wire.token());
            let request = self.wire.request(Method::Get, &path).header("authorization", token);
            let answer = self.checked(call, self.wire.ask(request)?)?;
            for message in list(&answer, "/messages") {
                if take(message) {
                    return Ok(());
                }
            }
            cursor = text(&answer, "/response_metadata/next_cursor");
            if cursor.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// A message that names nobody and shows no preview.
    fn message(&self, shown: &str, blocks: Value) -> Value {
        json!({
            "channel": self.settings.project,
            "text": escaped(shown),
            "blocks": blocks,
            "unfurl_links": false,
            "unfurl_media": false,
        })
    }

    fn whole(&self, ticket: &Ticket) -> Value {
        let state = ticket.closed.map_or(String::new(), |closed| format!(" [{}]", closed.word()));
        let heading = format!("{}: {}{state}", ticket.severity.word(), ticket.title);
        let mut all = vec![Block::Heading(heading.clone())];
        all.extend(ticket.body.iter().cloned());
        self.message(&heading, blocks(&all))
    }
}

/// `&`, `<` and `>` start entities, mentions and links in Slack's text.
fn escaped(text: &str) -> String {
    let text = title(text, SECTION_MAX / 5);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A body as blocks of plain text, in which Slack reads no markup.
fn blocks(body: &[Block]) -> Value {
    let mut all = Vec::new();
    for block in body {
        let lines: Vec<String> = match block {
            Block::Heading(text) => {
                let text = title(text, HEADING_MAX);
                let text = json!({"type": "plain_text", "text": text, "emoji": false});
                all.push(json!({"type": "header", "text": text}));
                continue;
            }
            Block::Text(text) | Block::Code(text) => vec![harmless(text)],
            Block::List(all) => all.iter().map(|text| format!("• {}", harmless(text))).collect(),
            Block::Checks(all) => all
                .iter()
                .map(|one| format!("{} {}", if one.done { '☑' } else { '☐' }, harmless(&one.text)))
                .collect(),
        };
        let text: String = lines.join("\n").chars().take(SECTION_MAX).collect();
        if !text.trim().is_empty() {
            let text = json!({"type": "plain_text", "text": text, "emoji": false});
            all.push(json!({"type": "section", "text": text}));
        }
    }
    all.truncate(BLOCKS_MAX);
    all.into()
}

impl Tracker for Slack {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let mut found = None;
        self.read("conversations.history", "&include_all_metadata=true", &mut |message| {
            let ours = text(message, "/metadata/event_type") == EVENT
                && text(message, "/metadata/event_payload/case") == fingerprint;
            if ours {
                found = Some(text(message, "/ts"));
            }
            ours
        })?;
        Ok(found)
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut message = self.whole(ticket);
        let payload = json!({"case": ticket.fingerprint});
        set(&mut message, "metadata", json!({"event_type": EVENT, "event_payload": payload}));
        Ok(text(&self.post("chat.postMessage", &message)?, "/ts"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let mut message = self.whole(ticket);
        set(&mut message, "ts", id.into());
        for name in ["unfurl_links", "unfurl_media"] {
            message.as_object_mut().and_then(|all| all.remove(name));
        }
        self.post("chat.update", &message).map(drop)
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        let mut comments = Vec::new();
        let query = format!("&ts={}", encode(id));
        self.read("conversations.replies", &query, &mut |message| {
            let when = text(message, "/ts");
            if when != id {
                let (who, said) = (text(message, "/user"), text(message, "/text"));
                comments.push(Comment { id: when, who, text: said });
            }
            false
        })?;
        // A message is neither open nor closed, nobody has it, and nothing in it is ticked.
        Ok(Some(Remote { id: id.to_owned(), comments, is_silent: true, ..Remote::default() }))
    }

    fn comment(&self, id: &str, body: &[Block]) -> Result<(), Error> {
        let words = body.iter().filter_map(|block| match block {
            Block::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let shown = words.collect::<Vec<_>>().join(" ");
        let mut message = self.message(&shown, blocks(body));
        set(&mut message, "thread_ts", id.into());
        self.post("chat.postMessage", &message).map(drop)
    }

    fn attach(&self, _id: &str, _file: &Attachment) -> Result<bool, Error> {
        Ok(false)
    }

    fn relate(&self, _id: &str, _other: &str) -> Result<bool, Error> {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_called_and_nothing_is_formatted() {
        let hostile = "<!channel> <@U012> <http://evil.example|bank> *b* &lt;";
        let shown = escaped(hostile);
        assert!(!shown.contains(['<', '>']) && !shown.contains("http"), "{shown}");
        let all =
            blocks(&[Block::Heading(hostile.into()), Block::Text(hostile.into())]).to_string();
        assert!(!all.contains("<!c") && !all.contains("<@U") && !all.contains("mrkdwn"), "{all}");
        let long = vec![Block::Text("x".repeat(9000)); 90];
        assert_eq!(blocks(&long).as_array().map(Vec::len), Some(BLOCKS_MAX));
        assert!(title(&"x".repeat(900), HEADING_MAX).len() <= 150);
    }
}
