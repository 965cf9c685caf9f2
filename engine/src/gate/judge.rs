//! The judgement: every component, every advisory, the policy, and the answer.

use std::collections::{BTreeMap, BTreeSet};

use model::advisory::{Advisory, Statement};
use model::component::{Component, Inventory};
use model::verdict::{Answer, Decision, Reason, Verdict, Vulnerability};
use versions::Package;

use super::affected::{Is, fixed_in, is, parts, upgrade};
use super::policy::{Place, Policy};
use super::{Attacks, Library, severity, vex};

/// How many names are told in one reason.
const NAMES: usize = 10;

/// What is asked.
pub struct Question<'a> {
    /// The lists of components.
    pub inventories: &'a [Inventory],
    /// Where advisories are.
    pub library: &'a dyn Library,
    /// What suppliers say.
    pub statements: &'a [Statement],
    /// The policy.
    pub policy: &'a Policy,
    /// Where the build is to run, and the day.
    pub place: Place<'a>,
    /// What was attacked.
    pub attacks: &'a Attacks,
    /// Vulnerabilities of the build before: id and name of the component.
    pub before: Option<&'a BTreeSet<(String, String)>>,
}

/// Judges. An error is a damaged library.
pub fn judge(question: &Question<'_>) -> Result<Verdict, String> {
    let (components, duplicates) = distinct(question.inventories);
    let mut verdict = Verdict { total: components.len(), duplicates, ..Verdict::default() };
    let mut unidentified = Vec::new();
    let mut unversioned = Vec::new();
    let mut upgrades = BTreeMap::new();
    for component in &components {
        let packages = component.packages();
        if packages.is_empty() {
            unidentified.push(component.label());
        }
        let mut seen = BTreeSet::new();
        for (package, version) in packages {
            let all = question.library.advisories(&package)?;
            let mut open = false;
            for advisory in &all {
                match look(advisory, &package, version) {
                    Looked::Open => open = true,
                    Looked::Yes(mut found) if seen.insert(advisory.id.clone()) => {
                        fill(&mut found, component, question)?;
                        // Once for a component: it looks at every fix of every advisory.
                        if found.decision != Decision::Ignore {
                            let clear = || upgrade(&package, &all, version);
                            upgrades.entry(component.label()).or_insert_with(clear);
                        }
                        verdict.vulnerabilities.push(*found);
                    }
                    _ => {}
                }
            }
            if open {
                unversioned.push(component.label());
            }
        }
    }
    verdict.unidentified = unidentified.len();
    verdict.vulnerabilities.sort_by(|a, b| {
        (b.decision, b.severity)
            .cmp(&(a.decision, a.severity))
            .then_with(|| (&a.purl, &a.id).cmp(&(&b.purl, &b.id)))
    });
    let policy = question.policy;
    let mut worst = reasons(&mut verdict, &upgrades);
    let remedy = "Have the generator of the list write package URLs.";
    worst =
        worst.max(told(&mut verdict, "unidentified", policy.unidentified, &unidentified, remedy));
    let remedy = "Name the version in the list; look at the advisories of the package.";
    worst = worst.max(told(&mut verdict, "unversioned", policy.unversioned, &unversioned, remedy));
    worst = worst.max(frozen(&mut verdict, question));
    verdict.answer = match worst {
        Decision::Block => Answer::Block,
        Decision::Warn => Answer::Warn,
        Decision::Ignore => Answer::Pass,
    };
    if verdict.total == 0 || verdict.unidentified == verdict.total {
        undecided(&mut verdict);
    }
    Ok(verdict)
}

fn undecided(verdict: &mut Verdict) {
    let text = if verdict.total == 0 {
        "no component is listed"
    } else {
        "none of the components can be told by a package URL"
    };
    verdict.answer = Answer::Undecided;
    verdict.reasons.push(Reason {
        rule: "nothing-to-judge".to_owned(),
        text: text.to_owned(),
        remedy: "Check how the list was made: an empty list is no clean build.".to_owned(),
    });
}

/// Each component once; what is listed again adds its place.
fn distinct(inventories: &[Inventory]) -> (Vec<Component>, usize) {
    let mut out: BTreeMap<String, Component> = BTreeMap::new();
    let mut duplicates = 0;
    for component in inventories.iter().flat_map(|inventory| &inventory.components) {
        match out.get_mut(&component.label()) {
            Some(known) => {
                duplicates += 1;
                known.at.extend(component.at.iter().cloned());
            }
            None => {
                out.insert(component.label(), component.clone());
            }
        }
    }
    (out.into_values().collect(), duplicates)
}

/// What an advisory says of a version of a package.
enum Looked {
    No,
    /// The version cannot be put in order.
    Open,
    Yes(Box<Vulnerability>),
}

fn look(advisory: &Advisory, package: &Package, version: &str) -> Looked {
    let mut unknown = false;
    for affected in parts(advisory, package) {
        match is(affected, version) {
            Is::No => {}
            Is::Unknown => unknown = true,
            Is::Yes => {
                let (severity, cvss, score) = severity::of(advisory, affected);
                return Looked::Yes(Box::new(Vulnerability {
                    id: advisory.id.clone(),
                    aliases: advisory.aliases.clone(),
                    summary: advisory.summary.clone(),
                    published: advisory.published.clone(),
                    severity,
                    cvss,
                    score,
                    fixed_in: fixed_in(affected, version),
                    ..Vulnerability::default()
                }));
            }
        }
    }
    if unknown { Looked::Open } else { Looked::No }
}

