//! Classes of attacks, one file each: whether a decoded value is one.

mod code;
mod command;
mod deserialise;
mod fragment;
mod header;
mod hidden;
mod lookup;
mod pattern;
mod query;
mod shell;
mod sqli;
mod ssrf;
mod template;
mod traversal;
mod upload;
mod xss;
mod xxe;

pub use fragment::is_fragment;
pub use hidden::is_hidden;
pub use shell::is_shell;
pub use upload::{is_script, is_upload};

macro_rules! classes {
    ($($name:ident = $word:literal, $technique:literal, $english:literal, $japanese:literal;)*) => {
        /// What an attack in a request is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Class { $($name),* }

        impl Class {
            /// Every class, in order.
            pub const ALL: &'static [Class] = &[$(Class::$name),*];

            /// A stable word.
            pub fn word(self) -> &'static str {
                match self { $(Class::$name => $word),* }
            }

            /// The ATT&CK technique.
            pub fn technique(self) -> &'static str {
                match self { $(Class::$name => $technique),* }
            }

            /// The name for people, in English and in Japanese.
            pub fn names(self) -> (&'static str, &'static str) {
                match self { $(Class::$name => ($english, $japanese)),* }
            }
        }
    };
}

classes! {
    Sqli = "sqli", "T1190", "SQL injection", "SQL インジェクション";
    Xss = "xss", "T1189", "Cross-site scripting", "クロスサイトスクリプティング";
    Traversal = "traversal", "T1190", "Path traversal or file inclusion", "パストラバーサル";
    Command = "command", "T1059", "Command injection", "コマンドインジェクション";
    Template = "template", "T1190", "Template injection", "テンプレートインジェクション";
    Xxe = "xxe", "T1190", "External entity in XML", "XML 外部実体";
    Ssrf = "ssrf", "T1190", "Request forged through the server", "サーバーサイドリクエストフォージェリ";
    Deserialise = "deserialisation", "T1190", "Serialised object", "安全でないデシリアライズ";
    Lookup = "lookup", "T1190", "Lookup string (Log4Shell)", "ルックアップ文字列 (Log4Shell)";
    Header = "header", "T1190", "Header injection", "ヘッダーインジェクション";
    Shell = "shell", "T1505.003", "Web shell", "Web シェル";
    Upload = "upload", "T1105", "Upload of a script", "スクリプトのアップロード";
    Code = "code", "T1190", "Code injection", "コードインジェクション";
    Query = "query", "T1190", "Injection into LDAP, XPath or NoSQL", "LDAP・XPath・NoSQL インジェクション";
    Hidden = "hidden", "T1595.003", "Request for a file that is not for visitors", "非公開ファイルへの要求";
}

/// Whether a value, in small letters, is of a class.
type Is = fn(&str) -> bool;

/// The class of a decoded value, if it is an attack.
pub fn class(value: &str) -> Option<Class> {
    let small = value.to_lowercase();
    let small = small.as_str();
    let judges: [(Class, Is); 7] = [
        (Class::Lookup, lookup::is_attack),
        (Class::Xxe, xxe::is_attack),
        (Class::Header, header::is_attack),
        (Class::Template, template::is_attack),
        (Class::Ssrf, ssrf::is_attack),
        (Class::Traversal, traversal::is_attack),
        (Class::Command, command::is_attack),
    ];
    if deserialise::is_attack(value) {
        return Some(Class::Deserialise);
    }
    // Payloads of SQL may name files and commands: that they are language comes first.
    if sqli::is_certain(small) {
        return Some(Class::Sqli);
    }
    if xss::is_certain(small) {
        return Some(Class::Xss);
    }
    if let Some((class, _)) = judges.iter().find(|(_, judge)| judge(small)) {
        return Some(*class);
    }
    if xss::is_attack(value, small) {
        return Some(Class::Xss);
    }
    // Languages share their calls: what our own tokens read as SQL is no other.
    if sqli::is_language(value) {
        return Some(Class::Sqli);
    }
    let judges: [(Class, Is); 2] =
        [(Class::Code, code::is_attack), (Class::Query, query::is_attack)];
    if let Some((class, _)) = judges.iter().find(|(_, judge)| judge(small)) {
        return Some(*class);
    }
    sqli::is_attack(value).then_some(Class::Sqli)
}
