//! A policy: rules, waivers and freezes, as data (TOML).

use model::verdict::{Decision, Rating, Vulnerability, Waived};
use toml::{Table, Value};

/// The policy that counts where none is given.
const DEFAULT: &str = include_str!("default.toml");

/// When something is decided how.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// Its name.
    pub name: String,
    environments: Vec<String>,
    applications: Vec<String>,
    packages: Vec<String>,
    ids: Vec<String>,
    exposures: Vec<String>,
    severity: Option<Rating>,
    cvss: Vec<String>,
    score: Option<f64>,
    epss: Option<f64>,
    kev: Option<bool>,
    attacked_here: Option<bool>,
    attacked_elsewhere: Option<bool>,
    fix_available: Option<bool>,
    new: Option<bool>,
    older_than_days: Option<i64>,
    grace_days: Option<i64>,
    decision: Decision,
}

/// An exception for a time.
#[derive(Clone, Debug, Default)]
pub struct Waiver {
    id: String,
    package: String,
    applications: Vec<String>,
    environments: Vec<String>,
    /// What is said of it.
    pub said: Waived,
}

/// A policy.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Its rules; the first that applies decides.
    pub rules: Vec<Rule>,
    /// Its exceptions.
    pub waivers: Vec<Waiver>,
    /// What a component is worth that nothing can name.
    pub unidentified: Decision,
    /// What a component is worth that has advisories, and a version that cannot be ordered.
    pub unversioned: Decision,
    /// Whether an open incident of the application stops its deployments.
    pub freeze: bool,
}

/// Where a build is to run, and the day.
#[derive(Clone, Debug, Default)]
pub struct Place<'a> {
    /// The application.
    pub application: &'a str,
    /// The environment.
    pub environment: &'a str,
    /// Who can reach it: `internet`, `internal`; empty if nobody said.
    pub exposure: &'a str,
    /// Today, `2026-05-01`.
    pub today: &'a str,
}

impl Policy {
    /// The policy that counts where none is given.
    pub fn standard() -> Result<Self, String> {
        Self::parse(DEFAULT)
    }

    /// Reads a policy. What it does not know is refused: a rule misspelt must not be lost.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error| format!("broken TOML: {error}"))?;
        let mut policy = Self::default();
        for (key, value) in &table {
            match key.as_str() {
                "rule" => policy.rules = each(value, "rule", rule)?,
                "waiver" => policy.waivers = each(value, "waiver", waiver)?,
                "components" => components(&mut policy, value)?,
                "freeze" => policy.freeze = flag(value).ok_or("`freeze` is true or false")?,
                other => return Err(format!("nothing is called `{other}`")),
            }
        }
        if policy.rules.is_empty() {
            policy.rules = Self::parse(DEFAULT)?.rules;
        }
        Ok(policy)
    }

    /// The first rule that applies, and what it decides.
    pub fn decide(&self, found: &Vulnerability, place: &Place<'_>) -> (Decision, &str, bool) {
        let Some(rule) = self.rules.iter().find(|rule| rule.applies(found, place)) else {
            return (Decision::Ignore, "", false);
        };
        let young = rule
            .grace_days
            .is_some_and(|days| age(&found.published, place.today).is_some_and(|age| age < days));
        let decision = if young { rule.decision.min(Decision::Warn) } else { rule.decision };
        (decision, &rule.name, young)
    }

    /// The exception for a vulnerability, and whether it still counts.
    pub fn waiver(&self, found: &Vulnerability, place: &Place<'_>) -> Option<(&Waiver, bool)> {
        let mut fit = self.waivers.iter().filter(|waiver| waiver.fits(found, place));
        let counts = |waiver: &Waiver| waiver.said.until.as_str() >= place.today;
        let first = fit.next()?;
        let best = std::iter::once(first).chain(fit).find(|w| counts(w)).unwrap_or(first);
        Some((best, counts(best)))
    }
}

/// Days from one date to another.
pub fn age(from: &str, to: &str) -> Option<i64> {
    let day = |text: &str| -> Option<i64> {
        let mut parts = text.get(..10)?.split('-');
        let mut next = || parts.next()?.parse::<i64>().ok();
        let date = (next()?, next()?, next()?);
        Some(model::time::civil_seconds(date, (0, 0, 0))? / 86_400)
    };
    Some(day(to)? - day(from)?)
}

/// `*` at the end stands for anything. No pattern fits everything.
fn fits(patterns: &[String], value: &str) -> bool {
    patterns.is_empty()
        || patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => value.starts_with(start),
            None => pattern == value,
        })
}

impl Rule {
    fn applies(&self, found: &Vulnerability, place: &Place<'_>) -> bool {
        let at_least = |bound: Option<f64>, value: Option<f64>| {
            bound.is_none_or(|bound| value.is_some_and(|value| value >= bound))
        };
        let is = |wanted: Option<bool>, value: bool| wanted.is_none_or(|wanted| wanted == value);
        let severe = match self.severity {
            None => true,
            Some(Rating::Unknown) => found.severity == Rating::Unknown,
            Some(bound) => found.severity >= bound,
        };
        let vector = found.cvss.as_deref().unwrap_or("");
        let old = self
            .older_than_days
            .is_none_or(|days| age(&found.published, place.today).is_some_and(|age| age >= days));
        fits(&self.environments, place.environment)
            && fits(&self.applications, place.application)
            && fits(&self.exposures, place.exposure)
            && (fits(&self.packages, &found.purl) || fits(&self.packages, &found.name))
            && named(&self.ids, found)
            && severe
            && self.cvss.iter().all(|metric| vector.split('/').any(|part| part == metric))
            && at_least(self.score, found.score)
            && at_least(self.epss, found.epss)
            && is(self.kev, found.kev.is_some())
            && is(self.attacked_here, found.attacked_here)
            && is(self.attacked_elsewhere, found.attacked_elsewhere)
            && is(self.fix_available, !found.fixed_in.is_empty())
            && is(self.new, found.new)
            && old
    }
}

