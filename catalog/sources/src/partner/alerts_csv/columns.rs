//! What the columns of a table of alerts mean, told by their usual names.

use crate::csv::row;

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// When.
    Time,
    /// What was found.
    Name,
    /// How bad it is.
    Severity,
    /// Where it came from.
    SourceIp,
    /// Whom it was sent to.
    TargetIp,
    /// An address that is not said to be either: the machine's.
    Ip,
    /// The machine.
    Host,
    /// The account that was used.
    User,
    /// A file's path or name.
    File,
    /// A file's hash.
    Hash,
    /// An address on the web.
    Url,
    /// What the product did about it.
    Action,
    /// A sentence.
    Message,
    /// The alert's own id.
    Id,
    /// Who says it.
    Product,
    /// The sort of alert.
    Sort,
}

/// Their names without case and punctuation, the surest first.
#[rustfmt::skip]
const NAMES: &[(Part, &[&str])] = &[
    (
        Part::Time,
        &[
            "detectedat", "detectiontime", "alerttime", "eventtime", "timestamp", "datetime",
            "time", "date", "firstseen", "createdat", "created", "検知日時", "検出日時",
            "発生日時", "アラート日時", "発生時刻", "検知時刻", "日時", "時刻",
        ],
    ),
    (
        Part::Name,
        &[
            "alertname", "alerttitle", "alert", "rulename", "rule", "signature", "signaturename",
            "threatname", "threat", "malwarename", "malware", "detectionname", "detection",
            "title", "name", "アラート名", "アラート", "検知名", "検出名", "脅威名", "ルール名",
            "シグネチャ名", "シグネチャ", "マルウェア名", "件名",
        ],
    ),
    (
        Part::Severity,
        &["severity", "level", "priority", "risk", "重大度", "深刻度", "重要度", "優先度", "危険度"],
    ),
    (
        Part::SourceIp,
        &[
            "srcip", "sourceip", "sourceipaddress", "sourceaddress", "src", "attackerip",
            "clientip", "remoteip", "送信元ip", "送信元ipアドレス", "送信元", "接続元ip",
            "接続元ipアドレス", "攻撃元ip", "攻撃元ipアドレス",
        ],
    ),
    (
        Part::TargetIp,
        &[
            "dstip", "destip", "destinationip", "destinationipaddress", "destinationaddress",
            "dst", "targetip", "victimip", "宛先ip", "宛先ipアドレス", "送信先ip",
            "送信先ipアドレス", "宛先", "接続先ip", "接続先ipアドレス",
        ],
    ),
    (Part::Ip, &["ip", "ipaddress", "hostip", "deviceip", "ipアドレス", "端末ip"]),
    (
        Part::Host,
        &[
            "hostname", "host", "device", "devicename", "computer", "computername", "endpoint",
            "machine", "asset", "server", "ホスト名", "ホスト", "端末名", "端末", "コンピュータ名",
            "コンピューター名", "デバイス名", "サーバ名", "サーバー名",
        ],
    ),
    (
        Part::User,
        &["user", "username", "account", "accountname", "ユーザー", "ユーザ", "ユーザー名", "ユーザ名", "アカウント"],
    ),
    (
        Part::File,
        &["filepath", "path", "file", "filename", "object", "ファイルパス", "ファイル", "ファイル名", "パス"],
    ),
    (Part::Hash, &["sha256", "sha1", "md5", "filehash", "hash", "ハッシュ", "ハッシュ値"]),
    (Part::Url, &["url", "uri", "requesturl"]),
    (
        Part::Action,
        &["action", "actiontaken", "disposition", "response", "result", "対応", "処置", "アクション", "処理", "結果"],
    ),
    (
        Part::Message,
        &["message", "description", "details", "detail", "summary", "メッセージ", "説明", "詳細", "内容", "概要"],
    ),
    (Part::Id, &["alertid", "eventid", "id", "アラートid", "イベントid"]),
    (Part::Product, &["product", "productname", "vendor", "sensor", "製品", "製品名"]),
    (Part::Sort, &["category", "type", "alerttype", "threattype", "classification", "種別", "分類", "カテゴリ"]),
];

/// A table with more columns is none of alerts.
const COLUMNS_MAX: usize = 256;

/// The columns of a table.
pub struct Columns {
    /// What parts them.
    pub delimiter: u8,
    /// Their names, as the header line has them.
    pub names: Vec<String>,
    parts: Vec<(Part, usize)>,
}

impl Columns {
    /// The columns that a header line names: a time, what was found, and whom or what it is about.
    pub fn of(header: &str) -> Option<Self> {
        let header = header.trim().trim_start_matches('\u{feff}');
        if header.starts_with(['{', '[', '#', '<']) {
            return None;
        }
        [b',', b';', b'\t'].into_iter().find_map(|delimiter| {
            let names = row(&mut parser(delimiter), delimiter, header).ok()?;
            if names.len() < 3 || names.len() > COLUMNS_MAX {
                return None;
            }
            let parts = parts(&names);
            let has = |part: Part| parts.iter().any(|(p, _)| *p == part);
            let about =
                [Part::SourceIp, Part::TargetIp, Part::Ip, Part::Host, Part::User, Part::File];
            let fits = has(Part::Time) && has(Part::Name) && about.into_iter().any(has);
            fits.then_some(Columns { delimiter, names, parts })
        })
    }

    /// A parser of the table's rows.
    pub fn parser(&self) -> csv_core::Reader {
        parser(self.delimiter)
    }

    /// Where a part stands.
    pub fn place(&self, part: Part) -> Option<usize> {
        self.parts.iter().find(|(p, _)| *p == part).map(|(_, at)| *at)
    }
}

fn parser(delimiter: u8) -> csv_core::Reader {
    csv_core::ReaderBuilder::new().delimiter(delimiter).build()
}

/// The column of each part: that of its surest name.
fn parts(names: &[String]) -> Vec<(Part, usize)> {
    let plain: Vec<String> = names
        .iter()
        .map(|n| n.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
        .collect();
    let column = |known: &&str| plain.iter().position(|name| name == known);
    NAMES
        .iter()
        .filter_map(|(part, known)| Some((*part, known.iter().find_map(&column)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_alerts_and_of_other_tables() {
        for header in [
            "time,name,ip,host",
            "\u{feff}\"Detected At\";\"Threat Name\";\"Computer\"",
            "検知日時\tアラート名\t送信元IPアドレス",
        ] {
            assert!(Columns::of(header).is_some(), "{header}");
        }
        for header in [
            "time,name,cost",
            "time,ip,host",
            "name,ip,host",
            "Event name,Event time,User name",
            "TIMESTAMP;CHECK_TITLE;SEVERITY;RESOURCE_NAME",
            "{\"time\":1,\"name\":2,\"host\":3}",
            "",
        ] {
            assert!(Columns::of(header).is_none(), "{header}");
        }
    }
}
