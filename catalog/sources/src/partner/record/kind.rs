//! What a record tells of: an attack, traffic, a request, a login. Products name it in words.

use super::{Record, keys};

/// The sorts of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something was detected.
    Finding,
    /// A connection, let through or not.
    Traffic,
    /// A request on the web.
    Web,
    /// Somebody logged in, or tried.
    Login,
    /// The product speaks of itself.
    Other,
}

/// The most of a text that is searched for words.
const SEARCHED_MAX: usize = 512;
/// From this severity on, a record is about something bad.
const BAD: i64 = 4;
/// Parts of words that tell of an attack.
const THREATS: &[&str] = &[
    "attack",
    "threat",
    "malware",
    "virus",
    "trojan",
    "exploit",
    "intrusion",
    "injection",
    "xss",
    "cross-site",
    "cross site",
    "ransom",
    "botnet",
    "spyware",
    "phish",
    "vulnerab",
    "suspicious",
    "anomal",
    "brute",
    "backdoor",
    "command and control",
    "beacon",
    "coinmin",
    "cryptomin",
    "malicious",
    "compromise",
    "infect",
    "quarantine",
    "detect",
    "spoof",
    "web shell",
    "webshell",
    "port scan",
    "portscan",
    "port-scan",
    "reconnaissance",
    "eicar",
    "traversal",
];
/// Parts of words that tell of malware in a file.
const MALWARE: &[&str] = &[
    "malware",
    "virus",
    "trojan",
    "ransom",
    "spyware",
    "worm",
    "backdoor",
    "web shell",
    "webshell",
    "eicar",
    "coinmin",
    "cryptomin",
];
/// Products that write of attacks only, or of requests that they judge.
const JUDGES: &[&str] = &[
    "ids",
    "ips",
    "waf",
    "asm",
    "securesphere",
    "fortiweb",
    "appfw",
    "antivirus",
    "anti-malware",
    "edr",
    "xdr",
    "endpoint",
    "falcon",
    "deep security",
    "defender",
];
const LOGINS: &[&str] =
    &["login", "logon", "log on", "logged in", "logged on", "sign-in", "signin", "authentication"];
/// Words of products about themselves.
const CHORES: &[&str] = &[
    "admin",
    "config",
    "update",
    "upgrade",
    "started",
    "stopped",
    "startup",
    "shutdown",
    "system",
    "audit",
    "health",
    "license",
    "backup",
    "heartbeat",
    "logout",
    "logoff",
    "logged off",
];

impl Record<'_> {
    /// What it tells of.
    pub(super) fn kind(&self) -> Kind {
        let name = self.head.name.as_deref().unwrap_or("");
        let category = self.first(keys::CATEGORY).unwrap_or_default();
        let text = lower(&[&self.head.id, name, &category]);
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let is_web = self.first(keys::METHOD).is_some()
            || self.first(keys::URL).is_some_and(|url| url.contains("://"));
        // The log of requests of a firewall is named a threat where it is none.
        let is_filter = is_web && (self.head.id == "url" || text.contains("webfilter"));
        if !is_filter && (has(THREATS) || self.labelled(keys::THREAT).is_some()) {
            return Kind::Finding;
        }
        let is_login = self.raw("isLoginEvent").is_some_and(|v| v.eq_ignore_ascii_case("true"));
        let has_user = self.user().is_some();
        if has_user && (is_login || has(LOGINS)) {
            return Kind::Login;
        }
        let product = self.head.product.to_lowercase();
        let mut parts = product.split(|c: char| !c.is_alphanumeric() && c != '-');
        let judges = JUDGES.iter().any(|j| j.contains(' ') && product.contains(j))
            || parts.any(|part| JUDGES.contains(&part));
        // A firewall for the web says what it found where it stopped a request.
        if !judges && self.severity() >= BAD {
            return Kind::Finding;
        }
        if is_web && !judges {
            return Kind::Web;
        }
        let ends = self.address(keys::SOURCE_IP).or(self.address(keys::TARGET_IP)).is_some();
        let is_flow =
            self.first(keys::PROTOCOL).is_some() || self.number(keys::TARGET_PORT).is_some();
        if ends && is_flow && !judges {
            return Kind::Traffic;
        }
        let is_chore = self.severity() <= 2 && !judges && has(CHORES);
        if is_chore { Kind::Other } else { Kind::Finding }
    }

    /// Whether what was found is malware.
    pub(super) fn is_malware(&self) -> bool {
        let name = self.head.name.as_deref().unwrap_or("");
        let threat = self.labelled(keys::THREAT).unwrap_or_default();
        let category = self.first(keys::CATEGORY).unwrap_or_default();
        let text = lower(&[&self.head.id, name, &category, &threat, &self.head.product]);
        MALWARE.iter().any(|word| text.contains(word))
    }

    /// OCSF's severity: words, or a number from 0 to 10.
    pub(super) fn severity(&self) -> i64 {
        let own = self.head.severity.as_deref().filter(|text| !text.is_empty());
        let sev = self.first(&["sev", "severity"]);
        let Some(text) = own.or(sev.as_deref()) else { return 0 };
        match text.parse::<f64>() {
            Ok(number) if !(0.0..=10.0).contains(&number) => 0,
            Ok(number) if number < 1.0 => 1,
            Ok(number) if number < 4.0 => 2,
            Ok(number) if number < 7.0 => 3,
            Ok(number) if number < 9.0 => 4,
            Ok(_) => 5,
            Err(_) => crate::partner::words::severity(text),
        }
    }

    /// The account: who did it, or whom a login was for.
    pub(super) fn user(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.first(keys::SOURCE_USER).or_else(|| self.first(keys::TARGET_USER))
    }
}

fn lower(texts: &[&str]) -> String {
    let cut = |text: &&str| {
        let end = text.floor_char_boundary(SEARCHED_MAX);
        text.get(..end).unwrap_or("").to_lowercase()
    };
    texts.iter().map(cut).collect::<Vec<_>>().join(" ")
}
