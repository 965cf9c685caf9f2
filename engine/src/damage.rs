//! What the intruder's credentials did besides what rules found: what it hit, and how often.

use std::collections::BTreeMap;

use model::finding::Evidence;
use model::incident::{Impact, Involved, Part};
use model::seam::report::Language;
use model::{Effect, EntityKind, Role};

use crate::deeds::{Trace, place};
use crate::meaning::{self, Counted, Meaning};
use crate::recall::{Recalled, Record};

/// Records that a number cites.
const CITED_MAX: usize = 8;

/// A deed with its record and what it means.
type Done<'d> = (&'d Trace, &'d Record, Meaning);

fn done<'d>(deeds: &'d [(&str, &Trace)], recalled: &'d Recalled) -> impl Iterator<Item = Done<'d>> {
    deeds.iter().filter_map(|(_, trace)| {
        let record = recalled.get(&place(&trace.evidence))?;
        Some((*trace, record, meaning::of(&record.action, trace.refused)))
    })
}

/// Damage in numbers: objects read, objects deleted, identities made.
pub(crate) fn counted(
    deeds: &[(&str, &Trace)],
    recalled: &Recalled,
    language: Language,
) -> Vec<Impact> {
    let mut all: BTreeMap<Counted, (u64, Vec<Evidence>)> = BTreeMap::new();
    for (trace, _, meaning) in done(deeds, recalled) {
        if let Some(kind) = meaning.counts {
            let (count, cited) = all.entry(kind).or_default();
            *count += trace.count();
            cited.push(trace.evidence.clone());
        }
    }
    let told = all.into_iter().map(|(counted, (count, mut evidence))| {
        evidence.sort();
        evidence.truncate(CITED_MAX);
        let ((kind, unit), value) = (counted.words(), count as f64);
        let text = sentence(language, counted, count);
        Impact { kind, value, low: value, high: value, unit, text, evidence }
    });
    told.chain(bytes(deeds, recalled, language)).collect()
}

/// Bytes that left with objects and rows that were read. A record that does not say how many
/// leaves the number open upwards: it is the least, and no most is known beyond it.
fn bytes(deeds: &[(&str, &Trace)], recalled: &Recalled, language: Language) -> Option<Impact> {
    let read = done(deeds, recalled).filter(|(_, _, meaning)| meaning.stage == "collection");
    let (mut sum, mut evidence, mut silent) = (0_u64, Vec::new(), 0_u64);
    for (trace, _, _) in read {
        match trace.bytes {
            Some(bytes) => {
                sum = sum.saturating_add(bytes);
                evidence.push(trace.evidence.clone());
            }
            None => silent += trace.count(),
        }
    }
    if sum == 0 {
        return None;
    }
    evidence.sort();
    evidence.truncate(CITED_MAX);
    let size = size(sum);
    let text = match (language, silent) {
        (Language::English, 0) => format!("{size} left with what was read."),
        (Language::English, _) => {
            format!(
                "At least {size} left with what was read ({silent} records do not say how much)."
            )
        }
        (Language::Japanese, 0) => format!("読み取りにより {size} が持ち出された。"),
        (Language::Japanese, _) => {
            format!(
                "読み取りにより少なくとも {size} が持ち出された（{silent} 件はサイズの記録なし）。"
            )
        }
    };
    let value = sum as f64;
    Some(Impact {
        kind: "bytes_out",
        value,
        low: value,
        high: value,
        unit: "bytes",
        text,
        evidence,
    })
}

/// A number of bytes as people say it: three digits and a unit of a thousand.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB"];
    let (mut value, mut unit) = (bytes as f64, "bytes");
    for larger in units {
        if value < 1_000.0 {
            break;
        }
        (value, unit) = (value / 1_000.0, larger);
    }
    match unit {
        "bytes" => format!("{bytes} bytes"),
        _ if value < 10.0 => format!("{value:.2} {unit}"),
        _ if value < 100.0 => format!("{value:.1} {unit}"),
        _ => format!("{value:.0} {unit}"),
    }
}

fn sentence(language: Language, counted: Counted, n: u64) -> String {
    let english = language == Language::English;
    match counted {
        Counted::ObjectsRead if english => {
            format!("{n} objects were read with the intruder's credentials.")
        }
        Counted::ObjectsRead => format!("侵入者の認証情報でオブジェクト {n} 件が読み取られた。"),
        Counted::ObjectsDeleted if english => {
            format!("{n} objects were deleted with the intruder's credentials.")
        }
        Counted::ObjectsDeleted => format!("侵入者の認証情報でオブジェクト {n} 件が削除された。"),
        Counted::Identities if english => {
            format!("{n} users or roles were made with the intruder's credentials.")
        }
        Counted::Identities => {
            format!("侵入者の認証情報でユーザーまたはロールが {n} 件作成された。")
        }
    }
}

/// What the deeds changed, made or took.
pub(crate) fn hit(deeds: &[(&str, &Trace)], recalled: &Recalled) -> Vec<Involved> {
    let mut out = Vec::new();
    for (trace, record, meaning) in done(deeds, recalled) {
        if meaning.effect < Effect::Success {
            continue;
        }
        for entity in record.entities.iter().filter(|entity| lasts(entity.kind)) {
            let part = match entity.role {
                Role::Created => Part::Created,
                Role::Target => Part::Affected,
                _ => continue,
            };
            let (first, last) = (trace.first, trace.last);
            out.push(Involved {
                kind: entity.kind,
                value: entity.value.to_string(),
                part,
                first,
                last,
            });
        }
    }
    out
}

/// Things with a name of their own; of single objects only the first would be named.
fn lasts(kind: EntityKind) -> bool {
    use EntityKind::{AccessKey, Bucket, Database, Host, Image, Instance, Role, Table, User};
    matches!(kind, AccessKey | Bucket | Database | Host | Image | Instance | Role | Table | User)
}

/// Adds them to those of the findings; what is known already stays as it is.
pub(crate) fn involve(entities: &mut Vec<Involved>, more: Vec<Involved>) {
    for one in more {
        let same = |known: &&mut Involved| known.kind == one.kind && known.value == one.value;
        match entities.iter_mut().find(same) {
            Some(known) => {
                let lost = known.part == Part::Used && one.part == Part::Affected;
                if known.part == Part::Bystander || (lost && one.kind == EntityKind::Instance) {
                    known.part = one.part;
                }
                (known.first, known.last) = (known.first.min(one.first), known.last.max(one.last));
            }
            None => entities.push(one),
        }
    }
    entities.sort();
}
