//! What `yagura explain` says around the sentences of the report, in both languages.

use correlators::barrier::Barrier;
use model::text::printable;

use crate::args::Lang;

/// What one value takes on the screen, in characters.
const VALUE_MAX: usize = 200;
/// Nanoseconds of an hour.
const HOUR: i64 = 3600 * 1_000_000_000;

/// The words of a language.
pub struct Words {
    pub incident: &'static str,
    pub confidence: &'static str,
    pub joins: &'static str,
    pub alone: &'static str,
    pub entry: &'static str,
    pub cause: &'static str,
    pub steps: &'static str,
    pub because: &'static str,
    pub no_cause: &'static str,
    pub findings: &'static str,
    pub is_in: &'static str,
    pub is_not: &'static str,
    pub records: &'static str,
    pub none: &'static str,
    pub owned: &'static str,
    pub judged: &'static str,
    pub unjudged: &'static str,
    pub elsewhere: &'static str,
    pub lone: &'static str,
    pub more: &'static str,
    japanese: bool,
}

const ENGLISH: Words = Words {
    incident: "Incident",
    confidence: "confidence",
    joins: "Why these findings are one incident",
    alone: "One finding: nothing had to be joined.",
    entry: "How it came in",
    cause: "Why it could happen",
    steps: "The chain",
    because: "led to by step",
    no_cause: "no earlier step is known to have led to it",
    findings: "findings",
    is_in: "is in the incident",
    is_not: "is not in the incident",
    records: "Records that name it",
    none: "No record names it. Is it written as in the logs?",
    owned: "It is one of your own addresses (--assets): never an attacker's.",
    judged: "Findings that name it, and why they stay out",
    unjudged: "No rule spoke of it, so that nothing could be joined: what it did looks benign.",
    elsewhere: "it belongs to incident",
    lone: "in no incident",
    more: "more",
    japanese: false,
};

const JAPANESE: Words = Words {
    incident: "インシデント",
    confidence: "確度",
    joins: "これらの検知を一つのインシデントとした理由",
    alone: "検知は一件のみで、結び付けは行っていません。",
    entry: "侵入経路",
    cause: "原因",
    steps: "証拠の連鎖",
    because: "原因となったステップ",
    no_cause: "これを引き起こした先行ステップは確認できていません",
    findings: "検知",
    is_in: "このインシデントに含まれています",
    is_not: "このインシデントに含まれていません",
    records: "記載のある記録",
    none: "どの記録にも現れません。ログの表記と一致していますか？",
    owned: "自組織のアドレス（--assets）です。攻撃者とは見なしません。",
    judged: "該当する検知と、含まれない理由",
    unjudged: "該当するルールはなく、結び付ける検知がありません。通常の動作と見られます。",
    elsewhere: "別のインシデントに属します：",
    lone: "どのインシデントにも属しません",
    more: "件を省略",
    japanese: true,
};

/// The words of a language.
pub fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &ENGLISH,
        Lang::Ja => &JAPANESE,
    }
}

impl Words {
    /// Why a finding stays out.
    pub fn barrier(&self, barrier: &Barrier) -> String {
        let safe = |value: &str| printable(&model::redact(value), VALUE_MAX).into_owned();
        if self.japanese {
            return match barrier {
                Barrier::Context(severity) => format!(
                    "重大度が {} と低く、同じ認証情報でない限り結び付けません",
                    severity.word()
                ),
                Barrier::Hub(address, callers) => format!(
                    "{} は {callers} の呼び出し元が使う共用アドレスのため、根拠になりません",
                    safe(address)
                ),
                Barrier::Far(_, value, apart) => {
                    format!("{} は共通ですが、{} 時間離れています", safe(value), apart / HOUR)
                }
                Barrier::Common(kind, value) => format!(
                    "共通するのは {} {} だけで、多くの記録に共通するものです",
                    kind.word(),
                    safe(value)
                ),
                Barrier::Service(name) => {
                    format!(
                        "{} は AWS 自身のサービスで、多数の利用者に代わって動作します",
                        safe(name)
                    )
                }
                Barrier::Nothing => {
                    "アドレス・呼び出し元・認証情報・作成物のいずれも共通しません".to_owned()
                }
            };
        }
        match barrier {
            Barrier::Context(severity) => format!(
                "its severity is {}: it would join by the same credential only",
                severity.word()
            ),
            Barrier::Hub(address, callers) => format!(
                "{} is shared by {callers} callers (a proxy, an office): it proves nothing",
                safe(address)
            ),
            Barrier::Far(kind, value, apart) => format!(
                "shares the {} {}, but {} hours apart; within 24 would join",
                kind.word().replace('_', " "),
                safe(value),
                apart / HOUR
            ),
            Barrier::Common(kind, value) => format!(
                "shares only the {} {}, which many have in common",
                kind.word().replace('_', " "),
                safe(value)
            ),
            Barrier::Service(name) => {
                format!("{} is AWS itself, which acts for many", safe(name))
            }
            Barrier::Nothing => "shares no address, caller, credential or created thing".to_owned(),
        }
    }
}
