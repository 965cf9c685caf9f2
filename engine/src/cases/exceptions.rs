//! Exceptions: what people know to be no attack, for a while. Nothing is hidden by them: findings
//! stay, every report says what was excepted, and what has ended counts again.

use jiff::Timestamp;
use model::case::Exception;
use model::seam::report::Language;
use model::{Finding, Investigation, Severity};

/// Whether an exception speaks of a finding: its rule, and its thing.
fn fits(exception: &Exception, finding: &Finding) -> bool {
    let [kind, value] = &exception.entity;
    finding.rule.id == exception.rule
        && finding.entities.iter().any(|one| one.kind.word() == kind && one.value == *value)
}

/// Says in the warnings which exceptions touch this investigation. An incident all of whose
/// findings are excepted becomes informational, and goes to the end.
pub fn except(
    investigation: &mut Investigation,
    exceptions: &[Exception],
    now: i64,
    language: Language,
) {
    let mut covered = vec![false; investigation.findings.len()];
    for exception in exceptions {
        let lasts = now < exception.until;
        let mut count = 0;
        for (finding, covered) in investigation.findings.iter().zip(&mut covered) {
            if fits(exception, finding) {
                count += 1;
                *covered |= lasts;
            }
        }
        if count > 0 {
            investigation.warnings.push(told(exception, count, lasts, language));
        }
    }
    let is_covered = |number: &usize| covered.get(*number).copied().unwrap_or(false);
    for incident in &mut investigation.incidents {
        if !incident.findings.is_empty() && incident.findings.iter().all(is_covered) {
            incident.severity = Severity::Informational;
        }
    }
    investigation.incidents.sort_by_key(|incident| std::cmp::Reverse(incident.severity));
}

/// Whether nothing but excepted findings make up the incidents with this number.
pub fn is_excepted(
    investigation: &Investigation,
    exceptions: &[Exception],
    now: i64,
    incident: usize,
) -> bool {
    let lasting =
        |finding: &Finding| exceptions.iter().any(|one| now < one.until && fits(one, finding));
    let covered = |number: &usize| investigation.findings.get(*number).is_some_and(lasting);
    investigation.incidents.get(incident).is_some_and(|incident| {
        !incident.findings.is_empty() && incident.findings.iter().all(covered)
    })
}

/// The day on which it ends.
pub fn day(until: i64) -> String {
    Timestamp::from_second(until)
        .map_or_else(|_| until.to_string(), |time| time.strftime("%Y-%m-%d").to_string())
}

fn told(exception: &Exception, count: usize, lasts: bool, language: Language) -> String {
    let Exception { rule, title, entity: [kind, value], reason, case, who, until } = exception;
    let end = day(*until);
    match (language, lasts) {
        (Language::English, true) => format!(
            "excepted until {end} by {who} (C-{case}): \"{title}\" ({rule}) for {kind} {value}, \
             because {reason}: {count} finding(s)"
        ),
        (Language::English, false) => format!(
            "the exception of {who} (C-{case}) ended on {end} and counts no more: \"{title}\" \
             ({rule}) for {kind} {value}: {count} finding(s)"
        ),
        (Language::Japanese, true) => format!(
            "{end} まで {who} が例外としています (C-{case}): 「{title}」({rule})、対象 {kind} {value}、\
             理由: {reason}。検出 {count} 件"
        ),
        (Language::Japanese, false) => format!(
            "{who} による例外 (C-{case}) は {end} に失効したため、通常どおり扱います: 「{title}」({rule})、\
             対象 {kind} {value}。検出 {count} 件"
        ),
    }
}
