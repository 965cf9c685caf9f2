//! A group of findings becomes an incident: its story, its people and things, its weight.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Severity;
use model::incident::{Claim, Gap, Impact, Incident, Involved, Join, Recommendation};
use model::seam::report::Language;
use model::{Assets, Effect, EntityKind, Finding, Id, Step, Time};
use rustc_hash::FxHashMap;

use crate::borrowed;
use crate::chapters;
use crate::deeds::{Trace, place};
use crate::facts::Facts;
use crate::fleet::Ledger;
use crate::gaps::Coverage;
use crate::hours::{self, Clock};
use crate::index::{Index, Issued};
use crate::intruder::Intruder;
use crate::machines::{self, Contact, Machines};
use crate::portal::{self, Portal};
use crate::prices::Prices;
use crate::recall::{Place, Recalled};
use crate::steps::{Drawn, steps};
use crate::trail::{Chapter, Trail, chapter};
use crate::{advise, damage, title, verdicts};

/// A group weighs this much at least to be an incident, of severity high: one success of level
/// high does.
const INCIDENT_RISK_MIN: f64 = 40.0;
const CRITICAL_RISK: f64 = 100.0;
/// Steps an incident tells; more are left to the findings.
const STEPS_MAX: usize = 400;

/// A group that weighs enough, with the hands and places behind it.
pub(crate) struct Suspect<'s> {
    /// The findings' numbers.
    pub(crate) group: Vec<usize>,
    pub(crate) joins: Vec<Join>,
    findings: Vec<&'s Finding>,
    risk: f64,
    intruder: Intruder,
    /// What the trails of its findings tell.
    chapters: Vec<Chapter>,
    proven: bool,
    /// When its machines were last seen to send something.
    seen: BTreeMap<String, i64>,
}

/// Deeds by the mark of the credential they were done with.
type Deeds = FxHashMap<u64, Vec<Trace>>;

/// What incidents are made from.
pub(crate) struct Material<'m> {
    pub(crate) findings: &'m [Finding],
    pub(crate) index: &'m Index<'m>,
    pub(crate) trails: &'m [Trail],
    pub(crate) portals: &'m [Portal],
    pub(crate) coverage: &'m Coverage,
    pub(crate) language: Language,
    pub(crate) assets: &'m Assets,
    pub(crate) prices: &'m Prices,
}

/// What was read back for the incidents.
pub(crate) struct Told<'t> {
    pub(crate) deeds: &'t Deeds,
    pub(crate) recalled: &'t Recalled,
    /// The lives of the machines that were started.
    pub(crate) lives: &'t Ledger,
}

/// Looks who is behind a group; `None` if it weighs too little to be an incident.
pub(crate) fn suspect<'m>(
    group: Vec<usize>,
    joins: Vec<Join>,
    from: &Material<'m>,
) -> Option<Suspect<'m>> {
    let findings: Vec<&Finding> = group.iter().filter_map(|at| from.findings.get(*at)).collect();
    let risk = risk(&findings);
    let trails: Vec<&Trail> = trails(&group, from.trails).collect();
    let proven = trails.iter().any(|trail| trail.is_proven());
    if risk < INCIDENT_RISK_MIN && !proven && !verdicts::is_campaign(&findings) {
        return None;
    }
    let intruder = Intruder::of(&findings, from.index, from.assets);
    let mut chapters: Vec<Chapter> =
        trails.iter().map(|trail| chapter(trail, from.language)).collect();
    let led = |way: &&Portal| way.seeds().iter().any(|seed| group.binary_search(seed).is_ok());
    let ways = from.portals.iter().filter(led);
    chapters.extend(ways.map(|way| portal::chapter(way, from.language)));
    Some(Suspect {
        group,
        joins,
        findings,
        risk,
        intruder,
        chapters,
        proven,
        seen: BTreeMap::new(),
    })
}

/// The trails that findings of a group led to.
fn trails<'t>(group: &[usize], trails: &'t [Trail]) -> impl Iterator<Item = &'t Trail> {
    let led = |trail: &&Trail| trail.seeds().iter().any(|seed| group.binary_search(seed).is_ok());
    trails.iter().filter(led)
}

/// Whether a group weighs enough to be an incident.
pub(crate) fn weighs(group: &[usize], findings: &[Finding], all: &[Trail]) -> bool {
    let findings: Vec<&Finding> = group.iter().filter_map(|at| findings.get(*at)).collect();
    risk(&findings) >= INCIDENT_RISK_MIN
        || verdicts::is_campaign(&findings)
        || trails(group, all).any(Trail::is_proven)
}

