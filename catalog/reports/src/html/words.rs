//! The fixed words of the page, in both languages.

use model::seam::report::Language;

/// Fixed words.
pub(crate) struct Words {
    english: bool,
    pub(crate) when: &'static str,
    pub(crate) attack: &'static str,
    pub(crate) entry: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) damage: &'static str,
    pub(crate) gaps: &'static str,
    pub(crate) next: &'static str,
    pub(crate) timeline: &'static str,
    pub(crate) graph: &'static str,
    pub(crate) involved: &'static str,
    pub(crate) lone: &'static str,
    pub(crate) read: &'static str,
    pub(crate) unread: &'static str,
    pub(crate) evidence: &'static str,
    pub(crate) see_json: &'static str,
    pub(crate) filter: &'static str,
    pub(crate) succeeded: &'static str,
    pub(crate) tried: &'static str,
    pub(crate) damage_from: &'static str,
    pub(crate) confidence: &'static str,
    pub(crate) coverage: [&'static str; 8],
}

const ENGLISH: Words = Words {
    english: true,
    when: "When (UTC)",
    attack: "Attack",
    entry: "Entry",
    cause: "Cause",
    damage: "Damage",
    gaps: "What is missing",
    next: "What to do",
    timeline: "Timeline (UTC)",
    graph: "Who and what",
    involved: "Entities",
    lone: "Findings that belong to no incident",
    read: "What was read",
    unread: "Not read",
    evidence: "Records",
    see_json: "(see --format json)",
    filter: "Show only",
    succeeded: "succeeded at",
    tried: "only attempts; nothing shows that one succeeded",
    damage_from: "damage from",
    confidence: "confidence",
    coverage: ["Source", "Files", "Records", "Events", "Duplicates", "Rejects", "First", "Last"],
};

const JAPANESE: Words = Words {
    english: false,
    when: "期間（UTC）",
    attack: "攻撃の成否",
    entry: "侵入口",
    cause: "原因",
    damage: "被害",
    gaps: "不足しているログ",
    next: "対応手順",
    timeline: "タイムライン（UTC）",
    graph: "関係図",
    involved: "関係するもの",
    lone: "インシデントに属さない検知",
    read: "読み取ったログ",
    unread: "読み取れなかったファイル",
    evidence: "証跡",
    see_json: "（--format json を参照）",
    filter: "絞り込み",
    succeeded: "成功",
    tried: "試行のみ（成功を示す記録はありません）",
    damage_from: "被害の発生",
    confidence: "確度",
    coverage: ["ソース", "ファイル", "レコード", "イベント", "重複", "不正", "最初", "最後"],
};

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    if language == Language::Japanese { &JAPANESE } else { &ENGLISH }
}

impl Words {
    /// How many incidents in how many events.
    pub(crate) fn opening(&self, incidents: usize, events: &str) -> String {
        match (self.english, incidents) {
            (true, 0) => format!("No incident found in {events} events."),
            (true, 1) => format!("1 incident in {events} events."),
            (true, n) => format!("{n} incidents in {events} events."),
            (false, 0) => format!("{events} 件のイベントにインシデントは見つかりませんでした。"),
            (false, n) => format!("{events} 件のイベントから {n} 件のインシデント"),
        }
    }
}