fn named(ids: &[String], found: &Vulnerability) -> bool {
    ids.is_empty() || ids.iter().any(|id| *id == found.id || found.aliases.contains(id))
}

impl Waiver {
    fn fits(&self, found: &Vulnerability, place: &Place<'_>) -> bool {
        let package = std::slice::from_ref(&self.package);
        named(std::slice::from_ref(&self.id), found)
            && (self.package.is_empty() || fits(package, &found.purl) || fits(package, &found.name))
            && fits(&self.applications, place.application)
            && fits(&self.environments, place.environment)
    }
}

fn each<T>(
    value: &Value,
    what: &str,
    read: fn(&Table) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let list = value.as_array().ok_or_else(|| format!("write [[{what}]]"))?;
    let one = |(n, value): (usize, &Value)| {
        let table = value.as_table().ok_or_else(|| format!("write [[{what}]]"))?;
        read(table).map_err(|why| format!("{what} {}: {why}", n + 1))
    };
    list.iter().enumerate().map(one).collect()
}

fn components(policy: &mut Policy, value: &Value) -> Result<(), String> {
    for (key, value) in value.as_table().into_iter().flatten() {
        let decision = decision(value)?;
        match key.as_str() {
            "unidentified" => policy.unidentified = decision,
            "unversioned" => policy.unversioned = decision,
            other => return Err(format!("components: nothing is called `{other}`")),
        }
    }
    Ok(())
}

fn flag(value: &Value) -> Option<bool> {
    value.as_bool()
}

fn decision(value: &Value) -> Result<Decision, String> {
    let word = value.as_str().unwrap_or("");
    Decision::parse(word).ok_or_else(|| format!("{word:?} is none of block, warn, ignore"))
}

fn texts(key: &str, value: &Value) -> Result<Vec<String>, String> {
    let wrong = || format!("`{key}` is a list of texts");
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter().map(|v| v.as_str().map(ToOwned::to_owned).ok_or_else(wrong)).collect()
}

fn number(key: &str, value: &Value) -> Result<f64, String> {
    let whole = value.as_integer().map(|n| n as f64);
    value.as_float().or(whole).ok_or_else(|| format!("`{key}` is a number"))
}

fn days(key: &str, value: &Value) -> Result<i64, String> {
    value.as_integer().ok_or_else(|| format!("`{key}` is a number of days"))
}

fn rule(table: &Table) -> Result<Rule, String> {
    let mut rule = Rule::default();
    let mut decided = false;
    for (key, value) in table {
        let truth = || flag(value).ok_or_else(|| format!("`{key}` is true or false"));
        match key.as_str() {
            "name" => rule.name = text(key, value)?,
            "environments" => rule.environments = texts(key, value)?,
            "applications" => rule.applications = texts(key, value)?,
            "packages" => rule.packages = texts(key, value)?,
            "ids" => rule.ids = texts(key, value)?,
            "exposures" => rule.exposures = texts(key, value)?,
            "cvss" => rule.cvss = texts(key, value)?,
            "severity" => {
                let word = text(key, value)?;
                let rating = Rating::parse(&word);
                if rating == Rating::Unknown && word != "unknown" {
                    return Err(format!("{word:?} is no severity"));
                }
                rule.severity = Some(rating);
            }
            "score" => rule.score = Some(number(key, value)?),
            "epss" => rule.epss = Some(number(key, value)?),
            "kev" => rule.kev = Some(truth()?),
            "attacked_here" => rule.attacked_here = Some(truth()?),
            "attacked_elsewhere" => rule.attacked_elsewhere = Some(truth()?),
            "fix_available" => rule.fix_available = Some(truth()?),
            "new" => rule.new = Some(truth()?),
            "older_than_days" => rule.older_than_days = Some(days(key, value)?),
            "grace_days" => rule.grace_days = Some(days(key, value)?),
            "decision" => (rule.decision, decided) = (decision(value)?, true),
            other => return Err(format!("nothing is called `{other}`")),
        }
    }
    if rule.name.is_empty() || !decided {
        return Err("`name` and `decision` are needed".to_owned());
    }
    Ok(rule)
}

fn text(key: &str, value: &Value) -> Result<String, String> {
    // A date may stand bare in TOML.
    let bare = value.as_datetime().map(ToString::to_string);
    let text = value.as_str().map(ToOwned::to_owned).or(bare);
    text.ok_or_else(|| format!("`{key}` is a text"))
}

fn waiver(table: &Table) -> Result<Waiver, String> {
    let mut waiver = Waiver::default();
    for (key, value) in table {
        match key.as_str() {
            "id" => waiver.id = text(key, value)?,
            "package" => waiver.package = text(key, value)?,
            "applications" => waiver.applications = texts(key, value)?,
            "environments" => waiver.environments = texts(key, value)?,
            "owner" => waiver.said.owner = text(key, value)?,
            "reason" => waiver.said.reason = text(key, value)?,
            "until" => waiver.said.until = text(key, value)?,
            other => return Err(format!("nothing is called `{other}`")),
        }
    }
    let said = &waiver.said;
    if [&waiver.id, &said.owner, &said.reason, &said.until].iter().any(|part| part.is_empty()) {
        return Err("`id`, `owner`, `reason` and `until` are needed".to_owned());
    }
    let date = said.until.len() == 10 && age(&said.until, &said.until).is_some();
    if date { Ok(waiver) } else { Err("`until` is a date, 2026-12-31".to_owned()) }
}