impl Suspect<'_> {
    /// The records of the issuing calls.
    pub(crate) fn issued(&self, from: &Material<'_>) -> Vec<Place> {
        let grants = self.intruder.grants(from.index.sessions);
        let issued = grants.into_iter().map(|(_, evidence)| place(evidence));
        let told = self.chapters.iter().flat_map(|chapter| {
            let steps = chapter.pieces.iter().flat_map(|piece| &piece.step.evidence);
            steps.chain(chapter.claims.evidence())
        });
        issued.chain(told.map(place)).collect()
    }

    /// The machines that it started.
    pub(crate) fn machines(&self) -> Machines {
        Machines::started(&self.findings)
    }

    /// Adds whom its machines spoke to.
    pub(crate) fn tell(&mut self, contacts: &[Contact], language: Language) {
        self.chapters.extend(machines::chapter(contacts, language));
        self.seen = machines::seen(contacts);
    }

    /// The credentials behind it.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &str> {
        self.intruder.credentials.iter().map(String::as_str)
    }

    /// The records that the story needs besides those of the findings.
    pub(crate) fn places(&self, from: &Material<'_>, deeds: &Deeds) -> Vec<Place> {
        self.deeds(from, deeds).into_iter().map(|(_, trace)| place(&trace.evidence)).collect()
    }

    fn deeds<'d>(&'d self, from: &Material<'d>, deeds: &'d Deeds) -> Vec<(&'d str, &'d Trace)> {
        let mut deeds = self.intruder.deeds(&self.findings, deeds, from.index.sessions);
        deeds.truncate(STEPS_MAX);
        deeds
    }

    fn entities(&self, facts: &Facts<'_>, hit: Vec<Involved>) -> Vec<Involved> {
        let mut entities = facts.entities(&self.intruder.credentials);
        damage::involve(&mut entities, hit);
        damage::involve(&mut entities, verdicts::tables(&self.findings));
        damage::involve(&mut entities, borrowed::instances(&self.findings));
        chapters::involve(&mut entities, &self.chapters);
        entities
    }

    /// The incident.
    pub(crate) fn incident(&self, from: &Material<'_>, told: &Told<'_>) -> Option<Incident> {
        let Told { deeds, recalled, lives } = *told;
        let findings = &self.findings;
        let grants = self.intruder.grants(from.index.sessions);
        let deeds = self.deeds(from, deeds);
        let Material { index, language, .. } = *from;
        let drawn = Drawn { findings, grants: &grants, deeds: &deeds, recalled, index, language };
        let mut steps = chapters::merged(steps(&drawn), &self.chapters);
        steps.truncate(STEPS_MAX);
        let outcome = steps.iter().map(|step| step.effect).max()?;
        let outcome = outcome.max(findings.iter().map(|f| f.effect).max()?);
        let assets = from.assets;
        let facts = Facts { findings, grants: &grants, steps: &steps, language, assets };
        let entities = self.entities(&facts, damage::hit(&deeds, recalled));
        let recommendations = self.recommendations(language, &entities, &grants);
        let claims = || self.chapters.iter().map(|chapter| &chapter.claims);
        let mut impact = facts.impact();
        impact.extend(self.hours(from, lives, &impact));
        impact.extend(damage::counted(&deeds, recalled, language));
        impact.extend(claims().flat_map(|claims| claims.impact.clone()));
        impact.extend(verdicts::impact(findings, from.language));
        let told = chapters::kind(&self.chapters).or_else(|| verdicts::kind(findings));
        let told = told.or_else(|| borrowed::kind(findings));
        let kind = told.unwrap_or_else(|| facts.kind(outcome));
        let worked = |effect| steps.iter().filter(|s| s.effect >= effect).map(|s| s.start).min();
        let told = claims().filter_map(|claims| claims.succeeded_at).min();
        let told = told.or_else(|| verdicts::succeeded_at(findings));
        let succeeded_at = told.or_else(|| worked(Effect::Success));
        let (entry, causes) = self.beginning(from.language);
        let (first, last) =
            (steps.iter().map(|s| s.start).min()?, steps.iter().map(|s| s.end).max()?);
        let gaps = self.gaps(from, (first, last), &entities, &grants);
        Some(Incident {
            id: Id::derive("incident", &[&findings.first()?.id.0]),
            title: title::title(from.language, kind, outcome, &entities, &impact),
            kind,
            severity: self.severity(outcome)?,
            confidence: if self.proven { 0.97 } else { confidence(findings) },
            outcome,
            first,
            last,
            succeeded_at: (outcome >= Effect::Success).then_some(succeeded_at).flatten(),
            impact_at: worked(Effect::Impact),
            entry: entry.or_else(|| facts.entry())?,
            root_cause: if causes.is_empty() { facts.root_cause() } else { causes },
            techniques: techniques(findings, &steps),
            impact,
            gaps,
            recommendations,
            entities,
            steps,
            findings: self.group.clone(),
            joins: self.joins.clone(),
        })
    }

    /// How long the machines ran that were started.
    fn hours(&self, from: &Material<'_>, ledger: &Ledger, started: &[Impact]) -> Vec<Impact> {
        let Material { coverage, prices, language, .. } = *from;
        let clock = Clock { ledger, coverage, seen: &self.seen, prices, language };
        let cited = started.first().map_or(&[][..], |impact| impact.evidence.as_slice());
        hours::impact(&clock, self.machines().instances(), cited)
    }

    /// How it came in, and why it could, where trails and verdicts tell it.
    fn beginning(&self, language: Language) -> (Option<Claim>, Vec<Claim>) {
        let (findings, claims) =
            (&self.findings, || self.chapters.iter().map(|chapter| &chapter.claims));
        let mut causes: Vec<_> = claims().flat_map(|claims| claims.causes.clone()).collect();
        causes.extend(verdicts::causes(findings, language));
        causes.extend(borrowed::causes(findings, language));
        let told = claims().find_map(|claims| claims.entry.clone());
        let entry = told.or_else(|| verdicts::entry(findings, language));
        (entry.or_else(|| borrowed::entry(findings, language)), causes)
    }

    /// What logs are missing.
    fn gaps(
        &self,
        from: &Material<'_>,
        time: (Time, Time),
        entities: &[Involved],
        grants: &[&Issued],
    ) -> Vec<Gap> {
        let mut gaps: Vec<Gap> =
            self.chapters.iter().flat_map(|chapter| chapter.claims.gaps.clone()).collect();
        if entities.iter().any(|e| e.kind == EntityKind::Account) {
            let federated = grants.iter().any(|(grant, _)| grant.subject.is_some());
            gaps.extend(from.coverage.gaps(time, entities, federated, from.language));
        }
        gaps
    }

    /// What to do: what would stop it comes last, as it only helps against the next.
    fn recommendations(
        &self,
        language: Language,
        entities: &[Involved],
        grants: &[&Issued],
    ) -> Vec<Recommendation> {
        let mut actions = advise::recommend(language, entities, &self.findings, grants);
        actions.retain(|action| !(self.is_light() && action.id == "block_address"));
        let mut all = chapters::advise(actions, &self.chapters);
        all.extend(verdicts::blocks(&self.findings, language));
        all
    }

    /// Whether it is told only because somebody tried: it is low, and nobody needs to act.
    fn is_light(&self) -> bool {
        self.risk < INCIDENT_RISK_MIN && !self.proven
    }

    fn severity(&self, outcome: Effect) -> Option<Severity> {
        let worst = self.findings.iter().map(|f| f.severity()).max()?;
        if self.is_light() {
            return Some(Severity::Low);
        }
        let damage = self.proven && outcome == Effect::Impact;
        let by_risk =
            if self.risk >= CRITICAL_RISK || damage { Severity::Critical } else { Severity::High };
        Some(by_risk.max(worst))
    }
}

