//! Mails that the intruder sent, counted by queue id.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::finding::Evidence;
use model::seam::report::Language;

use super::fact::{Fact, Process, Way, What};
use super::story::{EVIDENCE_MAX, base};
use super::words::{clean, list, say};
use super::{Host, Trail};

/// Programs that hand in mail.
const MAILERS: &[&str] = &[
    "sendmail",
    "exim",
    "exim4",
    "postdrop",
    "mail",
    "mailx",
    "mutt",
    "msmtp",
    "ssmtp",
    "swaks",
    "s-nail",
    "sendmail.postfix",
    "sendmail.sendmail",
];
/// A mail log writes a message this long after the program was started. Nanoseconds.
const SLACK: i64 = 5_000_000_000;
/// Fewer mails of a new sender say nothing.
const BURST_MIN: usize = 20;

/// What was sent.
#[derive(Default)]
pub(super) struct Mails<'t> {
    /// Senders that the intruder's programs gave.
    pub(super) senders: BTreeSet<&'t str>,
    /// Messages handed in, delivered, refused for good.
    pub(super) handed: BTreeSet<&'t str>,
    pub(super) delivered: BTreeSet<&'t str>,
    pub(super) refused: BTreeSet<&'t str>,
    /// Programs started to hand in mail.
    pub(super) started: u64,
    pub(super) cited: Vec<Evidence>,
    pub(super) last: Option<Time>,
    /// Whether only the sender's being new here says that they are the intruder's.
    pub(super) guessed: bool,
}

/// Whether a program hands in mail.
pub(super) fn is_mailer(process: &Process) -> bool {
    let head = process.command.split_whitespace().next().unwrap_or_default();
    MAILERS.contains(&base(head)) || MAILERS.contains(&base(&process.program))
}

/// The sender that a command line gives.
fn sender(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    while let Some(word) = words.next() {
        let given = match word {
            "-f" | "-r" => words.next(),
            _ => word.strip_prefix("-f").or_else(|| word.strip_prefix("-r")),
        };
        if let Some(given) = given.filter(|given| given.contains('@')) {
            return Some(given);
        }
    }
    None
}

/// Where no programs are recorded: the sender that this host first wrote as after the intruder
/// came in, if it wrote a lot.
fn new_sender(trail: &Trail) -> Option<(i64, &str)> {
    let came = trail.entries.iter().filter_map(|entry| trail.facts.get(entry.request));
    let came = came.map(|fact| fact.start().saturating_sub(SLACK)).min()?;
    let mut first: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
    for fact in &trail.facts {
        if let What::Mail { from: Some(sender), way: Way::Handed, .. } = &fact.what {
            let seen = first.entry(sender).or_insert((fact.start(), 0));
            seen.1 += 1;
        }
    }
    let new = first.into_iter().filter(|(_, (at, n))| *at >= came && *n >= BURST_MIN);
    let (sender, (at, _)) = new.max_by_key(|(_, (_, n))| *n)?;
    Some((at, sender))
}

/// Whether anybody wrote as one of these before. One program may hand in mail for hours: if its
/// sender is new, all of that sender's mail is theirs.
fn used_before(trail: &Trail, senders: &BTreeSet<&str>, from: i64) -> bool {
    trail.facts.iter().any(|fact| match &fact.what {
        What::Mail { from: Some(sender), way: Way::Handed, .. } => {
            fact.at.time.end < from && senders.contains(sender.as_str())
        }
        _ => false,
    })
}

/// The mails of a trail.
pub(super) fn mails(trail: &Trail) -> Mails<'_> {
    let host = Host::new(&trail.facts);
    let mut mails = Mails::default();
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    let mut programs: Vec<&Fact> = Vec::new();
    for at in &trail.taint.starts {
        let (Some(fact), Some(process)) = (trail.facts.get(*at), host.process(*at)) else {
            continue;
        };
        if is_mailer(process) {
            mails.senders.extend(sender(&process.command));
            // A mail server starts itself again for each delivery: that hands in nothing.
            let again =
                host.parent(*at).and_then(|above| host.process(above)).is_some_and(is_mailer);
            mails.started += u64::from(!again);
            first = first.min(fact.start());
            last = last.max(fact.at.time.end);
            programs.push(fact);
        }
    }
    let (from, to) = if programs.is_empty() {
        let Some((from, sender)) = new_sender(trail) else { return mails };
        mails.senders.insert(sender);
        mails.guessed = true;
        (from, i64::MAX)
    } else {
        let from = first.saturating_sub(SLACK);
        let shared = used_before(trail, &mails.senders, from);
        (from, if shared { last.saturating_add(SLACK) } else { i64::MAX })
    };
    for fact in &trail.facts {
        // (Not only the line of its handing in, which may be lost, says whose it is.)
        if let What::Mail { id, from: Some(sender), .. } = &fact.what
            && fact.at.time.end >= from
            && fact.start() <= to
            && mails.senders.contains(sender.as_str())
            && mails.handed.insert(id)
        {
            mails.last = mails.last.max(Some(fact.at.time));
            if mails.cited.len() < EVIDENCE_MAX - 3 {
                mails.cited.push(fact.at.clone());
            }
        }
    }
    for fact in &trail.facts {
        if let What::Mail { id, way, .. } = &fact.what
            && mails.handed.contains(id.as_str())
        {
            match way {
                Way::Delivered => mails.delivered.insert(id),
                Way::Refused => mails.refused.insert(id),
                _ => false,
            };
        }
    }
    mails.last = mails.last.or_else(|| programs.last().map(|fact| fact.at.time));
    mails.cited.extend(programs.iter().take(3).map(|fact| fact.at.clone()));
    mails.cited.sort();
    mails
}

impl Mails<'_> {
    /// How many messages: by the mail log, else by the programs started.
    pub(super) fn count(&self) -> u64 {
        if self.handed.is_empty() { self.started } else { self.handed.len() as u64 }
    }

    /// What was sent, in one sentence.
    pub(super) fn sentence(&self, language: Language, host: &str) -> String {
        let (host, count) = (clean(host), self.count());
        let senders = list(language, self.senders.iter().copied());
        if self.handed.is_empty() {
            return say(
                language,
                format!(
                    "{host} was told to send {count} mails as {senders}; no mail log says what became of them."
                ),
                format!(
                    "{host} から {senders} 名義で {count} 通の送信が指示された。配送結果を示すメールログはない。"
                ),
            );
        }
        let (delivered, refused) = (self.delivered.len(), self.refused.len());
        say(
            language,
            format!(
                "{host} sent {count} mails as {senders}: {delivered} delivered, {refused} refused."
            ),
            format!(
                "{host} から {senders} 名義のメール {count} 通が送信された（配送済み {delivered} 通、拒否 {refused} 通）。"
            ),
        )
    }
}
