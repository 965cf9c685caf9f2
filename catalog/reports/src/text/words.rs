//! The fixed words of the text, in English and Japanese.

use model::EntityKind;
use model::incident::Part;
use model::seam::report::Language;

/// Headings and labels of one language.
pub(crate) struct Words {
    pub(crate) incident: &'static str,
    pub(crate) confidence: &'static str,
    pub(crate) period: &'static str,
    pub(crate) attack: &'static str,
    pub(crate) entry: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) damage: &'static str,
    pub(crate) what_next: &'static str,
    pub(crate) timeline: &'static str,
    pub(crate) joined: &'static str,
    pub(crate) loose: &'static str,
    pub(crate) read: &'static str,
    pub(crate) skipped: &'static str,
    pub(crate) rejects: &'static str,
    pub(crate) warnings: &'static str,
    pub(crate) evidence: &'static str,
    pub(crate) evidence_note: &'static str,
    pub(crate) host: &'static str,
    /// How a host is known: by the record, by assets, by the path.
    pub(crate) host_by: [&'static str; 3],
    pub(crate) nothing_read: &'static str,
    pub(crate) total: &'static str,
    /// Source, files, records, events, duplicates, rejects, first, last.
    pub(crate) tally: [&'static str; 8],
    /// Severity, rule, findings, events, first, last.
    pub(crate) rules: [&'static str; 6],
    /// Between the entries of a list.
    pub(crate) comma: &'static str,
}

const ENGLISH: Words = Words {
    incident: "Incident",
    confidence: "confidence",
    period: "When",
    attack: "Attack",
    entry: "Entry",
    cause: "Cause",
    damage: "Damage",
    what_next: "What to do next",
    timeline: "Timeline (UTC)",
    joined: "Why these findings belong together",
    loose: "Findings that belong to no incident",
    read: "What was read",
    skipped: "Not read",
    rejects: "Records that could not be read",
    warnings: "Warnings",
    evidence: "Evidence",
    host: "host",
    host_by: ["the record says so", "by --assets", "by the name of its folder or file"],
    evidence_note: "file:line, #record counted from 0; \
                    the records themselves are in --format json.",
    nothing_read: "Nothing was read: no input was recognised. \
                   This does not mean that all is well.",
    total: "total",
    tally: ["source", "files", "records", "events", "duplicates", "rejects", "first", "last"],
    rules: ["severity", "rule", "findings", "events", "first", "last"],
    comma: ", ",
};

const JAPANESE: Words = Words {
    incident: "インシデント",
    confidence: "確度",
    period: "期間",
    attack: "攻撃の成否",
    entry: "侵入経路",
    cause: "原因",
    damage: "被害状況",
    what_next: "推奨される対応（上から順に）",
    timeline: "タイムライン（UTC）",
    joined: "関連付けの根拠",
    loose: "インシデントに含まれない検知",
    read: "読み込んだログ",
    skipped: "読み込まなかったファイル",
    rejects: "解釈できなかったレコード",
    warnings: "警告",
    evidence: "証跡",
    host: "ホスト",
    host_by: ["記録による", "--assetsによる", "フォルダ名・ファイル名による"],
    evidence_note: "ファイル:行（#はレコード番号、0始まり）。原文は --format json で確認できます。",
    nothing_read: "ログを1件も読み込めませんでした。対応する形式の入力がありません。\
                   「異常なし」という意味ではありません。",
    total: "合計",
    tally: ["ログ種別", "ファイル", "レコード", "イベント", "重複", "解釈不可", "最初", "最後"],
    rules: ["深刻度", "ルール", "検知", "イベント", "最初", "最後"],
    comma: "、",
};

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    }
}

/// The label of a part in an incident.
pub(crate) fn part(part: Part, language: Language) -> &'static str {
    let (english, japanese) = match part {
        Part::Attacker => ("Attacker", "攻撃元"),
        Part::Victim => ("Victim", "被害対象"),
        Part::Affected => ("Affected", "影響範囲"),
        Part::Created => ("Created", "作成されたもの"),
        Part::Used => ("Used", "悪用されたもの"),
        Part::Bystander => ("Also seen", "その他"),
    };
    if language == Language::English { english } else { japanese }
}

/// The word for a kind of entity.
pub(crate) fn kind(kind: EntityKind, language: Language) -> &'static str {
    if language == Language::English {
        return match kind {
            EntityKind::Ip => "address",
            EntityKind::AccessKey => "access key",
            EntityKind::Asg => "Auto Scaling group",
            EntityKind::Eni => "network interface",
            kind => kind.word(),
        };
    }
    match kind {
        EntityKind::Ip => "IPアドレス",
        EntityKind::Principal => "プリンシパル",
        EntityKind::Session => "セッション",
        EntityKind::AccessKey => "アクセスキー",
        EntityKind::Instance => "インスタンス",
        EntityKind::Asg => "Auto Scalingグループ",
        EntityKind::Eni => "ネットワークインターフェイス",
        EntityKind::Account => "アカウント",
        EntityKind::Region => "リージョン",
        EntityKind::Host => "ホスト",
        EntityKind::Process => "プロセス",
        EntityKind::File => "ファイル",
        EntityKind::Url => "URL",
        EntityKind::Domain => "ドメイン",
        EntityKind::Database => "データベース",
        EntityKind::Table => "テーブル",
        EntityKind::Bucket => "バケット",
        EntityKind::Object => "オブジェクト",
        EntityKind::Mailbox => "メールボックス",
        EntityKind::Container => "コンテナ",
        EntityKind::Image => "イメージ",
        EntityKind::Role => "ロール",
        EntityKind::User => "ユーザー",
    }
}