/// How much a group weighs: the worst finding counts full, each next one less (Σ wᵢ/i^1.5,
/// scaled so that endless findings of weight 1 reach 100), more with every further tactic, and
/// more if it worked. The discount keeps many small findings from outweighing one bad one.
fn risk(findings: &[&Finding]) -> f64 {
    // One rule speaks once, however often it fired.
    let mut by_rule: BTreeMap<&str, f64> = BTreeMap::new();
    for finding in findings {
        let weight = finding.severity().weight();
        let known = by_rule.entry(&finding.rule.id).or_insert(0.0);
        *known = known.max(weight);
    }
    let mut weights: Vec<f64> = by_rule.into_values().collect();
    weights.sort_unstable_by(|a, b| b.total_cmp(a));
    let sum: f64 = weights.iter().enumerate().map(|(i, w)| w / ((i + 1) as f64).powf(1.5)).sum();
    let telling = findings.iter().filter(|f| f.severity() >= Severity::Medium);
    let tactics: BTreeSet<&String> = telling.flat_map(|f| f.rule.tactics.iter()).collect();
    let spread = 1.0 + 0.25 * tactics.len().saturating_sub(1) as f64;
    let effect = findings.iter().map(|f| f.effect).max().map_or(1.0, |effect| match effect {
        Effect::Attempt => 1.0,
        Effect::Success => 1.6,
        Effect::Impact => 2.2,
    });
    38.3 * sum * spread * effect
}

/// How sure it is that this is an attack: independent rules add up.
fn confidence(findings: &[&Finding]) -> f64 {
    let rules: BTreeMap<&str, Severity> =
        findings.iter().map(|f| (f.rule.id.as_str(), f.severity())).collect();
    let doubt: f64 = rules.values().map(|severity| 1.0 - 0.6 * severity.weight()).product();
    ((1.0 - doubt).min(0.98) * 100.0).round() / 100.0
}

fn techniques(findings: &[&Finding], steps: &[Step]) -> Vec<String> {
    let of_rules = findings.iter().flat_map(|f| f.rule.techniques.clone());
    let all: BTreeSet<String> =
        of_rules.chain(steps.iter().flat_map(|step| step.techniques.clone())).collect();
    all.into_iter().collect()
}
