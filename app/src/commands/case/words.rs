//! The words of `yagura case` in both languages.

use model::case::{Resolution, Status};
use model::seam::report::Language;

/// Fixed words.
pub struct Words {
    pub none: &'static str,
    pub owner: &'static str,
    pub nobody: &'static str,
    pub opened: &'static str,
    pub updated: &'static str,
    pub story: &'static str,
    pub checklist: &'static str,
    pub notes: &'static str,
    pub actions: &'static str,
    pub links: &'static str,
    pub tickets: &'static str,
    pub history: &'static str,
    pub false_positive: &'static str,
    pub similar: &'static str,
    pub none_similar: &'static str,
    pub public: &'static str,
    pub helped: &'static str,
    pub of_cases: &'static str,
}

const ENGLISH: Words = Words {
    none: "no cases",
    owner: "Owner",
    nobody: "nobody",
    opened: "Opened",
    updated: "Changed",
    story: "What happened",
    checklist: "To do",
    notes: "Notes",
    actions: "Done",
    links: "Other cases",
    tickets: "Tickets",
    history: "History",
    false_positive: "the case is closed; `yagura case except` keeps one rule quiet for one thing until a day",
    similar: "Similar cases",
    none_similar: "no similar case is kept",
    public: "Public incidents of this shape (external: not yours)",
    helped: "What helped in similar cases",
    of_cases: "cases",
};

const JAPANESE: Words = Words {
    none: "ケースはありません",
    owner: "担当",
    nobody: "未定",
    opened: "開始",
    updated: "更新",
    story: "経緯",
    checklist: "対応項目",
    notes: "メモ",
    actions: "実施した対応",
    links: "関連するケース",
    tickets: "チケット",
    history: "履歴",
    false_positive: "ケースを完了にしました。`yagura case except` で、ルールと対象を絞った期限付きの例外を登録できます",
    similar: "似たケース",
    none_similar: "似たケースは記録されていません",
    public: "似た公開事例(外部の事例で、自組織のものではありません)",
    helped: "似たケースで効いた対応",
    of_cases: "件",
};

/// The words of a language.
pub fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    }
}

/// A status for people.
pub fn status(status: Status, language: Language) -> &'static str {
    match (language, status) {
        (Language::English, status) => status.word(),
        (_, Status::New) => "新規",
        (_, Status::Investigating) => "調査中",
        (_, Status::Contained) => "封じ込め済み",
        (_, Status::Resolved) => "解決済み",
        (_, Status::Closed) => "完了",
    }
}

/// A resolution for people.
pub fn resolution(resolution: Resolution, language: Language) -> &'static str {
    match (language, resolution) {
        (Language::English, resolution) => resolution.word(),
        (_, Resolution::TruePositive) => "真の検知",
        (_, Resolution::Benign) => "問題なし",
        (_, Resolution::FalsePositive) => "誤検知",
        (_, Resolution::Duplicate) => "重複",
    }
}
