//! Sentences and numbers for people, in both languages.

use model::seam::report::Language;
use model::text::printable;
use model::{Effect, Finding, Severity, redact};

/// The longest text of a log inside a sentence, in characters.
pub(crate) const PHRASE_MAX: usize = 200;

/// The longest sentence of a judge of many events, in characters.
const DETAIL_MAX: usize = 1200;

/// Text of a log, safe to show: without secrets and control characters, bounded.
pub(crate) fn safe(text: &str, max: usize) -> String {
    printable(&redact(text), max).into_owned()
}

/// One sentence on a finding: what, how often, from where, with what.
pub(crate) fn finding(finding: &Finding, language: Language) -> String {
    let japanese = language == Language::Japanese;
    let mut details = Vec::new();
    if finding.count != 1 {
        let count = grouped(finding.count);
        details.push(if japanese { format!("{count}回") } else { format!("{count} times") });
    }
    if let Some(address) = &finding.address {
        let address = safe(address, PHRASE_MAX);
        details.push(if japanese {
            format!("接続元 {address}")
        } else {
            format!("from {address}")
        });
    }
    if let Some(credential) = &finding.credential {
        let credential = safe(credential, PHRASE_MAX);
        let words = if japanese { "認証情報" } else { "with" };
        details.push(format!("{words} {credential}"));
    }
    let title = safe(&finding.rule.title, PHRASE_MAX);
    let action = match &finding.detail {
        Some(detail) => safe(detail.text_in(language), DETAIL_MAX),
        None => safe(&finding.action, PHRASE_MAX),
    };
    let colon = if japanese { "：" } else { ": " };
    let what = if action.is_empty() { title } else { format!("{title}{colon}{action}") };
    match (details.is_empty(), japanese) {
        (true, _) => what,
        (false, false) => format!("{what} ({})", details.join(", ")),
        (false, true) => format!("{what}（{}）", details.join("、")),
    }
}

/// The word for a severity.
pub(crate) fn severity(severity: Severity, language: Language) -> &'static str {
    match (language, severity) {
        (Language::English, Severity::Critical) => "CRITICAL",
        (Language::English, Severity::High) => "HIGH",
        (Language::English, Severity::Medium) => "MEDIUM",
        (Language::English, Severity::Low) => "LOW",
        (Language::English, Severity::Informational) => "INFO",
        (Language::Japanese, Severity::Critical) => "緊急",
        (Language::Japanese, Severity::High) => "高",
        (Language::Japanese, Severity::Medium) => "中",
        (Language::Japanese, Severity::Low) => "低",
        (Language::Japanese, Severity::Informational) => "情報",
    }
}

/// The mark and the word for what a record shows.
pub(crate) fn effect(effect: Effect, language: Language) -> &'static str {
    match (language, effect) {
        (Language::English, Effect::Attempt) => "○ attempt",
        (Language::English, Effect::Success) => "● success",
        (Language::English, Effect::Impact) => "▲ impact",
        (Language::Japanese, Effect::Attempt) => "○ 試行",
        (Language::Japanese, Effect::Success) => "● 成功",
        (Language::Japanese, Effect::Impact) => "▲ 被害",
    }
}

/// A count with a comma between thousands.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun, in English.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A size for people: `1.2 MB`, in powers of ten.
pub(crate) fn size(bytes: u64) -> String {
    let mut amount = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if amount < 999.5 {
            let digits = usize::from(unit != "B" && amount < 9.95);
            return format!("{amount:.digits$} {unit}");
        }
        amount /= 1000.0;
    }
    format!("{amount:.1} TB")
}

/// A unit of damage for people.
pub(crate) fn unit(unit: &'static str, language: Language) -> &'static str {
    match (language, unit) {
        (Language::English, unit) => unit,
        (_, "hours") => "時間",
        (_, "USD") => "米ドル",
        (_, "bytes") => "バイト",
        (_, "mails") => "通",
        (_, "instances") => "台",
        (_, "rows") => "行",
        (_, "objects" | "identities") => "件",
        (_, unit) => unit,
    }
}

/// A span of nanoseconds for people, in its two largest units.
pub(crate) fn span(nanos: i64, language: Language) -> String {
    let units: [(i64, &str, &str); 4] =
        [(86_400, "d", "日"), (3600, "h", "時間"), (60, "min", "分"), (1, "s", "秒")];
    let mut seconds = nanos.max(0) / 1_000_000_000;
    let mut parts = Vec::new();
    for (length, english, japanese) in units {
        let count = seconds / length;
        seconds %= length;
        if count > 0 || (parts.is_empty() && length == 1) {
            parts.push(match language {
                Language::English => format!("{count} {english}"),
                Language::Japanese => format!("{count}{japanese}"),
            });
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(if language == Language::English { " " } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [0, 999, 1200, 9_960_000, 25_000_000_000].map(size),
            ["0 B", "999 B", "1.2 kB", "10 MB", "25 GB"]
        );
        let spans = [0, 61, 3600, 90_061].map(|s| span(s * 1_000_000_000, Language::English));
        assert_eq!(spans, ["0 s", "1 min 1 s", "1 h", "1 d 1 h"]);
        assert_eq!(span(7_500_000_000_000, Language::Japanese), "2時間5分");
    }
}
