//! The detector of behaviour: which logs it reads, and what their events mean together.

use std::sync::Arc;

use model::finding::{Rule, Severity};
use model::seam::About;
use model::seam::detector::{Detector, Joined, Judge, Marked};
use model::seam::report::Language;
use model::seam::source::LogSource;
use rustc_hash::FxHashMap;

use super::marks::Kind;
use super::places::Places;
use super::tell::Find;
use super::watch::Watch;
use super::{
    alerts, beacon, borrowed, calls, files, lines, logins, looks, mails, mining, names, rules,
    scan, taken, travel, volume,
};

const ABOUT: About = About {
    name: "behavior",
    line: "what is unusual or telling in many events together",
    spec: "https://attack.mitre.org/datasources/",
};

/// Finds of one sort that are told; the first count.
const FINDS_MAX: usize = 200;

/// What is unusual in many events together.
pub struct Behavior {
    kinds: FxHashMap<&'static str, Kind>,
    rules: Vec<Arc<Rule>>,
    places: Places,
}

impl Behavior {
    /// A detector for sources (name, the log sources they answer to).
    pub fn new(sources: &[(&'static str, &'static [LogSource])]) -> Behavior {
        let kinds = sources.iter().filter_map(|(name, logs)| Some((*name, kind(name, logs)?)));
        Behavior { kinds: kinds.collect(), rules: rules::all(), places: Places::default() }
    }

    /// The same with databases of where addresses are.
    #[must_use]
    pub fn with_places(self, places: Places) -> Behavior {
        Behavior { places, ..self }
    }

    /// A find that is worth telling beside an error.
    fn other(&self, find: &Find) -> Option<lines::Other> {
        let rule = self.rules.get(find.found as usize)?;
        let title = [Language::English, Language::Japanese].map(|l| rule.title_in(l).to_owned());
        let weighs = rule.severity >= Severity::Medium;
        weighs.then(|| lines::Other { span: find.span, title, about: find.about.clone() })
    }

    pub(super) fn kind(&self, source: &str) -> Option<Kind> {
        self.kinds.get(source).copied()
    }
}

/// Logs in which people log in.
const LOGINS: &[&str] = &[
    "linux.syslog",
    "linux.journald",
    "saas.okta",
    "saas.entra",
    "saas.google_workspace",
    "db.mysql_error",
    "db.postgres",
    "app.json",
];

fn kind(name: &str, logs: &[LogSource]) -> Option<Kind> {
    let is = |category| logs.iter().any(|log| log.category == Some(category));
    Some(match name {
        "aws.vpc_flow" => Kind::Flow,
        "aws.cloudtrail" => Kind::Call,
        "aws.describe" => Kind::Home,
        "aws.s3_access" => Kind::Object,
        "aws.ses" => Kind::Mail,
        "app.logfmt" => Kind::Line,
        "partner.alerts_csv" => Kind::Alert,
        _ if name.starts_with("mail.") => Kind::Mail,
        _ if name.starts_with("fim.") => Kind::File,
        _ if is("dns") => Kind::Question,
        _ if LOGINS.iter().any(|login| name.starts_with(login)) => Kind::Login,
        _ => return None,
    })
}

impl Detector for Behavior {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(Watch::new(self))
    }

    fn join(&self, marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
        let there = marks
            .iter()
            .fold(0u32, |there, marked| there | 1u32.checked_shl(marked.mark.rule).unwrap_or(0));
        let is_there = |kinds: &[Kind]| kinds.iter().any(|kind| there >> *kind as u32 & 1 == 1);
        let of = |kinds: &[Kind], finds: fn(&[Marked]) -> Vec<Find>| {
            if is_there(kinds) { finds(marks) } else { Vec::new() }
        };
        let (alerts, told) = alerts::runs(marks);
        // Marks are millions: what has none of its own does not look through those of others.
        let sorts: [Vec<Find>; 14] = [
            of(&[Kind::Flow], scan::scans),
            of(&[Kind::Flow, Kind::Question], mining::mines),
            of(&[Kind::Question], names::finds),
            of(&[Kind::Login], logins::finds),
            of(&[Kind::Look], looks::finds),
            of(&[Kind::Call], calls::finds),
            of(&[Kind::Mail], mails::bursts),
            alerts,
            of(&[Kind::Own], borrowed::finds),
            of(&[Kind::Flow, Kind::Question], beacon::finds),
            travel::finds(marks, &self.places),
            of(&[Kind::Flow], volume::finds),
            of(&[Kind::Object], taken::finds),
            of(&[Kind::File], files::finds),
        ];
        let told_of = |find: &Find| self.other(find);
        let others: Vec<lines::Other> = sorts.iter().flatten().filter_map(told_of).collect();
        let errors =
            if is_there(&[Kind::Line]) { lines::finds(marks, &others) } else { Vec::new() };
        let sorts = sorts.into_iter().chain([errors]);
        let all = sorts.flat_map(|finds| finds.into_iter().take(FINDS_MAX));
        (all.filter_map(|find| find.joined(&self.rules)).collect(), told)
    }
}
