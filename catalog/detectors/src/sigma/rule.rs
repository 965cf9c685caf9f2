//! A Sigma rule's own words as the noun that findings carry.

use ::sigma::{Level, Meta};
use model::Id;
use model::finding::{Effect, Rule, RuleKind, Severity};

/// The rule that findings name. Without an id, the title gives it one.
pub fn of(meta: &Meta, effect: Effect) -> Rule {
    let derived = || Id::derive("rule", &[meta.title.as_bytes()]).to_string();
    let labels = meta.tags.iter().filter_map(|tag| tag.strip_prefix("attack."));
    let mut techniques: Vec<String> = labels.clone().filter_map(technique).collect();
    let mut tactics: Vec<String> = labels.filter_map(tactic).collect();
    for list in [&mut techniques, &mut tactics] {
        list.sort();
        list.dedup();
    }
    Rule {
        id: meta.id.clone().unwrap_or_else(derived),
        title: meta.title.clone(),
        title_ja: meta.attributes.get("title_ja").cloned(),
        kind: RuleKind::Sigma,
        severity: severity(meta.level),
        effect,
        techniques,
        tactics,
        description: meta.description.trim().to_owned(),
    }
}

/// A rule that does not say how bad it is must not wake anybody.
fn severity(level: Option<Level>) -> Severity {
    match level {
        Some(Level::Critical) => Severity::Critical,
        Some(Level::High) => Severity::High,
        Some(Level::Medium) => Severity::Medium,
        Some(Level::Low) | None => Severity::Low,
        Some(Level::Informational) => Severity::Informational,
    }
}

/// `t1098.001` as `T1098.001`.
fn technique(label: &str) -> Option<String> {
    let number = label.strip_prefix(['t', 'T'])?;
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let valid = match number.split_once('.') {
        Some((main, sub)) => digits(main, 4) && digits(sub, 3),
        None => digits(number, 4),
    };
    valid.then(|| format!("T{number}"))
}

/// `privilege_escalation` as `privilege-escalation`; groups (`g0016`), software (`s0002`) and
/// other numbered things are no tactics.
fn tactic(label: &str) -> Option<String> {
    let wordy = label.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'));
    (wordy && !label.is_empty()).then(|| label.to_ascii_lowercase().replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_techniques_and_tactics() {
        let tags =
            ["attack.t1098.001", "attack.privilege_escalation", "attack.g0016", "cve.2021-1"];
        let meta = Meta { tags: tags.map(str::to_owned).to_vec(), ..Meta::default() };
        let rule = of(&meta, Effect::Success);
        assert_eq!(rule.techniques, ["T1098.001"]);
        assert_eq!(rule.tactics, ["privilege-escalation"]);
        assert_eq!(rule.severity, Severity::Low);
        assert!(!rule.id.is_empty());
    }
}
