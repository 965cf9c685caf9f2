//! Issuers: which log is the identity provider's, and which assertions it never issued.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::finding::{Detail, Evidence, Reached, Rule, RuleKind, Severity};
use model::seam::detector::Joined;
use model::seam::source::Intake;
use model::session::Grant;
use model::text::printable;
use model::{Effect, Event, Finding, Reject};

use super::word::{Word, ids, person};
use crate::intake::{Harvest, Plan};
use crate::joined;
use crate::recall::{Blob, Place, reread};

/// OCSF's class of logins: an identity provider's log has them.
const AUTHENTICATION: u16 = ocsf::Class::AUTHENTICATION.uid;
/// Assertions that a log must name to be taken for the identity provider's.
const NAMED_MIN: usize = 3;
/// The share of all assertions of its time that it must name, if it shows who logs in from where.
const SHARE_MIN: f64 = 0.5;
/// The share if it does not: then only its silence speaks.
const SHARE_SILENT_MIN: f64 = 0.9;
/// The log must have records this near to an assertion's use to speak of it. Nanoseconds.
const NEAR: i64 = 30 * 60 * 1_000_000_000;
/// Records kept of identity providers' logs.
const WORDS_MAX: usize = 400_000;
/// Assertions told of that were never issued.
const UNISSUED_MAX: usize = 200;
const NAME_MAX: usize = 80;

/// An identity provider's log.
pub(crate) struct Issuer {
    pub(super) name: String,
    /// Its blobs, by number.
    pub(super) files: BTreeSet<u32>,
    /// Its records, in order of time.
    pub(super) words: Vec<Word>,
    /// The assertions that it names, and in which of its records first.
    named: BTreeMap<String, usize>,
    /// The grants on assertions that it would name had it issued them.
    denied: BTreeMap<String, (Grant, Evidence)>,
}

impl Issuer {
    /// The record that names an assertion.
    pub(super) fn issued(&self, assertion: &str) -> Option<&Word> {
        self.words.get(*self.named.get(assertion)?)
    }

    /// Whether a blob is a part of the log.
    pub(crate) fn holds(&self, file: u32) -> bool {
        self.files.contains(&file)
    }

    /// Whether the log would name the assertion, had it been issued.
    pub(super) fn denies(&self, assertion: &str) -> bool {
        self.denied.contains_key(assertion)
    }
}

/// What is read of a blob: which assertions its records name, and its records if it is known.
struct Desk<'d> {
    file: u32,
    wanted: &'d BTreeSet<&'d str>,
    keep: bool,
    found: Vec<Said>,
}

struct Said {
    names: Vec<String>,
    word: Word,
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let names: Vec<String> =
            ids(event.raw).filter(|id| self.wanted.contains(id)).map(str::to_owned).collect();
        if (self.keep || !names.is_empty()) && self.found.len() <= WORDS_MAX {
            self.found.push(Said { names, word: Word::new(event, self.file) });
        }
    }

    fn reject(&mut self, _: Reject) {}
}

/// The logs of identity providers whose assertions opened sessions.
pub(crate) fn issuers(
    plan: &Plan<'_>,
    harvest: &Harvest,
    warnings: &mut Vec<String>,
) -> Vec<Issuer> {
    let on_word = |(grant, _): &&(Grant, Evidence)| grant.assertion.is_some();
    let grants: Vec<&(Grant, Evidence)> = harvest.all.sessions.all().filter(on_word).collect();
    let wanted: BTreeSet<&str> = grants.iter().filter_map(|g| g.0.assertion.as_deref()).collect();
    if wanted.len() < NAMED_MIN {
        return Vec::new();
    }
    let own: BTreeSet<u32> = grants.iter().map(|(_, evidence)| evidence.file).collect();
    let own: BTreeSet<&str> = own.iter().filter_map(|file| source(harvest, *file)).collect();
    let numbers = 0..harvest.origins.len() as u32;
    let may = |file: &u32| {
        let origin = harvest.origins.get(*file as usize);
        origin.is_some_and(|origin| {
            let logins = origin.source.classes().iter().any(|class| class.uid == AUTHENTICATION);
            logins && !own.contains(origin.source.about().name)
        })
    };
    let candidates: BTreeSet<u32> = numbers.filter(may).collect();
    let (said, _) = read(plan, harvest, &candidates, &wanted, false);
    let mut logs: BTreeMap<(String, &str), BTreeSet<String>> = BTreeMap::new();
    for one in said {
        logs.entry(log(harvest, one.word.at.file)).or_default().extend(one.names);
    }
    logs.retain(|_, names| names.len() >= NAMED_MIN);
    let mut out = Vec::new();
    for key in logs.into_keys() {
        let files: BTreeSet<u32> =
            candidates.iter().copied().filter(|file| log(harvest, *file) == key).collect();
        let (said, lost) = read(plan, harvest, &files, &wanted, true);
        if lost > 0 {
            warnings.push(format!("{lost} records of {} were too many to keep", key.0));
        }
        out.push(issuer(files, said, &grants, key.0));
    }
    out
}

fn source(harvest: &Harvest, file: u32) -> Option<&'static str> {
    harvest.origins.get(file as usize).map(|origin| origin.source.about().name)
}

/// The log that a file is a part of: its folder and kind.
fn log(harvest: &Harvest, file: u32) -> (String, &'static str) {
    let name = harvest.files.get(file as usize).map_or("", String::as_str);
    let folder = name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
    (folder.to_owned(), source(harvest, file).unwrap_or_default())
}

