//! The whole run: read and judge, join, tell, cite.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Evidence, Severity};
use model::incident::{Incident, Join, Link, Reason};
use model::investigation::{Investigation, Tally};
use model::seam::correlator::Correlator;
use model::seam::report::Language;
use model::{Assets, Error, Finding};

use crate::assemble::{self, Material, Told};
use crate::borrowed;
use crate::cite::numbered;
use crate::cluster;
use crate::deeds::place;
use crate::findings::choose;
use crate::gaps::Coverage;
use crate::index::Index;
use crate::intake::{Harvest, Plan, intake};
use crate::joined;
use crate::kept::Shelf;
use crate::machines;
use crate::moved;
use crate::portal::{self, Portal};
use crate::prices::Prices;
use crate::recall::{Needs, Place, Recalled, recall};
use crate::tell;
use crate::trail::{self, Trail};

/// How to tell.
pub struct Settings<'s> {
    /// Reasons why findings belong together.
    pub correlators: &'s [&'s dyn Correlator],
    /// The language of sentences.
    pub language: Language,
    /// Findings below it are left out.
    pub min_severity: Severity,
    /// Whether the cited records are read back (a report that does not show them saves that).
    pub cite: bool,
    /// What a person said of hosts and networks.
    pub assets: &'s Assets,
    /// What an hour of a machine costs.
    pub prices: &'s Prices,
}

/// Findings outside incidents are cited this often each.
const LONE_EVIDENCE_MAX: usize = 1;
/// Findings reported; the worst are kept.
const FINDINGS_MAX: usize = 20_000;
/// Reasons told of why findings belong together.
const REASONS_MAX: usize = 24;

/// Reads everything and says what happened.
pub fn investigate(plan: &Plan<'_>, settings: &Settings<'_>) -> Result<Investigation, Error> {
    let mut harvest = intake(plan)?;
    let mut warnings = Vec::new();
    let lost = harvest.all.lost;
    if lost > 0 {
        warnings
            .push(format!("{lost} events fired rules beyond the number of findings that is kept"));
    }
    let lost = harvest.all.deeds.lost;
    if lost > 0 {
        warnings.push(format!("{lost} calls were not kept for telling: too many different ones"));
    }
    let mut findings = joined::joined(plan, &mut harvest, &mut warnings);
    let issuers = portal::issuers(plan, &harvest, &mut warnings);
    findings.append(&mut portal::unissued(plan, &harvest, &issuers));
    let groups = harvest.all.take_groups();
    let room = FINDINGS_MAX.saturating_sub(findings.len());
    let mut chosen = choose(&groups, settings.min_severity, room);
    if chosen.all > chosen.findings.len() {
        let all = chosen.all + findings.len();
        warnings.push(format!("{all} findings; the worst {FINDINGS_MAX} are told"));
    }
    drop(groups);
    findings.append(&mut chosen.findings);
    borrowed::settle(&mut findings);
    findings.extend(moved::moved(&findings, &harvest.all.sessions));
    findings.retain(|finding| finding.severity() >= settings.min_severity);
    findings.sort_by(|a, b| (a.first, &a.evidence, a.id).cmp(&(b.first, &b.evidence, b.id)));
    let trails = trail::trails(plan, &harvest, &findings, &mut warnings);
    let portals = portal::portals(plan, &harvest, &findings, &issuers);
    let mut links: Vec<Link> = settings
        .correlators
        .iter()
        .flat_map(|correlator| correlator.link(&findings, &harvest.all.sessions))
        .collect();
    links.extend(trails.iter().filter_map(|trail| trail.link(&findings)));
    links.extend(portals.iter().filter_map(|way| way.link(&findings)));
    let coverage = Coverage::of(&harvest, &issuers);
    let (trails, portals) = (trails.as_slice(), portals.as_slice());
    let shelf = &chosen.shelf;
    let from =
        Grounds { links: &links, trails, portals, coverage: &coverage, plan, settings, shelf };
    let (incidents, mut recalled) = incidents(&mut findings, &mut harvest, &from);
    let wanted = wanted(&incidents, &findings);
    let count = wanted.len();
    let evidence = numbered(wanted, &mut recalled, settings.cite);
    if evidence.len() < count {
        let lost = count - evidence.len();
        warnings.push(format!("{lost} cited records could not be read back: did a file change?"));
    }
    Ok(Investigation {
        tally: harvest.tally,
        files: harvest.files,
        incidents,
        findings,
        evidence,
        warnings,
    })
}

/// Reads and counts everything, without judging or telling.
pub fn count(plan: &Plan<'_>) -> Result<Tally, Error> {
    Ok(intake(plan)?.tally)
}

/// What incidents are made on.
struct Grounds<'g> {
    links: &'g [Link],
    trails: &'g [Trail],
    portals: &'g [Portal],
    coverage: &'g Coverage,
    plan: &'g Plan<'g>,
    settings: &'g Settings<'g>,
    shelf: &'g Shelf,
}

