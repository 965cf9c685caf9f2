//! The sentences of the intruder's requests.

use std::collections::BTreeSet;

use model::{Effect, EntityKind};

use super::entry::Entry;
use super::story::{Plain, Teller};
use super::visits::Visit;
use super::words::{clean, list, say};

/// Requests told one by one; of more, only those to where the intruder came in.
const VISITS_MAX: usize = 60;

/// What a request was for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// It worked.
    Entry,
    /// It tried the same and was refused.
    Try,
    /// It looked around before.
    Look,
    /// It came after.
    Return,
}

impl Teller<'_> {
    /// The intruder's requests.
    pub(super) fn visits(&mut self, visits: &[Visit<'_>]) {
        let door = |visit: &Visit<'_>| (visit.method().to_owned(), visit.request.path.clone());
        let doors: BTreeSet<_> = visits.iter().filter(|v| v.entry.is_some()).map(door).collect();
        let first = visits.iter().find(|v| v.entry.is_some()).map(|v| v.begin);
        for visit in visits {
            let at_door = doors.contains(&door(visit));
            if visit.entry.is_none() && visits.len() > VISITS_MAX && !at_door {
                continue;
            }
            let before = first.is_none_or(|first| visit.begin.start < first.start);
            let refused = visit.code.is_some_and(|code| code >= 400);
            let aim = match (visit.entry.is_some(), at_door && refused, before) {
                (true, ..) => Aim::Entry,
                (_, true, _) => Aim::Try,
                (_, _, true) => Aim::Look,
                _ => Aim::Return,
            };
            self.visit(visit, aim);
        }
    }

    fn visit(&mut self, visit: &Visit<'_>, aim: Aim) {
        let request = visit.request;
        let text = match visit.entry {
            Some(entry) => self.entered(visit, entry),
            None => self.came(visit, aim),
        };
        let (stage, techniques): (_, &[&str]) = match aim {
            Aim::Entry if visit.first => ("initial-access", &["T1190", "T1059"]),
            Aim::Entry => ("execution", &["T1190", "T1059"]),
            Aim::Try => ("initial-access", &["T1190"]),
            Aim::Look => ("reconnaissance", &["T1595"]),
            Aim::Return => ("discovery", &["T1595"]),
        };
        let mut entities: Vec<(EntityKind, &str)> =
            request.client.iter().map(|client| (EntityKind::Ip, client.as_str())).collect();
        entities.push((EntityKind::Url, &request.path));
        if aim == Aim::Entry {
            entities.push((self.trail.kind, &self.trail.host));
        }
        let effect = if aim == Aim::Entry { Effect::Success } else { Effect::Attempt };
        let sure = visit.entry.map_or(0.8, |entry| entry.sure);
        let plain = Plain { stage, effect, techniques, count: 1, entities, sure };
        let Some(number) = self.push(text, visit.evidence.clone(), plain) else { return };
        if let Some(piece) = self.pieces.get_mut(number) {
            piece.step.start = visit.begin;
            piece.step.end = piece.step.end.max(visit.begin.closing());
        }
        if aim == Aim::Entry {
            self.ran.push((visit.begin.start.min(visit.ran), number));
            self.ran.sort_unstable();
        }
    }

    /// A request that ran something.
    fn entered(&self, visit: &Visit<'_>, entry: &Entry) -> String {
        let (client, what, code) = named(visit);
        let host = clean(&self.trail.host);
        let with = entry.value.as_ref().map(|(name, value)| clean(&format!("{name} = {value}")));
        if visit.commands.is_empty() {
            let with = with.unwrap_or_default();
            return say(
                self.language,
                format!(
                    "{what} from {client}{code} carried a command ({with}) for a file that then appeared on {host}."
                ),
                format!(
                    "{client} からの {what}{code} に、その後 {host} に現れたファイルを扱うコマンド（{with}）が含まれていた。"
                ),
            );
        }
        let commands = list(self.language, visit.commands.iter().map(String::as_str));
        let (english, japanese) = match (with, entry.is_proven()) {
            (Some(with), _) => (format!(" with {with} made"), format!("（{with}）により、")),
            (None, true) => (" made".to_owned(), "により、".to_owned()),
            (None, false) => (
                ", which came at the same time, may have made".to_owned(),
                "（同時刻のリクエスト）がきっかけとなった可能性がある。".to_owned(),
            ),
        };
        say(
            self.language,
            format!("{what} from {client}{code}{english} {host} run: {commands}."),
            format!("{client} からの {what}{code}{japanese}{host} で次が実行された：{commands}。"),
        )
    }

    /// Any other request.
    fn came(&self, visit: &Visit<'_>, aim: Aim) -> String {
        let (client, what, code) = named(visit);
        let (english, japanese) = match aim {
            Aim::Try => (
                format!("{what} from {client} was refused{code}: a try at what worked later."),
                format!("{client} からの {what} は拒否された{code}。後に成功する攻撃の試行。"),
            ),
            Aim::Return => (
                format!("{client} came back: {what}{code}."),
                format!("{client} が再訪：{what}{code}。"),
            ),
            _ => (
                format!("{client} looked around: {what}{code}."),
                format!("{client} が事前に調査：{what}{code}。"),
            ),
        };
        say(self.language, english, japanese)
    }
}

/// Who asked, what for, and the answer's code in brackets.
pub(super) fn named(visit: &Visit<'_>) -> (String, String, String) {
    let client = clean(visit.request.client.as_deref().unwrap_or("?"));
    let what = clean(&format!("{} {}", visit.method(), visit.request.path));
    let code = visit.code.map(|code| format!(" ({code})")).unwrap_or_default();
    (client, what.trim().to_owned(), code)
}