fn read(
    plan: &Plan<'_>,
    harvest: &Harvest,
    files: &BTreeSet<u32>,
    wanted: &BTreeSet<&str>,
    keep: bool,
) -> (Vec<Said>, usize) {
    let visit = |blob: Blob<'_>, input: &mut frame::Input<'_>| {
        let mut desk = Desk { file: blob.file, wanted, keep, found: Vec::new() };
        blob.source.read(input, &plan.settings, &mut desk);
        desk.found
    };
    reread(plan, harvest, files, WORDS_MAX, &visit)
}

fn issuer(
    files: BTreeSet<u32>,
    mut said: Vec<Said>,
    grants: &[&(Grant, Evidence)],
    folder: String,
) -> Issuer {
    said.sort_by(|a, b| a.word.at.cmp(&b.word.at));
    let mut named = BTreeMap::new();
    for (at, one) in said.iter().enumerate() {
        for name in &one.names {
            named.entry(name.clone()).or_insert(at);
        }
    }
    let words: Vec<Word> = said.into_iter().map(|one| one.word).collect();
    let product = words.iter().find_map(|word| word.product.clone());
    let last = folder.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let name = product.unwrap_or(last);
    let mut it = Issuer { name, files, words, named, denied: BTreeMap::new() };
    it.denied = denied(&it, grants);
    it
}

/// The grants on assertions that the log does not name though it speaks of their time, and though
/// it names those of others. A record may be missing: whom the log shows at the same address is
/// believed.
fn denied(it: &Issuer, grants: &[&(Grant, Evidence)]) -> BTreeMap<String, (Grant, Evidence)> {
    let times: Vec<i64> = it.words.iter().map(|word| word.at.time.start).collect();
    let speaks = |time: i64| {
        let after = times.partition_point(|at| *at < time);
        let near = |at: Option<&i64>| at.is_some_and(|at| at.abs_diff(time) <= NEAR as u64);
        near(times.get(after)) && near(after.checked_sub(1).and_then(|at| times.get(at)))
    };
    let seen: BTreeSet<(String, &str)> =
        it.words.iter().map(|w| (person(&w.user), w.address.as_str())).collect();
    let is_seen = |grant: &Grant| {
        let who = grant.subject.as_deref().map(person).unwrap_or_default();
        seen.contains(&(who, grant.address.as_deref().unwrap_or_default()))
    };
    let covered = grants.iter().filter(|(_, evidence)| speaks(evidence.time.start));
    let (backed, others): (Vec<_>, Vec<_>) = covered
        .filter_map(|one| Some((one.0.assertion.as_deref()?, *one)))
        .partition(|(assertion, _)| it.named.contains_key(*assertion));
    let shows = backed.iter().filter(|(_, one)| is_seen(&one.0)).count() * 5 >= backed.len() * 4;
    let share = backed.len() as f64 / (backed.len() + others.len()).max(1) as f64;
    let wanted = if shows { SHARE_MIN } else { SHARE_SILENT_MIN };
    if backed.len() < NAMED_MIN || share < wanted {
        return BTreeMap::new();
    }
    let strange = others.into_iter().filter(|(_, one)| !shows || !is_seen(&one.0));
    strange.map(|(assertion, one)| (assertion.to_owned(), one.clone())).collect()
}

/// Findings of sessions opened on assertions that their identity provider never issued.
pub(crate) fn unissued(plan: &Plan<'_>, harvest: &Harvest, issuers: &[Issuer]) -> Vec<Finding> {
    let rule = Arc::new(rule());
    let all = issuers.iter().flat_map(|it| it.denied.values().map(move |one| (it, one)));
    let all: Vec<(&Issuer, &(Grant, Evidence))> = all.take(UNISSUED_MAX).collect();
    let place = |evidence: &Evidence| -> Place { (evidence.file, evidence.at) };
    let places: BTreeSet<Place> = all.iter().map(|(_, one)| place(&one.1)).collect();
    if places.is_empty() {
        return Vec::new();
    }
    let records = joined::records(plan, harvest, &places);
    let finding = |(it, (grant, evidence)): &(&Issuer, &(Grant, Evidence))| {
        let one = Joined {
            rule: rule.clone(),
            effect: Effect::Success,
            group: evidence.event.short(),
            first: evidence.time,
            last: evidence.time,
            count: 1,
            marks: Vec::new(),
            detail: Some(detail(it, grant)),
        };
        let mut finding = joined::finding(one, &[place(evidence)], &records)?;
        finding.credential = Some(grant.child.clone());
        Some(finding)
    };
    all.iter().filter_map(finding).collect()
}

fn rule() -> Rule {
    Rule {
        id: "federation.assertion_not_issued".into(),
        title: "Session opened with a forged assertion".into(),
        title_ja: Some("偽造されたアサーションによるセッション".into()),
        kind: RuleKind::Correlation,
        severity: Severity::High,
        effect: Effect::Success,
        techniques: vec!["T1606.002".into()],
        tactics: vec!["initial-access".into()],
        description: "The identity provider's log names the assertions that it issued at the \
            time, not this one: somebody else has its signing key."
            .into(),
    }
}

fn detail(it: &Issuer, grant: &Grant) -> Detail {
    let cut = |text: &str| printable(text, NAME_MAX).into_owned();
    let name = cut(&it.name);
    let who = cut(grant.subject.as_deref().unwrap_or_default());
    let id = cut(grant.assertion.as_deref().unwrap_or_default());
    let count = it.named.len();
    Detail {
        reached: Reached::Executed,
        confidence: 0.9,
        text: format!(
            "the log of {name} names {count} other assertions of this time, but not {id}, with \
             which this session of {who} was opened: it was made with a stolen signing key."
        ),
        text_ja: format!(
            "{name} のログには同時期に発行された他のアサーション {count} 件の記録があるが、{who} の\
             セッション開設に使われた {id} の発行記録がない。署名鍵が窃取され、偽造されたものである。"
        ),
        door: None,
        taken: None,
        blocks: Vec::new(),
    }
}
