//! The detector of attacks in requests: which logs it reads, and how it speaks.

use std::sync::Arc;

use model::finding::{Effect, Rule, RuleKind, Severity};
use model::seam::About;
use model::seam::detector::{Detector, Joined, Judge, Marked};
use model::seam::source::LogSource;
use rustc_hash::FxHashMap;
use sqli::Dialect;

use super::class::Class;
use super::known::{Known, Shared};
use super::watch::Watch;

const ABOUT: About = About {
    name: "web",
    line: "attacks in requests, and whether they worked, by what databases were given",
    spec: "https://owasp.org/www-project-web-security-testing-guide/",
};

/// What a log tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Requests.
    Web,
    /// Statements.
    Database(Dialect),
}

/// Attacks in requests and whether they worked.
pub struct Web {
    kinds: FxHashMap<&'static str, Kind>,
    /// By class: tried, and worked.
    rules: Vec<(Arc<Rule>, Arc<Rule>)>,
    pub(super) scan: Arc<Rule>,
    pub(super) statements: Arc<Rule>,
    /// Logins: guessed at, and a guess that was right.
    logins: (Arc<Rule>, Arc<Rule>),
    /// What the judges of all threads counted.
    pub(super) known: Shared,
}

impl Web {
    /// A detector for sources (name, the log sources they answer to).
    pub fn new(sources: &[(&'static str, &'static [LogSource])]) -> Web {
        let kinds = sources.iter().filter_map(|(name, logs)| Some((*name, kind(logs)?)));
        let scan = rule("web.scan", ("Scan for pages and holes", "スキャン"), "T1595.002", false);
        let statements = (
            "Injected statements in a database's log",
            "データベースのログに残る SQL インジェクション",
        );
        Web {
            kinds: kinds.collect(),
            rules: Class::ALL.iter().map(|class| rules(*class)).collect(),
            scan: Arc::new(scan),
            logins: logins(),
            known: Shared::default(),
            statements: Arc::new(Rule {
                kind: RuleKind::Sqli,
                ..rule("web.sqli.statements", statements, "T1190", true)
            }),
        }
    }

    pub(super) fn kind(&self, source: &str) -> Option<Kind> {
        self.kinds.get(source).copied()
    }

    /// The rule of a class for what was shown.
    pub(super) fn rule(&self, class: Class, effect: Effect) -> Option<&Arc<Rule>> {
        let (tried, worked) = self.rules.get(class as usize)?;
        Some(if effect == Effect::Attempt { tried } else { worked })
    }

    /// The rule of guessed logins for what was shown.
    pub(super) fn login(&self, effect: Effect) -> &Arc<Rule> {
        if effect == Effect::Attempt { &self.logins.0 } else { &self.logins.1 }
    }
}

fn kind(logs: &[LogSource]) -> Option<Kind> {
    if logs.iter().any(|log| log.category == Some("webserver")) {
        return Some(Kind::Web);
    }
    let database = logs.iter().find(|log| log.category == Some("database"))?;
    Some(Kind::Database(match database.product {
        Some("postgresql") => Dialect::Postgres,
        Some("mssql") => Dialect::SqlServer,
        Some("oracle") => Dialect::Oracle,
        Some("sqlite") => Dialect::Sqlite,
        _ => Dialect::MySql,
    }))
}

fn rules(class: Class) -> (Arc<Rule>, Arc<Rule>) {
    let (english, japanese) = class.names();
    let kind = if class == Class::Sqli { RuleKind::Sqli } else { RuleKind::Web };
    let make = |word: &str, ends: (&str, &str), worked| {
        let id = format!("web.{}.{word}", class.word());
        let names = (format!("{english} {}", ends.0), format!("{japanese}{}", ends.1));
        let names = (names.0.as_str(), names.1.as_str());
        Arc::new(Rule { kind, ..rule(&id, names, class.technique(), worked) })
    };
    (make("tried", ("tried", "の試み"), false), make("worked", ("that worked", "の成功"), true))
}

fn logins() -> (Arc<Rule>, Arc<Rule>) {
    let tried = ("Passwords guessed at a login", "ログインへのパスワード推測");
    let worked = ("Login after guessed passwords", "パスワード推測後のログイン成功");
    let of = |id, names, worked| Rule {
        severity: if worked { Severity::High } else { Severity::Medium },
        effect: if worked { Effect::Success } else { Effect::Attempt },
        tactics: vec!["credential-access".to_owned()],
        ..rule(id, names, "T1110", worked)
    };
    (Arc::new(of("web.login.tried", tried, false)), Arc::new(of("web.login.worked", worked, true)))
}

fn rule(id: &str, (title, japanese): (&str, &str), technique: &str, worked: bool) -> Rule {
    Rule {
        id: id.to_owned(),
        title: title.to_owned(),
        title_ja: Some(japanese.to_owned()),
        kind: RuleKind::Web,
        // What failed is told as low: a medium rule's attempt.
        severity: if worked { Severity::Critical } else { Severity::Medium },
        effect: if worked { Effect::Impact } else { Effect::Attempt },
        techniques: vec![technique.to_owned()],
        tactics: vec![
            if id == "web.scan" { "reconnaissance" } else { "initial-access" }.to_owned(),
        ],
        description: String::new(),
    }
}

impl Detector for Web {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(Watch { web: self, known: Known::default() })
    }

    fn join(&self, marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
        super::campaign::join(self, marks)
    }
}
