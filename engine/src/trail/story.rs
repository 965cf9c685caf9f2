//! The steps of a trail: requests, programs, files, contacts, mails, in order of time.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::seam::report::Language;
use model::{Effect, EntityKind, Id, Step, Time};

use super::fact::{Fact, Process, What};
use super::visits::visits;
use super::words::{self, clean, list, say};
use super::{Trail, claims, mail};

/// Records cited of one step.
pub(super) const EVIDENCE_MAX: usize = 8;
/// Programs that make something run again later, or let somebody in again.
const KEEPERS: &[&str] = &[
    "crontab",
    "at",
    "batch",
    "systemctl",
    "useradd",
    "usermod",
    "adduser",
    "chpasswd",
    "passwd",
    "ssh-keygen",
    "ssh-copy-id",
    "update-rc.d",
    "chkconfig",
];

/// What a trail tells.
pub(crate) struct Chapter {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) claims: claims::Claims,
    /// Every event on the trail, told or not.
    pub(crate) events: BTreeSet<Id>,
    /// Pieces that ran something, by time, and why what lies on the trail follows from them.
    pub(crate) ran: Vec<(i64, usize)>,
    pub(crate) why: String,
    /// Events that its steps tell, cited or not: findings on them are not told again.
    pub(crate) covers: BTreeSet<Id>,
    /// Whether it is of a host.
    pub(crate) host: bool,
}

/// A step, and the piece that caused it.
pub(crate) struct Piece {
    pub(crate) step: Step,
    pub(crate) cause: Option<(usize, String)>,
}

/// The story of one trail.
pub(crate) fn chapter(trail: &Trail, language: Language) -> Chapter {
    let mut teller = Teller { trail, language, pieces: Vec::new(), ran: Vec::new() };
    let visits = visits(trail);
    teller.visits(&visits);
    teller.programs();
    teller.files();
    teller.contacts();
    teller.malware();
    let mails = mail::mails(trail);
    teller.mails(&mails);
    let Teller { pieces, ran, .. } = teller;
    let claims = claims::claims(trail, &visits, &mails, &pieces, language);
    let why = words::because(language);
    Chapter {
        pieces,
        claims,
        events: trail.events(),
        ran,
        why,
        covers: BTreeSet::new(),
        host: true,
    }
}

pub(super) struct Teller<'t> {
    pub(super) trail: &'t Trail,
    pub(super) language: Language,
    pub(super) pieces: Vec<Piece>,
    /// Pieces that ran something, by time.
    pub(super) ran: Vec<(i64, usize)>,
}

/// What one step is made of, besides its sentence.
pub(super) struct Plain<'p> {
    pub(super) stage: &'static str,
    pub(super) effect: Effect,
    pub(super) techniques: &'static [&'static str],
    pub(super) count: u64,
    pub(super) entities: Vec<(EntityKind, &'p str)>,
    pub(super) sure: f64,
}

/// The name of a program without its directory.
pub(super) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

