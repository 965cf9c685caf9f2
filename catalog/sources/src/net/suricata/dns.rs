//! Questions and answers of name servers in all three forms that Suricata has written them.

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::eve::Eve;
use crate::json;

/// The most answers of one record that are looked at.
const ANSWERS_MAX: usize = 128;

/// One answer.
pub(super) struct Answer<'v> {
    pub(super) kind: Option<&'v str>,
    pub(super) data: &'v str,
    pub(super) ttl: Option<i64>,
}

impl<'v> Eve<'v> {
    /// What was asked: name and type. Version 3 lists questions, older ones have one.
    pub(super) fn question(&self) -> (Option<&'v str>, Option<&'v str>) {
        let dns = json::at(self.value, &["dns"]);
        let listed = |key: &str| {
            let list = json::at(dns?, &[key])?;
            list.as_array().map_or(Some(list), |list| list.iter().next())
        };
        // In records of alerts the question stands in a list `query`.
        let from = [listed("queries"), listed("query"), dns].into_iter().flatten();
        let mut named = from.filter(|part| json::text(part, &["rrname"]).is_some());
        let Some(part) = named.next() else { return (None, None) };
        (json::text(part, &["rrname"]), json::text(part, &["rrtype"]))
    }

    /// Whether the record tells of an answer.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self.text(&["dns", "type"]), Some("answer" | "response"))
    }

    /// The answer's code, of answers.
    pub(super) fn answer_code(&self) -> Option<&'v str> {
        self.text(&["dns", "rcode"]).filter(|_| self.is_answer())
    }

    /// The answers: a list of objects, lists of texts by type, or one in version 1.
    pub(super) fn answers(&self) -> Vec<Answer<'v>> {
        let Some(dns) = json::at(self.value, &["dns"]) else { return Vec::new() };
        let mut found: Vec<Answer<'v>> =
            list(dns, "answers").filter_map(answer).take(ANSWERS_MAX).collect();
        if found.is_empty()
            && let Some(grouped) = json::at(dns, &["grouped"]).and_then(|g| g.as_object())
        {
            for (kind, texts) in grouped {
                let texts = texts.as_array().into_iter().flatten().filter_map(|t| t.as_str());
                let of_kind = texts.map(|data| Answer { kind: Some(kind), data, ttl: None });
                found.extend(of_kind.take(ANSWERS_MAX.saturating_sub(found.len())));
            }
        }
        if found.is_empty() {
            found.extend(answer(dns));
        }
        found.retain(|answer| !answer.data.is_empty());
        found
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    json::at(value, &[key]).and_then(|list| list.as_array()).into_iter().flatten()
}

fn answer(value: &Value) -> Option<Answer<'_>> {
    let data = json::text(value, &["rdata"])?;
    let ttl = json::at(value, &["ttl"]).and_then(JsonValueTrait::as_i64);
    Some(Answer { kind: json::text(value, &["rrtype"]), data, ttl })
}
