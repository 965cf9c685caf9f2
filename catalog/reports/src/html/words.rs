//! The fixed words of the page, in both languages.

use model::incident::Part;
use model::seam::report::Language;

/// Fixed words.
pub(crate) struct Words {
    english: bool,
    /// The language's own name.
    pub(crate) language: &'static str,
    pub(crate) when: &'static str,
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
    pub(crate) began: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) close: &'static str,
    pub(crate) record: &'static str,
    pub(crate) tiers: &'static str,
    pub(crate) coverage: [&'static str; 8],
}

const ENGLISH: Words = Words {
    english: true,
    language: "English",
    when: "When (UTC)",
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
    began: "Began",
    ended: "Last seen",
    close: "Close",
    record: "Record",
    tiers: "R0 only reads · R1 can be undone · R2 is felt by users · R3 cannot be undone",
    coverage: ["Source", "Files", "Records", "Events", "Duplicates", "Rejects", "First", "Last"],
};

const JAPANESE: Words = Words {
    english: false,
    language: "日本語",
    when: "期間（UTC）",
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
    began: "開始",
    ended: "最後の記録",
    close: "閉じる",
    record: "記録",
    tiers: "R0 読み取りのみ · R1 元に戻せる · R2 利用者に影響 · R3 元に戻せない",
    coverage: ["ソース", "ファイル", "レコード", "イベント", "重複", "不正", "最初", "最後"],
};

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    if language == Language::Japanese { &JAPANESE } else { &ENGLISH }
}

impl Words {
    /// An ATT&CK tactic for people.
    pub(crate) fn stage(&self, slug: &str) -> String {
        let japanese = match slug {
            "reconnaissance" => "偵察",
            "resource-development" => "攻撃の準備",
            "initial-access" => "侵入",
            "execution" => "実行",
            "persistence" => "永続化",
            "privilege-escalation" => "権限昇格",
            "defense-evasion" => "防御回避",
            "stealth" => "隠蔽",
            "defense-impairment" => "防御の妨害",
            "credential-access" => "認証情報の窃取",
            "discovery" => "探索",
            "lateral-movement" => "横展開",
            "collection" => "収集",
            "command-and-control" => "遠隔操作 (C2)",
            "exfiltration" => "持ち出し",
            "impact" => "被害",
            _ => "",
        };
        if !self.english && !japanese.is_empty() {
            return japanese.to_owned();
        }
        slug.replace('-', " ")
    }

    /// The part an entity plays, for people.
    pub(crate) fn part(&self, part: Part) -> &'static str {
        match (self.english, part) {
            (true, part) => part.word(),
            (false, Part::Attacker) => "攻撃者",
            (false, Part::Victim) => "被害対象",
            (false, Part::Affected) => "影響範囲",
            (false, Part::Created) => "作成されたもの",
            (false, Part::Used) => "悪用されたもの",
            (false, Part::Bystander) => "周辺",
        }
    }

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
