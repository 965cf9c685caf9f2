//! What behaviour findings are called, how bad they are, and what they show.

use std::sync::Arc;

use model::finding::{Effect, Rule, RuleKind, Severity};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Found {
    Scan,
    ScanInside,
    Guessed,
    Sprayed,
    Enumeration,
    LaunchBurst,
    Deletion,
    Mining,
    PoolName,
    MailBurst,
    Tunnel,
    Generated,
    AlertRun,
    Borrowed,
    BorrowedMaybe,
    Travel,
    TravelMaybe,
    Beacon,
    BeaconStanding,
    Sent,
    SentLarge,
    ReadMuch,
    Locked,
    FilesDeleted,
    Error,
    ErrorNear,
}

/// Id, English and Japanese title, technique, tactic, severity, effect.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Severity, Effect);

/// In the order of [`Found`].
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("behavior.scan", "Port scan from outside", "外部からのポートスキャン", "T1595.001", "reconnaissance", Severity::Medium, Effect::Attempt),
    ("behavior.scan.inside", "Port scan by a host inside", "内部ホストによるポートスキャン", "T1046", "discovery", Severity::Medium, Effect::Success),
    ("behavior.login.guessed", "Password guessed", "パスワード推測の成功", "T1110.001", "credential-access", Severity::High, Effect::Success),
    ("behavior.login.sprayed", "Login after many accounts were tried", "多数のアカウントを試した後のログイン", "T1110.003", "credential-access", Severity::High, Effect::Success),
    ("behavior.aws.enumeration", "Burst of many different reading calls", "多種の参照系 API 呼び出しの集中", "T1580", "discovery", Severity::Medium, Effect::Success),
    ("behavior.aws.launch_burst", "Burst of large machines", "大型インスタンスの集中起動", "T1496", "impact", Severity::Medium, Effect::Success),
    ("behavior.aws.deletion", "Burst of deletions", "削除の集中", "T1485", "impact", Severity::Medium, Effect::Impact),
    ("behavior.mining", "Mining of cryptocurrency", "暗号資産のマイニング", "T1496.001", "impact", Severity::High, Effect::Impact),
    ("behavior.mining.name", "A mining pool's name was asked for", "マイニングプールの名前解決", "T1496.001", "impact", Severity::Medium, Effect::Success),
    ("behavior.mail_burst", "Burst of mail", "メールの大量送信", "T1496.003", "impact", Severity::Medium, Effect::Success),
    ("behavior.dns.tunnel", "Data in names that DNS is asked for", "DNS 問い合わせ名によるデータの送出", "T1071.004", "command-and-control", Severity::High, Effect::Success),
    ("behavior.dns.generated", "Names made by a program", "プログラムが生成したドメイン名", "T1568.002", "command-and-control", Severity::Medium, Effect::Success),
    ("behavior.alert_run", "Run of rare alerts", "まれなアラートの連続", "T1190", "initial-access", Severity::High, Effect::Success),
    ("behavior.aws.instance_credentials", "Credentials of an instance used elsewhere", "インスタンスの認証情報の外部での使用", "T1552.005", "credential-access", Severity::High, Effect::Success),
    ("behavior.aws.instance_credentials.unusual", "Credentials of an instance from an unusual address", "普段と異なるアドレスからのインスタンス認証情報の使用", "T1552.005", "credential-access", Severity::Low, Effect::Success),
    ("behavior.login.travel", "One account at two places at once", "同一アカウントの不可能な移動", "T1078", "initial-access", Severity::Medium, Effect::Success),
    ("behavior.login.travel.unlikely", "One account in two regions of the world", "同一アカウントの離れた地域からのログイン", "T1078", "initial-access", Severity::Low, Effect::Success),
    ("behavior.beacon", "Calls outside in a new rhythm", "新たな周期的外部通信（ビーコン）", "T1071.001", "command-and-control", Severity::Medium, Effect::Success),
    ("behavior.beacon.standing", "Calls outside in a rhythm", "周期的な外部通信", "T1071.001", "command-and-control", Severity::Low, Effect::Success),
    ("behavior.sent", "Far more data sent out than usual", "通常を大きく超える外部へのデータ送信", "T1048", "exfiltration", Severity::Medium, Effect::Success),
    ("behavior.sent.large", "Much data sent to one place outside", "外部の 1 宛先への大量データ送信", "T1048", "exfiltration", Severity::Low, Effect::Success),
    ("behavior.s3.read", "Far more objects read than ever before", "過去にない大量のオブジェクト読み取り", "T1530", "collection", Severity::Medium, Effect::Success),
    ("behavior.locked", "Data locked with a foreign key or ending", "データの一括暗号化", "T1486", "impact", Severity::High, Effect::Impact),
    ("behavior.files.deleted", "Burst of deleted files", "ファイルの大量削除", "T1485", "impact", Severity::Medium, Effect::Impact),
    ("behavior.log.new_error", "New kind of error", "新しい種類のエラー", "T1190", "initial-access", Severity::Low, Effect::Attempt),
    ("behavior.log.new_error.near", "New kind of error near something found", "検知の前後に出た新しい種類のエラー", "T1190", "initial-access", Severity::Medium, Effect::Attempt),
];

/// Every rule, in the order of [`Found`].
pub fn all() -> Vec<Arc<Rule>> {
    let rule = |(id, title, japanese, technique, tactic, severity, effect): &Row| {
        Arc::new(Rule {
            id: (*id).to_owned(),
            title: (*title).to_owned(),
            title_ja: Some((*japanese).to_owned()),
            kind: RuleKind::Behavior,
            severity: *severity,
            effect: *effect,
            techniques: vec![(*technique).to_owned()],
            tactics: vec![(*tactic).to_owned()],
            description: String::new(),
        })
    };
    ROWS.iter().map(rule).collect()
}
