//! Visits: the intruder's requests, each told once though several logs tell of it.

use std::collections::BTreeMap;

use model::Time;
use model::finding::Evidence;

use super::entry::{Entry, is_probe};
use super::fact::{Fact, Request, What};
use super::{Host, Trail};

/// One request of the intruder.
pub(super) struct Visit<'t> {
    /// When it began.
    pub(super) begin: Time,
    /// The record that says most.
    pub(super) request: &'t Request,
    pub(super) code: Option<i64>,
    /// What it ran, if it did.
    pub(super) entry: Option<&'t Entry>,
    pub(super) commands: Vec<String>,
    /// When the program started.
    pub(super) ran: i64,
    /// Whether it is the first that did more than try.
    pub(super) first: bool,
    pub(super) evidence: Vec<Evidence>,
    methods: Vec<&'t str>,
}

impl Visit<'_> {
    pub(super) fn method(&self) -> &str {
        self.methods.iter().copied().find(|method| !method.is_empty()).unwrap_or_default()
    }
}

/// Two logs of one request differ by no more: clocks, and when each of them writes. Nanoseconds.
const APART_MAX: i64 = 3_000_000_000;
/// Requests of one form that a record is held against, the latest first.
const TRIED_MAX: usize = 8;

/// Groups of records that tell of one request. Logs that hand on a trace are joined by it. A log
/// without is joined to another log's record of the same request at about the same time.
fn requests(mut all: Vec<&Fact>) -> Vec<Vec<&Fact>> {
    all.sort_by(|a, b| a.at.cmp(&b.at));
    all.dedup_by(|b, a| a.at == b.at);
    let mut groups: Vec<(Option<&str>, Vec<&Fact>)> = Vec::new();
    let mut by_trace: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_form: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for fact in all {
        let What::Request(request) = &fact.what else { continue };
        let trace = request.trace.as_deref();
        let Request { client, method, path, query, code, .. } = &**request;
        let alike: &mut Vec<usize> =
            by_form.entry((client, method, path, query, code)).or_default();
        let same = |at: &&usize| {
            groups.get(**at).is_some_and(|(known, facts)| {
                let apart = |one: &&Fact| (one.start() - fact.start()).abs() <= APART_MAX;
                (known.is_none() || trace.is_none())
                    && facts.iter().all(|one| one.at.file != fact.at.file && apart(one))
            })
        };
        let known = trace.and_then(|trace| by_trace.get(trace)).copied();
        let known = known.or_else(|| alike.iter().rev().take(TRIED_MAX).find(same).copied());
        let at = known.unwrap_or(groups.len());
        if let Some((known, facts)) = groups.get_mut(at) {
            *known = known.or(trace);
            facts.push(fact);
        } else {
            alike.push(at);
            groups.push((trace, vec![fact]));
        }
        if let Some(trace) = trace {
            by_trace.entry(trace).or_insert(at);
        }
    }
    groups.into_iter().map(|(_, facts)| facts).collect()
}

/// The intruder's requests in order of time.
pub(super) fn visits(trail: &Trail) -> Vec<Visit<'_>> {
    let theirs = |fact: &&Fact| match &fact.what {
        What::Request(r) => r.client.as_ref().is_some_and(|c| trail.attackers.contains(c)),
        _ => false,
    };
    let entered: Vec<(&Fact, &Entry)> = trail
        .entries
        .iter()
        .filter_map(|entry| Some((trail.facts.get(entry.request)?, entry)))
        .collect();
    let named = entered.iter().map(|(fact, _)| *fact);
    let all = trail.facts.iter().chain(&trail.around).filter(theirs).chain(named);
    let mut out: Vec<Visit<'_>> = requests(all.collect())
        .into_iter()
        .filter_map(|group| visit(trail, &entered, group))
        .collect();
    out.sort_by(|a, b| (a.begin, &a.evidence).cmp(&(b.begin, &b.evidence)));
    // Where no value was logged, the programs themselves say whether they only tried.
    let tried = |visit: &Visit<'_>, entry: &Entry| {
        let blind = entry.value.is_none() && !visit.commands.is_empty();
        entry.probe || (blind && visit.commands.iter().all(|command| is_probe(command)))
    };
    let first = out.iter().position(|visit| visit.entry.is_some_and(|entry| !tried(visit, entry)));
    let first = first.or_else(|| out.iter().position(|visit| visit.entry.is_some()));
    if let Some(visit) = first.and_then(|at| out.get_mut(at)) {
        visit.first = true;
    }
    out
}

fn visit<'t>(
    trail: &'t Trail,
    entered: &[(&'t Fact, &'t Entry)],
    group: Vec<&'t Fact>,
) -> Option<Visit<'t>> {
    let of = |fact: &&'t Fact| match &fact.what {
        What::Request(request) => Some(&**request),
        _ => None,
    };
    let entry = entered.iter().find(|(fact, _)| group.iter().any(|it| it.at == fact.at));
    let entry = entry.map(|(_, entry)| *entry);
    // The log that writes its time finely, and measures the request, knows best when it began.
    let begin = |fact: &&'t Fact| {
        let took = of(fact).map_or(0, |request| request.took);
        let start = fact.start().saturating_sub(took);
        (std::cmp::Reverse(fact.at.time.precision), took == 0, start)
    };
    let best = *group.iter().min_by_key(|fact| begin(fact))?;
    let (precision, _, start) = begin(&best);
    let mut evidence: Vec<Evidence> = group.iter().map(|fact| fact.at.clone()).collect();
    let (commands, ran, mut programs) = entry.map_or_else(Default::default, |e| ran(trail, e));
    // What a request ran began after the request, though the log was written at its end.
    let ran_at = programs.first().filter(|first| first.time.start < start).map(|first| first.time);
    evidence.append(&mut programs);
    evidence.sort();
    Some(Visit {
        begin: ran_at.unwrap_or_else(|| Time::point(start, precision.0)),
        request: of(&best)?,
        code: group.iter().filter_map(|fact| of(fact)?.code).max(),
        entry,
        commands,
        ran,
        first: false,
        evidence,
        methods: group.iter().filter_map(|fact| of(fact).map(|r| r.method.as_str())).collect(),
    })
}

/// The commands that a request ran, when, and their records.
fn ran(trail: &Trail, entry: &Entry) -> (Vec<String>, i64, Vec<Evidence>) {
    let host = Host::new(&trail.facts);
    let below = |at: &&usize| trail.taint.root_of(&host, **at) == entry.start;
    let starts: Vec<usize> = trail.taint.starts.iter().filter(below).copied().collect();
    let (mut commands, mut cited) = (Vec::new(), Vec::new());
    // The shell above only repeats what it was told to run.
    let told = starts.iter().filter(|at| starts.len() == 1 || **at != entry.start);
    for at in told {
        if let Some(process) = host.process(*at)
            && !commands.contains(&process.command)
        {
            commands.push(process.command.clone());
        }
    }
    cited.extend(starts.iter().filter_map(|at| trail.facts.get(*at)).map(|fact| fact.at.clone()));
    cited.truncate(4);
    let first = trail.facts.get(entry.start).map_or(0, Fact::start);
    (commands, first, cited)
}
