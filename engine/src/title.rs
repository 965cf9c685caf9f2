//! The title of an incident, and the words for kinds of things in Japanese.

use model::incident::{Impact, Involved, Part};
use model::seam::report::Language;
use model::text::printable;
use model::{Effect, EntityKind};

/// Names listed in a title.
const NAMES_MAX: usize = 4;
const PIECE_MAX: usize = 120;

fn clean(text: &str) -> String {
    printable(text, PIECE_MAX).into_owned()
}

/// What a kind of thing is called in sentences.
pub(crate) fn kind(language: Language, kind: EntityKind) -> &'static str {
    use EntityKind as K;
    if language == Language::English {
        return kind.word();
    }
    match kind {
        K::Ip => "アドレス",
        K::Principal => "プリンシパル",
        K::Session => "セッション",
        K::AccessKey => "アクセスキー",
        K::Instance => "インスタンス",
        K::Asg => "Auto Scaling グループ",
        K::Eni => "ネットワークインターフェイス",
        K::Account => "アカウント",
        K::Region => "リージョン",
        K::Host => "ホスト",
        K::Process => "プロセス",
        K::File => "ファイル",
        K::Url => "URL",
        K::Domain => "ドメイン",
        K::Database => "データベース",
        K::Table => "テーブル",
        K::Bucket => "バケット",
        K::Object => "オブジェクト",
        K::Mailbox => "メールボックス",
        K::Container => "コンテナ",
        K::Image => "イメージ",
        K::Role => "ロール",
        K::User => "ユーザー",
    }
}

/// One line that says what it is.
pub(crate) fn title(
    language: Language,
    kind: &str,
    outcome: Effect,
    entities: &[Involved],
    impact: &[Impact],
) -> String {
    let made = |e: &&Involved| e.kind == EntityKind::Instance && e.part == Part::Created;
    let started = entities.iter().any(|e| made(&e));
    let mails = impact.iter().any(|one| one.kind == "mails_sent");
    let accounts =
        entities.iter().filter(|e| e.kind == EntityKind::Account && e.part == Part::Victim);
    let accounts: Vec<String> = accounts.map(|e| clean(&e.value)).collect();
    let hosts = entities.iter().filter(|e| e.kind == EntityKind::Host && e.part == Part::Victim);
    let hosts: Vec<String> = hosts.map(|e| clean(&e.value)).collect();
    let word = match (accounts.is_empty(), language) {
        (true, Language::English) => "host",
        (true, Language::Japanese) => "ホスト",
        (false, Language::English) => "account",
        (false, Language::Japanese) => "アカウント",
    };
    let places = if accounts.is_empty() { hosts } else { accounts };
    let place = places.get(..NAMES_MAX.min(places.len())).unwrap_or(&[]).join(", ");
    let (english, japanese) = words(kind, outcome, started, mails);
    let tried = outcome == Effect::Attempt;
    match (language, place.is_empty()) {
        (Language::English, true) => format!("{english}{}", if tried { " (attempt)" } else { "" }),
        (Language::English, false) => {
            format!("{english}{} ({word} {place})", if tried { ", attempted" } else { "" })
        }
        (Language::Japanese, true) => format!("{japanese}{}", if tried { "（未遂）" } else { "" }),
        (Language::Japanese, false) => {
            format!("{japanese}{}（{word} {place}）", if tried { "の試み" } else { "" })
        }
    }
}

/// What an incident of a kind is called, in both languages.
fn words(kind: &str, outcome: Effect, started: bool, mails: bool) -> (&'static str, &'static str) {
    match kind {
        "federation_abuse" if outcome == Effect::Impact => (
            "Federated login abused to start machines",
            "フェデレーションの悪用による計算資源の不正利用",
        ),
        "federation_abuse" => ("Federated login abused", "フェデレーションの悪用"),
        "resource_hijacking" if started => {
            ("Machines started with a stolen credential", "認証情報の窃取による計算資源の不正利用")
        }
        "resource_hijacking" => (
            "A machine works for somebody else (mining)",
            "マシンの計算資源の不正利用（マイニング）",
        ),
        "web_compromise" if mails => (
            "Web application compromised to send mail",
            "Web アプリケーションへの侵入とメールの不正送信",
        ),
        "ransomware" => ("Data destroyed or held to ransom", "データの破壊・ランサム攻撃"),
        "data_exfiltration" => ("Data taken out of the account", "データの持ち出し"),
        "web_compromise" => ("Web application compromised", "Web アプリケーションへの侵入"),
        "ssrf_credential_theft" => (
            "Credentials of a server stolen through a web page (SSRF)",
            "SSRF によるサーバーの認証情報の窃取",
        ),
        "sql_injection" => {
            ("Database read by SQL injection", "SQL インジェクションによるデータベースの読み出し")
        }
        "web_attack" => ("Attacks on a web application", "Web アプリケーションへの攻撃"),
        "host_compromise" => ("Server compromised", "サーバーへの侵入"),
        "spam" => ("Server compromised to send mail", "サーバーへの侵入とメールの不正送信"),
        "credential_theft" => {
            ("Credential abused and access made permanent", "認証情報の悪用とアクセス権の維持")
        }
        "defense_evasion" => ("Logging or defences switched off", "ログ・防御機能の無効化"),
        _ => ("Suspicious activity", "不審な操作"),
    }
}
