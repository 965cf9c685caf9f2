//! Words: what a record of an identity provider's log says, whatever product wrote it.

use model::finding::Evidence;
use model::{EntityKind, Event, Outcome, Role};
use ocsf::paths;

/// OCSF's class of logins and logouts, and the activity that is a login.
const AUTHENTICATION: u16 = ocsf::Class::AUTHENTICATION.uid;
const LOGON: i64 = 1;
/// Shorter runs of characters are no ids.
const ID_MIN: usize = 12;
/// The longest record looked through, in bytes.
const RAW_MAX: usize = 64 * 1024;
/// Actions that hand something out for keeping.
const HANDS_OUT: &[&str] = &["export", "download", "backup", "dump", "reveal", "extract", "copied"];
/// Names of private keys, without `-`, `_` and blanks.
const KEYS: &[&str] =
    &["signingkey", "privatekey", "keystore", "samlkey", "tokensigning", "pkcs12", "keymaterial"];
/// What a configuration is called; with the whole of it the keys may leave too.
const WHOLE: &[&str] = &["backup", "config", "realm", "tenant", "database"];
/// What products call a second factor.
const FACTORS: &[&str] =
    &["mfa", "mfa_status", "mfaUsed", "mfa_used", "second_factor", "two_factor"];
/// What stands there if there was none.
const NO_FACTOR: &[&str] = &["false", "no", "none", "not_enrolled", "disabled", "skipped", "0"];

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) at: Evidence,
    pub(super) action: String,
    pub(super) user: String,
    pub(super) address: String,
    pub(super) login: bool,
    pub(super) outcome: Outcome,
    /// Whether it says that there was no second factor.
    pub(super) no_factor: bool,
    pub(super) key: Key,
    pub(super) product: Option<String>,
}

/// Whether a signing key may have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    No,
    /// A whole configuration left.
    Perhaps,
    /// It names a key.
    Named,
}

impl Word {
    pub(super) fn new(event: &Event<'_>, file: u32) -> Self {
        let flat = event.body.ocsf();
        let activity = flat.get(paths::ACTIVITY_ID);
        let login =
            flat.class.uid == AUTHENTICATION && matches!(activity, Some(ocsf::Scalar::Int(LOGON)));
        let product = flat.get(paths::METADATA_PRODUCT_NAME).and_then(ocsf::Scalar::as_str);
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        let users = [EntityKind::User, EntityKind::Principal];
        let user = entities.iter().find(|e| users.contains(&e.kind) && e.role == Role::Actor);
        let user = user.or_else(|| entities.iter().find(|e| users.contains(&e.kind)));
        let action = event.body.action();
        Word {
            at: Evidence { time: event.time, file, at: event.at, event: event.id() },
            user: user.map(|e| e.value.to_string()).unwrap_or_default(),
            address: event.address.unwrap_or_default().to_owned(),
            login,
            outcome: event.outcome,
            no_factor: login && no_factor(event),
            key: key(&action, event.raw),
            action,
            product: product.map(str::to_owned),
        }
    }

    pub(super) fn is_failed_login(&self) -> bool {
        self.login && self.outcome == Outcome::Failure
    }

    pub(super) fn is_good_login(&self) -> bool {
        self.login && self.outcome == Outcome::Success
    }
}

fn no_factor(event: &Event<'_>) -> bool {
    FACTORS.iter().any(|name| {
        let mut none = false;
        event.body.field(name, &mut |value| {
            none |= match &value {
                ocsf::Scalar::Bool(used) => !used,
                ocsf::Scalar::Str(text) => {
                    NO_FACTOR.iter().any(|word| text.eq_ignore_ascii_case(word))
                }
                _ => false,
            };
            none
        });
        none
    })
}

fn key(action: &str, raw: &str) -> Key {
    let action = plain(action);
    if !HANDS_OUT.iter().any(|word| action.contains(word)) {
        return Key::No;
    }
    let raw = plain(raw.get(..raw.floor_char_boundary(RAW_MAX)).unwrap_or(raw));
    if KEYS.iter().any(|word| raw.contains(word)) {
        Key::Named
    } else if WHOLE.iter().any(|word| action.contains(word)) {
        Key::Perhaps
    } else {
        Key::No
    }
}

/// A text without what products set between the parts of a name.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| !matches!(c, '-' | '_' | ' '));
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// The runs of characters that may be ids.
pub(super) fn ids(raw: &str) -> impl Iterator<Item = &str> {
    let raw = raw.get(..raw.floor_char_boundary(RAW_MAX)).unwrap_or(raw);
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-' || c == '.');
    raw.split(ends).filter(|run| run.len() >= ID_MIN)
}

/// The name before the `@`, without case: what logs of two systems have in common.
pub(super) fn person(user: &str) -> String {
    let name = user.rsplit(['\\', '/', ':']).next().unwrap_or(user);
    name.split('@').next().unwrap_or(name).to_ascii_lowercase()
}
