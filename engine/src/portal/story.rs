//! The steps of a way through a portal: tries, login, what was done there, the key that left.

use std::collections::BTreeSet;

use model::finding::Evidence;
use model::seam::report::Language;
use model::{Effect, EntityKind, Step};

use super::{Portal, Word, claims};
use crate::trail::{Chapter, Piece, clean, say};

/// Records cited of one step.
const EVIDENCE_MAX: usize = 8;
/// Actions named in a sentence.
const ACTIONS_MAX: usize = 5;

/// The story of a way through a portal.
pub(crate) fn chapter(portal: &Portal, language: Language) -> Chapter {
    let (tries, login) = (tries(portal, language), login(portal, language));
    let (done, key) = (done(portal, language), key(portal, language));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut ran = Vec::new();
    let why = [
        say(language, "the guess that was right".into(), "推測に成功".into()),
        say(language, "the same login".into(), "同じログイン".into()),
    ];
    let mut last: Option<usize> = None;
    for (step, why) in [(tries, None), (login, why.first()), (done, why.last()), (key, why.last())]
    {
        let Some(step) = step else { continue };
        let cause = last.zip(why).map(|(last, why)| (last, why.clone()));
        last = Some(pieces.len());
        pieces.push(Piece { step, cause });
    }
    if let (Some(piece), Some(at)) = (pieces.last(), pieces.len().checked_sub(1)) {
        ran.push((piece.step.start.start, at));
    }
    let why = match portal.login.key {
        Some(_) => say(
            language,
            "the signing key that left makes any assertion look true".into(),
            "流出した署名鍵により任意のアサーションを偽造可能".into(),
        ),
        None => say(
            language,
            "the portal issued it to this login".into(),
            "ポータルがこのログインに対して発行".into(),
        ),
    };
    let claims = claims::claims(portal, language);
    Chapter {
        pieces,
        claims,
        events: portal.events(),
        ran,
        why,
        covers: BTreeSet::new(),
        host: false,
    }
}

/// What one step is made of.
struct Plain<'p> {
    stage: &'static str,
    effect: Effect,
    technique: &'static str,
    count: usize,
    text: String,
    cited: Vec<&'p Evidence>,
    entities: Vec<(EntityKind, String)>,
    sure: f64,
}

fn step(plain: Plain<'_>) -> Option<Step> {
    let start = plain.cited.iter().map(|e| e.time).min()?;
    let end = plain.cited.iter().map(|e| e.time.closing()).max()?;
    Some(Step {
        start,
        end,
        stage: plain.stage.into(),
        effect: plain.effect,
        techniques: vec![plain.technique.into()],
        text: plain.text,
        count: plain.count as u64,
        entities: plain.entities,
        confidence: plain.sure,
        evidence: plain.cited.into_iter().take(EVIDENCE_MAX).cloned().collect(),
        caused_by: Vec::new(),
    })
}

fn tries(portal: &Portal, language: Language) -> Option<Step> {
    let login = &portal.login;
    let mut cited: Vec<&Evidence> = login.tries.iter().map(|word| &word.at).collect();
    cited.extend(&portal.refused);
    cited.sort();
    let refused = portal.refused.len();
    let (count, accounts) = (cited.len(), login.accounts());
    let (from, name) = (login.addresses.len(), clean(&portal.name));
    let before = match (refused, language) {
        (0, _) => String::new(),
        (_, Language::English) => format!(", {refused} of them refused before they reached it"),
        (_, Language::Japanese) => format!("（うち {refused} 回は到達前に遮断）"),
    };
    let text = say(
        language,
        format!(
            "{from} addresses tried to log in to {name} and failed {count} times, with {accounts} accounts{before}."
        ),
        format!(
            "{from} 個のアドレスから {name} へ {accounts} アカウントで計 {count} 回のログイン失敗{before}。"
        ),
    );
    let entities = login.addresses.iter().map(|ip| (EntityKind::Ip, ip.clone())).collect();
    let technique = if accounts > 1 { "T1110.004" } else { "T1110.001" };
    let (stage, effect) = ("credential-access", Effect::Attempt);
    step(Plain { stage, effect, technique, count, text, cited, entities, sure: 0.95 })
}

fn login(portal: &Portal, language: Language) -> Option<Step> {
    let word = &portal.login.word;
    let (user, ip, name) = (clean(&word.user), clean(&word.address), clean(&portal.name));
    let english = if word.no_factor { ", without a second factor" } else { "" };
    let japanese = if word.no_factor { "（多要素認証なし）" } else { "" };
    let text = say(
        language,
        format!("{ip} logged in to {name} as {user}{english}."),
        format!("{ip} が {user} として {name} にログインした{japanese}。"),
    );
    let sure = 0.95;
    let (stage, effect, technique) = ("initial-access", Effect::Success, "T1078");
    let (entities, cited) = (involved(word), vec![&word.at]);
    step(Plain { stage, effect, technique, count: 1, text, cited, entities, sure })
}

fn involved(word: &Word) -> Vec<(EntityKind, String)> {
    vec![(EntityKind::Ip, word.address.clone()), (EntityKind::User, word.user.clone())]
}

fn done(portal: &Portal, language: Language) -> Option<Step> {
    let done = &portal.login.done;
    let first = done.first()?;
    let actions: BTreeSet<String> = done.iter().map(|word| clean(&word.action)).collect();
    let named: Vec<&str> = actions.iter().take(ACTIONS_MAX).map(String::as_str).collect();
    let (named, user) = (named.join(", "), clean(&first.user));
    let name = clean(&portal.name);
    let text = say(
        language,
        format!("In this login {user} did at {name}: {named}."),
        format!("このログインで {user} が {name} で行った操作：{named}。"),
    );
    let (stage, effect, technique) = ("discovery", Effect::Success, "T1087");
    let cited = done.iter().map(|word| &word.at).collect();
    let entities = involved(first);
    step(Plain { stage, effect, technique, count: done.len(), text, cited, entities, sure: 0.9 })
}

fn key(portal: &Portal, language: Language) -> Option<Step> {
    let word = portal.login.key.as_ref()?;
    let (user, ip, action) = (clean(&word.user), clean(&word.address), clean(&word.action));
    let name = clean(&portal.name);
    let text = say(
        language,
        format!("{user} from {ip} took what holds the signing key of {name}: {action}."),
        format!("{ip} の {user} が {name} の署名鍵を含むデータを持ち出した：{action}。"),
    );
    let (stage, effect, technique) = ("credential-access", Effect::Success, "T1552.004");
    let (entities, cited) = (involved(word), vec![&word.at]);
    step(Plain { stage, effect, technique, count: 1, text, cited, entities, sure: 0.9 })
}
