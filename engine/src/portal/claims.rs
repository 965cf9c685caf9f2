//! What a way through a portal claims: where it began, why, whom it is about, what to do.

use model::EntityKind;
use model::incident::{Claim, Involved, Part, Recommendation};
use model::seam::report::Language;

use super::Portal;
use crate::trail::{Claims, clean, say};

/// The claims.
pub(super) fn claims(portal: &Portal, language: Language) -> Claims {
    Claims {
        entry: Some(entry(portal, language)),
        causes: causes(portal, language),
        entities: entities(portal),
        impact: Vec::new(),
        gaps: Vec::new(),
        advice: advice(portal, language),
        succeeded_at: Some(portal.login.word.at.time),
    }
}

fn entry(portal: &Portal, language: Language) -> Claim {
    let login = &portal.login;
    let word = &login.word;
    let (user, ip, name) = (clean(&word.user), clean(&word.address), clean(&portal.name));
    let (time, tries) = (word.at.time, login.tries.len() + portal.refused.len());
    let text = say(
        language,
        format!("At {time} {ip} logged in to {name} as {user}, after {tries} tries that failed."),
        format!(
            "{time} に {ip} が、{tries} 回の失敗の後、{user} として {name} へのログインに成功した。"
        ),
    );
    Claim { text, confidence: 0.9, evidence: vec![word.at.clone()] }
}

fn causes(portal: &Portal, language: Language) -> Vec<Claim> {
    let login = &portal.login;
    let (user, name) = (clean(&login.word.user), clean(&portal.name));
    let mut out = Vec::new();
    if let Some(key) = &login.key {
        let text = say(
            language,
            format!(
                "{user} could take the signing key of {name} ({}): whoever has it can log in to the accounts as anybody.",
                clean(&key.action)
            ),
            format!(
                "{user} は {name} の署名鍵を持ち出せた（{}）。鍵を持つ者は任意の利用者になりすませる。",
                clean(&key.action)
            ),
        );
        let mut evidence = vec![key.at.clone()];
        evidence.extend(portal.sessions.iter().map(|opened| opened.evidence.clone()));
        out.push(Claim { text, confidence: 0.9, evidence });
    }
    let (english, japanese) = if login.word.no_factor {
        (
            format!(
                "The account {user} of {name} let in without a second factor; its password was guessed."
            ),
            format!("{name} のアカウント {user} に多要素認証がなく、パスワードが推測された。"),
        )
    } else {
        (
            format!("The password of {user} at {name} was guessed."),
            format!("{name} の {user} のパスワードが推測された。"),
        )
    };
    let evidence = vec![login.word.at.clone()];
    out.push(Claim { text: say(language, english, japanese), confidence: 0.85, evidence });
    out
}

fn entities(portal: &Portal) -> Vec<Involved> {
    let login = &portal.login;
    let mut out = Vec::new();
    for ip in &login.addresses {
        let seen = || login.words().filter(|word| word.address == *ip).map(|word| word.at.time);
        if let (Some(first), Some(last)) = (seen().min(), seen().max()) {
            let (kind, part) = (EntityKind::Ip, Part::Attacker);
            out.push(Involved { kind, value: ip.clone(), part, first, last });
        }
    }
    let (first, last) = (login.word.at.time, login.words().map(|w| w.at.time).max());
    let (kind, part) = (EntityKind::User, Part::Affected);
    let last = last.unwrap_or(first);
    out.push(Involved { kind, value: login.word.user.clone(), part, first, last });
    out
}

fn advice(portal: &Portal, language: Language) -> Vec<Recommendation> {
    let login = &portal.login;
    let mut out = Vec::new();
    if login.key.is_some() {
        let text = say(
            language,
            "Replace the signing key of the identity provider, there and in the IAM SAML provider; ending sessions alone does not help.".into(),
            "ID プロバイダーの署名鍵を、プロバイダー側と IAM の SAML プロバイダーの両方で交換する（セッションの失効だけでは不十分）。".into(),
        );
        let why = say(
            language,
            "With the stolen key new assertions can be made at any time.".into(),
            "窃取された鍵でいつでもアサーションを偽造できるため。".into(),
        );
        let targets = vec![(EntityKind::Domain, portal.name.clone())];
        out.push(Recommendation { id: "replace_signing_key", text, targets, tier: "R2", why });
    }
    let text = say(
        language,
        "End the sessions of the account at the identity provider, reset its password, and enrol a second factor.".into(),
        "ID プロバイダーで該当アカウントのセッションを終了し、パスワードを再設定のうえ多要素認証を登録する。".into(),
    );
    let why = say(
        language,
        "The intruder knows its password.".into(),
        "侵入者にパスワードを知られているため。".into(),
    );
    let targets = vec![(EntityKind::User, login.word.user.clone())];
    out.push(Recommendation { id: "reset_credentials", text, targets, tier: "R2", why });
    out
}
