//! What findings with a verdict of their own add to an incident: where it came in, why, what left.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Detail, RuleKind, Taken};
use model::incident::{Claim, Impact, Involved, Part, Recommendation};
use model::seam::report::Language;
use model::text::printable;
use model::{Effect, EntityKind, Finding, Time};

/// The longest sentence, in characters; a piece of it.
const TEXT_MAX: usize = 1_000;
const PIECE_MAX: usize = 120;
const NAMES_MAX: usize = 8;

/// Injections into a database that worked, the earliest first.
fn injections<'f>(findings: &[&'f Finding]) -> Vec<(&'f Finding, &'f Detail)> {
    let of = |finding: &&'f Finding| {
        let worked = finding.rule.kind == RuleKind::Sqli && finding.effect >= Effect::Success;
        finding.detail.as_ref().filter(|_| worked).map(|detail| (*finding, detail))
    };
    let mut all: Vec<_> = findings.iter().filter_map(of).collect();
    all.sort_by_key(|(finding, _)| (finding.first, finding.id));
    all
}

/// Blocks that an incident names.
const BLOCKS_MAX: usize = 6;

/// The kind of incident, if a verdict says it.
pub(crate) fn kind(findings: &[&Finding]) -> Option<&'static str> {
    if !injections(findings).is_empty() {
        return Some("sql_injection");
    }
    let tried = findings.iter().all(|finding| finding.effect == Effect::Attempt);
    (tried && is_campaign(findings)).then_some("web_attack")
}

/// Whether somebody's attempts on a web application are told as a whole.
pub(crate) fn is_campaign(findings: &[&Finding]) -> bool {
    let told = |f: &&&Finding| matches!(f.rule.kind, RuleKind::Web | RuleKind::Sqli);
    findings.iter().filter(told).any(|finding| finding.detail.is_some())
}

/// What would have stopped it, with what it would have cost.
pub(crate) fn blocks(findings: &[&Finding], language: Language) -> Vec<Recommendation> {
    let at = usize::from(language == Language::Japanese);
    let mut out: Vec<Recommendation> = Vec::new();
    for block in findings.iter().filter_map(|f| f.detail.as_ref()).flat_map(|d| &d.blocks) {
        let of = |words: &[String; 2]| words.get(at).cloned().unwrap_or_default();
        let (text, why) = (of(&block.text), of(&block.why));
        if out.len() < BLOCKS_MAX && out.iter().all(|known| known.text != text) {
            let (targets, tier) = (block.targets.clone(), block.tier);
            out.push(Recommendation { id: block.id, text, targets, tier, why });
        }
    }
    out
}

/// The request that worked first.
pub(crate) fn entry(findings: &[&Finding], language: Language) -> Option<Claim> {
    let all = injections(findings);
    // A request says more of how it came in than a statement does.
    let (finding, detail) = all.iter().find(|(_, d)| d.door.is_some()).or(all.first())?;
    let text = printable(detail.text_in(language), TEXT_MAX).into_owned();
    let (confidence, evidence) = (detail.confidence, finding.evidence.clone());
    Some(Claim { text, confidence, evidence })
}

/// When the first injection worked. What other rules take for a success may only look like one.
pub(crate) fn succeeded_at(findings: &[&Finding]) -> Option<Time> {
    injections(findings).first().map(|(finding, _)| finding.first)
}

/// Which parameter is broken.
pub(crate) fn causes(findings: &[&Finding], language: Language) -> Vec<Claim> {
    let mut doors: BTreeMap<&[String; 2], (&Finding, &Detail)> = BTreeMap::new();
    for (finding, detail) in injections(findings) {
        if let Some(door) = &detail.door {
            doors.entry(door).or_insert((finding, detail));
        }
    }
    let told = doors.into_iter().map(|([path, parameter], (finding, detail))| {
        let (path, name) = (printable(path, PIECE_MAX), printable(parameter, PIECE_MAX));
        let text = match language {
            Language::English => format!(
                "{path} puts the value of “{name}” into an SQL statement without binding it (SQL injection)."
            ),
            Language::Japanese => format!(
                "{path} がパラメーター「{name}」の値をバインドせずに SQL 文へ埋め込んでいる（SQL インジェクション）。"
            ),
        };
        Claim { text, confidence: detail.confidence, evidence: finding.evidence.clone() }
    });
    told.collect()
}

/// Tables that were read out.
pub(crate) fn tables(findings: &[&Finding]) -> Vec<Involved> {
    let read = injections(findings).into_iter().filter_map(|(f, d)| Some((f, d.taken.as_ref()?)));
    let tables = read.flat_map(|(finding, taken)| {
        taken.tables.iter().map(|name| Involved {
            kind: EntityKind::Table,
            value: name.clone(),
            part: Part::Affected,
            first: finding.first,
            last: finding.last,
        })
    });
    tables.collect()
}

/// Rows that left. Requests and the statements they became are not counted twice.
pub(crate) fn impact(findings: &[&Finding], language: Language) -> Option<Impact> {
    let all = injections(findings);
    let by_request: Vec<_> = all.iter().filter(|(_, d)| d.door.is_some()).collect();
    let counted = if by_request.is_empty() { all.iter().collect() } else { by_request };
    let taken: Vec<(&Finding, &Taken)> =
        counted.into_iter().filter_map(|(f, d)| Some((*f, d.taken.as_ref()?))).collect();
    let rows: u64 = taken.iter().map(|(_, taken)| taken.rows).sum();
    let exact = taken.iter().all(|(_, taken)| taken.exact);
    let tables: BTreeSet<&str> =
        taken.iter().flat_map(|(_, taken)| &taken.tables).map(String::as_str).collect();
    if tables.is_empty() {
        return None;
    }
    let names: Vec<_> =
        tables.iter().take(NAMES_MAX).map(|name| printable(name, PIECE_MAX)).collect();
    let names = names.join(", ");
    let text = match (language, exact) {
        (Language::English, true) => format!("{rows} rows of {names} were read out."),
        (Language::English, false) => format!("At least {rows} rows of {names} were read out."),
        (Language::Japanese, true) => format!("表 {names} から {rows} 行が読み出された。"),
        (Language::Japanese, false) => {
            format!("表 {names} から少なくとも {rows} 行が読み出された。")
        }
    };
    let evidence = taken.iter().flat_map(|(finding, _)| finding.evidence.clone()).collect();
    let value = rows as f64;
    let (kind, unit) = ("rows_returned", "rows");
    Some(Impact { kind, value, low: value, high: value, unit, text, evidence })
}