/// The incidents, worst first.
fn incidents(
    findings: &mut [Finding],
    harvest: &mut Harvest,
    from: &Grounds<'_>,
) -> (Vec<Incident>, Recalled) {
    let Grounds { links, trails, portals, coverage, plan, settings, shelf } = *from;
    let weighty = weighty(findings, links, trails);
    for (at, finding) in findings.iter_mut().enumerate() {
        if weighty.binary_search(&at).is_err() {
            finding.evidence.truncate(LONE_EVIDENCE_MAX);
        }
    }
    let findings = &*findings;
    let groups = cluster::groups(findings.len(), links);
    let reasons = reasons(findings.len(), &groups, links, settings.language);
    let index = Index::new(&harvest.all.sessions);
    let material = Material {
        findings,
        index: &index,
        trails,
        portals,
        coverage,
        language: settings.language,
        assets: settings.assets,
        prices: settings.prices,
    };
    let mut suspects: Vec<_> = groups
        .into_iter()
        .zip(reasons)
        .filter_map(|(group, reasons)| assemble::suspect(group, reasons, &material))
        .collect();
    let started: Vec<_> = suspects.iter().map(assemble::Suspect::machines).collect();
    let contacts = machines::contacts(plan, harvest, &started);
    for (suspect, contacts) in suspects.iter_mut().zip(&contacts) {
        suspect.tell(contacts, settings.language);
    }
    let deeds = std::mem::take(&mut harvest.all.deeds)
        .of(suspects.iter().flat_map(assemble::Suspect::credentials));
    let mut places: BTreeSet<Place> =
        suspects.iter().flat_map(|suspect| suspect.places(&material, &deeds)).collect();
    if settings.cite {
        places.extend(findings.iter().flat_map(|f| &f.evidence).map(place));
        places.extend(suspects.iter().flat_map(|suspect| suspect.issued(&material)));
    }
    let wanted = machines::wanted(&started);
    let needs = Needs { places, cited: settings.cite, shelf, wanted };
    let (recalled, lives) = recall(plan, harvest, &needs);
    let told = Told { deeds: &deeds, recalled: &recalled, lives: &lives };
    let mut out: Vec<Incident> =
        suspects.iter().filter_map(|suspect| suspect.incident(&material, &told)).collect();
    out.sort_by(|a, b| {
        (b.severity, b.outcome, a.first, a.id).cmp(&(a.severity, a.outcome, b.first, b.id))
    });
    (out, recalled)
}

/// The findings, by number, of groups that weigh enough to be an incident.
fn weighty(findings: &[Finding], links: &[Link], trails: &[Trail]) -> Vec<usize> {
    let groups = cluster::groups(findings.len(), links);
    let weighs = |group: &Vec<usize>| assemble::weighs(group, findings, trails);
    let mut all: Vec<usize> = groups.into_iter().filter(weighs).flatten().collect();
    all.sort_unstable();
    all
}

/// Why the findings of each group belong together.
fn reasons(
    findings: usize,
    groups: &[Vec<usize>],
    links: &[Link],
    language: Language,
) -> Vec<Vec<Join>> {
    let mut group_of = vec![0; findings];
    for (at, group) in groups.iter().enumerate() {
        for finding in group {
            if let Some(slot) = group_of.get_mut(*finding) {
                *slot = at;
            }
        }
    }
    let mut all: Vec<BTreeMap<&Reason, Join>> = vec![BTreeMap::new(); groups.len()];
    for link in links.iter().filter(|link| link.weight >= cluster::WEIGHT_MIN) {
        let group = link.findings.first().and_then(|finding| group_of.get(*finding));
        let Some(joins) = group.and_then(|at| all.get_mut(*at)) else { continue };
        let join = joins.entry(&link.reason).or_insert_with(|| Join {
            class: link.reason.class(),
            text: tell::reason(language, &link.reason),
            confidence: 0.0,
            findings: Vec::new(),
        });
        join.confidence = join.confidence.max(link.weight);
        join.findings.extend(&link.findings);
    }
    let told = |joins: BTreeMap<&Reason, Join>| {
        let mut joins: Vec<Join> = joins.into_values().take(REASONS_MAX).collect();
        for join in &mut joins {
            join.findings.sort_unstable();
            join.findings.dedup();
        }
        joins
    };
    all.into_iter().map(told).collect()
}

/// Every citation that a report may show.
fn wanted(incidents: &[Incident], findings: &[Finding]) -> BTreeSet<Evidence> {
    let mut all: BTreeSet<Evidence> =
        findings.iter().flat_map(|f| f.evidence.iter().cloned()).collect();
    for incident in incidents {
        all.extend(incident.steps.iter().flat_map(|s| s.evidence.iter().cloned()));
        all.extend(incident.entry.evidence.iter().cloned());
        all.extend(incident.root_cause.iter().flat_map(|c| c.evidence.iter().cloned()));
        all.extend(incident.impact.iter().flat_map(|i| i.evidence.iter().cloned()));
    }
    all
}