impl Teller<'_> {
    pub(super) fn push(
        &mut self,
        text: String,
        cited: Vec<Evidence>,
        plain: Plain<'_>,
    ) -> Option<usize> {
        let start = cited.iter().map(|e| e.time).min()?;
        let end = cited.iter().map(|e| e.time.closing()).max()?;
        let entities = plain.entities.into_iter().map(|(kind, name)| (kind, name.to_owned()));
        self.pieces.push(Piece {
            step: Step {
                start,
                end,
                stage: plain.stage.into(),
                effect: plain.effect,
                techniques: plain.techniques.iter().map(|t| (*t).to_owned()).collect(),
                text,
                count: plain.count,
                entities: entities.collect(),
                confidence: plain.sure,
                evidence: cited.into_iter().take(EVIDENCE_MAX).collect(),
                caused_by: Vec::new(),
            },
            cause: None,
        });
        Some(self.pieces.len() - 1)
    }

    /// The last step before a time that ran something.
    fn cause(&self, time: i64) -> Option<usize> {
        self.ran.iter().rfind(|(at, _)| *at <= time).map(|(_, piece)| *piece)
    }

    fn caused(&mut self, piece: Option<usize>, time: i64, why: fn(Language) -> String) {
        let Some(cause) = self.cause(time) else { return };
        let began = self.pieces.get(cause).map(|piece| piece.step.start);
        let piece = piece.and_then(|piece| self.pieces.get_mut(piece));
        let (Some(began), Some(piece)) = (began, piece) else { return };
        // A log of whole seconds says "within this second": not before what caused it.
        if piece.step.start.start < began.start {
            piece.step.start = began;
            piece.step.end = piece.step.end.max(began.closing());
        }
        piece.cause = Some((cause, why(self.language)));
    }

    /// Programs that no request ran directly, by what they are.
    fn programs(&mut self) {
        let mut groups: BTreeMap<(bool, &str), Vec<(&Fact, &Process)>> = BTreeMap::new();
        let host = super::Host::new(&self.trail.facts);
        let direct: BTreeSet<usize> = self.trail.entries.iter().map(|entry| entry.start).collect();
        for at in &self.trail.taint.starts {
            let root = self.trail.taint.root_of(&host, *at);
            let (Some(fact), Some(process)) = (self.trail.facts.get(*at), host.process(*at)) else {
                continue;
            };
            let keeps = KEEPERS.contains(&base(&process.program));
            if (direct.contains(&root) && !keeps) || mail::is_mailer(process) {
                continue;
            }
            let again = self.trail.taint.roots(&host).contains(&root) && !self.ran.is_empty();
            groups.entry((again, base(&process.program))).or_default().push((fact, process));
        }
        for ((again, name), group) in groups {
            let Some((first, process)) = group.first() else { continue };
            let commands: BTreeSet<&str> = group.iter().map(|(_, p)| p.command.as_str()).collect();
            let commands = list(self.language, commands.into_iter());
            let (host, time) = (clean(&self.trail.host), first.start());
            let keeps = KEEPERS.contains(&name);
            let text = match (keeps, again) {
                (true, _) => say(
                    self.language,
                    format!("To come back, the intruder ran on {host}: {commands}."),
                    format!("侵入者は永続化のため、{host} で次を実行した：{commands}。"),
                ),
                (false, true) => say(
                    self.language,
                    format!("What the intruder left on {host} ran again: {commands}."),
                    format!("侵入者が {host} に残したものが再び実行された：{commands}。"),
                ),
                (false, false) => say(
                    self.language,
                    format!("The intruder's programs ran on {host}: {commands}."),
                    format!("{host} で侵入者のプログラムが実行された：{commands}。"),
                ),
            };
            let techniques: &[&str] = match (keeps, again) {
                (true, _) => &["T1053.003"],
                (false, true) => &["T1053"],
                _ => &["T1059"],
            };
            let stage = if keeps || again { "persistence" } else { "execution" };
            let entities = vec![
                (self.trail.kind, self.trail.host.as_str()),
                (EntityKind::Process, process.program.as_str()),
            ];
            let count = group.len() as u64;
            let cited = group.iter().map(|(fact, _)| fact.at.clone()).collect();
            let plain =
                Plain { stage, effect: Effect::Success, techniques, count, entities, sure: 0.95 };
            let piece = self.push(text, cited, plain);
            self.caused(piece, time, words::because);
        }
    }

    fn files(&mut self) {
        let known = |file: &String| !file.is_empty();
        let mut cited: BTreeSet<&Evidence> = BTreeSet::new();
        let mut names: Vec<&str> = Vec::new();
        for (file, facts) in self.trail.taint.files.iter().filter(|(file, _)| known(file)) {
            let made = facts.iter().filter_map(|at| self.trail.facts.get(*at));
            let made = made.filter(|fact| !matches!(fact.what, What::Malware { .. }));
            let mut made = made.map(|fact| &fact.at).peekable();
            if made.peek().is_some() {
                names.push(file);
                cited.extend(made.take(2));
            }
        }
        let Some(first) = cited.first() else { return };
        let (time, host) = (first.time.start, clean(&self.trail.host));
        let shown = list(self.language, names.iter().copied());
        let text = say(
            self.language,
            format!("Files appeared on {host} that the intruder's programs made: {shown}."),
            format!("侵入者のプログラムにより {host} にファイルが作成された：{shown}。"),
        );
        let entities = names.iter().map(|name| (EntityKind::File, *name)).collect();
        let plain = Plain {
            stage: "command-and-control",
            effect: Effect::Success,
            techniques: &["T1105"],
            count: names.len() as u64,
            entities,
            sure: 0.93,
        };
        let cited = cited.into_iter().cloned().collect();
        let piece = self.push(text, cited, plain);
        self.caused(piece, time, words::because_file);
    }

    /// Names asked for and addresses spoken to.
    fn contacts(&mut self) {
        let (mut cited, mut bytes, mut flows) = (Vec::new(), 0i64, 0u64);
        let mut ports: BTreeSet<i64> = BTreeSet::new();
        for fact in &self.trail.around {
            match &fact.what {
                What::Lookup { .. } => cited.push(fact.at.clone()),
                What::Flow { to, port, bytes: more, .. } => {
                    cited.push(fact.at.clone());
                    flows += 1;
                    bytes = bytes.saturating_add(*more);
                    ports.extend(port.filter(|_| self.trail.remotes.contains(to)));
                }
                _ => {}
            }
        }
        if cited.is_empty() {
            return;
        }
        let time = cited.first().map_or(0, |e| e.time.end);
        let others = self.trail.names.iter().chain(&self.trail.remotes);
        let others = list(self.language, others.map(String::as_str));
        let ports = list(
            self.language,
            ports.iter().map(i64::to_string).collect::<Vec<_>>().iter().map(String::as_str),
        );
        let host = clean(&self.trail.host);
        let english = if flows > 0 {
            format!(" (port {ports}; {flows} flows, {bytes} bytes)")
        } else {
            String::new()
        };
        let japanese = if flows > 0 {
            format!("（ポート {ports}、{flows} フロー、{bytes} バイト）")
        } else {
            String::new()
        };
        let text = say(
            self.language,
            format!("{host} spoke to the intruder's server: {others}{english}."),
            format!("{host} が侵入者のサーバーと通信した：{others}{japanese}。"),
        );
        let names = self.trail.names.iter().map(|name| (EntityKind::Domain, name.as_str()));
        let remotes = self.trail.remotes.iter().map(|ip| (EntityKind::Ip, ip.as_str()));
        let plain = Plain {
            stage: "command-and-control",
            effect: Effect::Success,
            techniques: &["T1071.001"],
            count: cited.len() as u64,
            entities: names.chain(remotes).collect(),
            sure: 0.9,
        };
        let piece = self.push(text, cited, plain);
        self.caused(piece, time, words::because_contact);
    }

    fn malware(&mut self) {
        let mut found: BTreeMap<(&str, &str), Vec<Evidence>> = BTreeMap::new();
        for fact in &self.trail.facts {
            if let What::Malware { path, name } = &fact.what {
                found.entry((path, name)).or_default().push(fact.at.clone());
            }
        }
        for ((path, name), cited) in found {
            let host = clean(&self.trail.host);
            let text = say(
                self.language,
                format!("Antivirus on {host} found {} in {}.", clean(name), clean(path)),
                format!("{host} のウイルス対策が {} で {} を検出した。", clean(path), clean(name)),
            );
            let (count, time) = (cited.len() as u64, cited.first().map_or(0, |e| e.time.end));
            let plain = Plain {
                stage: "execution",
                effect: Effect::Success,
                techniques: &["T1204.002"],
                count,
                entities: vec![(EntityKind::File, path)],
                sure: 0.95,
            };
            let piece = self.push(text, cited, plain);
            self.caused(piece, time, words::because_file);
        }
    }

    fn mails(&mut self, mails: &mail::Mails<'_>) {
        let Some(first) = mails.cited.first() else { return };
        let time: Time = first.time;
        let plain = Plain {
            stage: "impact",
            effect: Effect::Impact,
            techniques: &["T1496"],
            count: mails.count(),
            entities: mails.senders.iter().map(|s| (EntityKind::Mailbox, *s)).collect(),
            sure: if mails.guessed { 0.7 } else { 0.97 },
        };
        let text = mails.sentence(self.language, &self.trail.host);
        let last = mails.last;
        let piece = self.push(text, mails.cited.clone(), plain);
        if let Some(piece) = piece.and_then(|piece| self.pieces.get_mut(piece)) {
            piece.step.end = last.unwrap_or(time).closing();
        }
        self.caused(piece, time.end, words::because_mail);
    }
}