fn fill(
    found: &mut Vulnerability,
    component: &Component,
    question: &Question<'_>,
) -> Result<(), String> {
    found.purl = component.label();
    found.name.clone_from(&component.name);
    found.version.clone_from(&component.version);
    found.at.clone_from(&component.at);
    for id in std::iter::once(&found.id).chain(&found.aliases) {
        if id.starts_with("CVE-") {
            let known = question.library.known(id)?;
            found.kev = known.kev.or(found.kev.take());
            found.epss = known.epss.or(found.epss);
        }
    }
    (found.attacked_here, found.attacked_elsewhere) = question.attacks.of(found);
    found.new = question
        .before
        .is_some_and(|before| !before.contains(&(found.id.clone(), found.name.clone())));
    let (decision, rule, young) = question.policy.decide(found, &question.place);
    rule.clone_into(&mut found.rule);
    found.decision = decision;
    found.reason = sentence(found, young);
    if let Some((waiver, counts)) = question.policy.waiver(found, &question.place) {
        if counts {
            found.decision = Decision::Ignore;
            found.reason = format!("waived by {} until {}", waiver.said.owner, waiver.said.until);
            found.waiver = Some(waiver.said.clone());
        } else {
            let ended =
                format!("; the waiver of {} ended {}", waiver.said.owner, waiver.said.until);
            found.reason.push_str(&ended);
        }
    }
    if let Some(statement) = vex::find(question.statements, found, component) {
        if vex::clears(&statement.status) {
            found.decision = Decision::Ignore;
            found.reason = format!("the supplier says: {}", statement.status);
        }
        let said = (statement.status.clone(), statement.why.clone(), statement.from.clone());
        found.vex = Some(said);
    }
    Ok(())
}

/// Why, in one sentence.
fn sentence(found: &Vulnerability, young: bool) -> String {
    let mut parts = vec![format!("severity {}", found.severity)];
    if let Some(added) = &found.kev {
        parts.push(format!("exploited in the wild (KEV, {added})"));
    }
    if let Some(epss) = found.epss {
        parts.push(format!("EPSS {epss:.3}"));
    }
    if found.attacked_here {
        parts.push("attacked in this environment".to_owned());
    } else if found.attacked_elsewhere {
        parts.push("attacked in another environment".to_owned());
    }
    if young {
        parts.push("still in its grace period".to_owned());
    }
    match found.rule.as_str() {
        "" => parts.push("no rule applies".to_owned()),
        rule => parts.push(format!("rule {rule}")),
    }
    parts.join(", ")
}

/// One reason for each component that is warned of or blocked; the worst decision.
fn reasons(verdict: &mut Verdict, upgrades: &BTreeMap<String, Option<String>>) -> Decision {
    let mut by: BTreeMap<&str, Vec<&Vulnerability>> = BTreeMap::new();
    let stands = |v: &&Vulnerability| v.decision != Decision::Ignore;
    for found in verdict.vulnerabilities.iter().filter(stands) {
        by.entry(&found.purl).or_default().push(found);
    }
    let mut out = Vec::new();
    for (purl, all) in by {
        let worst = all.iter().map(|v| v.decision).max().unwrap_or_default();
        let ids: Vec<&str> = all.iter().take(NAMES).map(|v| v.id.as_str()).collect();
        let more = if all.len() > NAMES {
            format!(" and {} more", all.len() - NAMES)
        } else {
            String::new()
        };
        let rule = all.first().map_or(String::new(), |v| v.rule.clone());
        let why = all.first().map_or("", |v| v.reason.as_str());
        let remedy = match upgrades.get(purl) {
            Some(Some(version)) => format!("Upgrade to {version}: no advisory affects it."),
            _ => "No fixed version is known: replace it, take it out, or ask for a waiver."
                .to_owned(),
        };
        let text = format!("{purl}: {worst} for {}{more} ({why})", ids.join(", "));
        out.push((worst, Reason { rule, text, remedy }));
    }
    out.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
    let worst = out.first().map_or(Decision::Ignore, |(worst, _)| *worst);
    verdict.reasons.extend(out.into_iter().map(|(_, reason)| reason));
    worst
}

fn told(
    verdict: &mut Verdict,
    rule: &str,
    decision: Decision,
    names: &[String],
    remedy: &str,
) -> Decision {
    if names.is_empty() || decision == Decision::Ignore {
        return Decision::Ignore;
    }
    let some: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
    let text = format!("{} components cannot be judged: {}", names.len(), some.join(", "));
    let (rule, remedy) = (rule.to_owned(), remedy.to_owned());
    verdict.reasons.push(Reason { rule, text, remedy });
    decision
}

/// An incident of this application stops its deployments, if the policy says so.
fn frozen(verdict: &mut Verdict, question: &Question<'_>) -> Decision {
    let application = question.place.application;
    if !question.policy.freeze || application.is_empty() {
        return Decision::Ignore;
    }
    let hit = |(_, things): &&(String, Vec<String>)| things.iter().any(|t| t == application);
    let Some((title, _)) = question.attacks.incidents.iter().find(hit) else {
        return Decision::Ignore;
    };
    verdict.reasons.push(Reason {
        rule: "freeze".to_owned(),
        text: format!("an incident of {application} is open: {title}"),
        remedy: "Close the incident, or deploy with a policy that says so.".to_owned(),
    });
    Decision::Block
}
