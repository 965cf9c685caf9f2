//! Entries: the login at the portal that the intruder came in with, and the tries before it.

use std::collections::{BTreeMap, BTreeSet};

use super::issuer::Issuer;
use super::word::{Key, Word};

/// Tries this long before a login belong to it. Nanoseconds.
const TRIES: i64 = 2 * 3600 * 1_000_000_000;
/// A login opens the door for this long.
const SESSION: i64 = 24 * 3600 * 1_000_000_000;
/// Failed logins after which a login is no more a slip of the hand.
const FAILED_MIN: usize = 3;
/// Different accounts that one address tries.
const TRIED_MIN: usize = 3;
/// Accounts that two addresses must have in common to work together.
const COMMON_MIN: usize = 2;

/// A login that an intruder made.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) word: Word,
    /// Failed logins before it, from all addresses that worked together.
    pub(super) tries: Vec<Word>,
    pub(super) addresses: BTreeSet<String>,
    /// What was done from then on, in order of time, the taking of the key left out.
    pub(super) done: Vec<Word>,
    /// The record by which a signing key left.
    pub(super) key: Option<Word>,
}

impl Login {
    /// Its records.
    pub(super) fn words(&self) -> impl Iterator<Item = &Word> {
        let login = std::iter::once(&self.word);
        self.tries.iter().chain(login).chain(&self.done).chain(&self.key)
    }

    /// From the first try to the last deed.
    pub(super) fn span(&self) -> (i64, i64) {
        let first = self.words().map(|word| word.at.time.start).min().unwrap_or(i64::MIN);
        (first, self.words().map(|word| word.at.time.end).max().unwrap_or(i64::MAX))
    }

    /// The accounts that were tried.
    pub(super) fn accounts(&self) -> usize {
        self.tries.iter().map(|word| word.user.as_str()).collect::<BTreeSet<_>>().len()
    }
}

/// The suspicious login before a record of the same user.
pub(super) fn before(issuer: &Issuer, word: &Word) -> Option<Login> {
    let login = last_login(issuer, word)?;
    let mut found = suspicious(issuer, login)?;
    found.done.retain(|done| done.at.time.start <= word.at.time.end);
    Some(found)
}

/// The login in whose session a signing key left before a time: the most suspicious one.
pub(super) fn of_key(issuer: &Issuer, until: i64) -> Option<Login> {
    let before = |word: &&Word| word.at.time.start < until;
    let takings = issuer.words.iter().filter(before).filter(|word| word.key > Key::No);
    let mut best: Option<(Key, usize, Login)> = None;
    for taking in takings {
        let Some(login) = last_login(issuer, taking) else { continue };
        let Some(mut found) = suspicious(issuer, login) else { continue };
        let (key, tries) = (taking.key, found.tries.len());
        if best.as_ref().is_none_or(|(k, t, _)| (*k, *t) <= (key, tries)) {
            found.done.retain(|done| done.at.event != taking.at.event);
            found.done.retain(|done| done.at.time.start <= taking.at.time.end);
            found.key = Some(taking.clone());
            best = Some((key, tries, found));
        }
    }
    best.map(|(_, _, login)| login)
}

fn last_login<'w>(issuer: &'w Issuer, word: &Word) -> Option<&'w Word> {
    let mine = |login: &&Word| {
        let time = login.at.time.start;
        login.is_good_login()
            && login.user == word.user
            && time <= word.at.time.end
            && time >= word.at.time.start.saturating_sub(SESSION)
    };
    let here = |login: &&Word| login.address == word.address;
    let logins = || issuer.words.iter().filter(mine);
    logins().rfind(here).or_else(|| logins().next_back())
}

/// A login as an intruder's, if failed ones before it say so: many for this account or from this
/// address.
fn suspicious(issuer: &Issuer, login: &Word) -> Option<Login> {
    let time = login.at.time.start;
    let near = |word: &&Word| {
        let start = word.at.time.start;
        start >= time.saturating_sub(TRIES) && start <= time.saturating_add(TRIES)
    };
    let failed: Vec<&Word> =
        issuer.words.iter().filter(|word| word.is_failed_login()).filter(near).collect();
    let own = |word: &&&Word| {
        (word.user == login.user || word.address == login.address) && word.at.time.start <= time
    };
    if login.address.is_empty() || failed.iter().filter(own).count() < FAILED_MIN {
        return None;
    }
    let addresses = together(&failed, login);
    // An address that others log in from as a rule is an exit they share with the intruder.
    let tries = failed.into_iter().filter(|w| addresses.contains(&w.address)).cloned().collect();
    let own = |word: &&Word| {
        let start = word.at.time.start;
        word.user == login.user
            && word.address == login.address
            && start >= time
            && start <= time.saturating_add(SESSION)
            && word.at.event != login.at.event
            && !word.is_failed_login()
    };
    let done = issuer.words.iter().filter(own).cloned().collect();
    Some(Login { word: login.clone(), tries, addresses, done, key: None })
}

/// The addresses that try the same accounts at the same time.
fn together(failed: &[&Word], login: &Word) -> BTreeSet<String> {
    let mut tried: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for word in failed {
        tried.entry(&word.address).or_default().insert(&word.user);
    }
    let mut mine: BTreeSet<String> = BTreeSet::from([login.address.clone()]);
    let mut accounts = tried.get(login.address.as_str()).cloned().unwrap_or_default();
    accounts.insert(&login.user);
    loop {
        let joins = |(address, users): &(&&str, &BTreeSet<&str>)| {
            !mine.contains(**address)
                && users.len() >= TRIED_MIN
                && users.intersection(&accounts).count() >= COMMON_MIN
        };
        let more: Vec<&str> = tried.iter().filter(joins).map(|(address, _)| *address).collect();
        if more.is_empty() {
            return mine;
        }
        for address in more {
            mine.insert(address.to_owned());
            accounts.extend(tried.get(address).into_iter().flatten());
        }
    }
}
