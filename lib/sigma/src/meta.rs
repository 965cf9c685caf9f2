//! What a rule says of itself beside its logic.

use std::collections::BTreeMap;

use rsigma_parser::SigmaRule;

/// Sigma's five levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl From<rsigma_parser::Level> for Level {
    fn from(level: rsigma_parser::Level) -> Self {
        match level {
            rsigma_parser::Level::Informational => Level::Informational,
            rsigma_parser::Level::Low => Level::Low,
            rsigma_parser::Level::Medium => Level::Medium,
            rsigma_parser::Level::High => Level::High,
            rsigma_parser::Level::Critical => Level::Critical,
        }
    }
}

/// A log source: of a rule, what it asks for; of a log, what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LogSource {
    /// For instance `aws`.
    pub product: Option<String>,
    /// For instance `cloudtrail`.
    pub service: Option<String>,
    /// For instance `webserver`.
    pub category: Option<String>,
}

impl LogSource {
    /// Whether a log of the kind `log` is what this rule's log source asks for: every key it
    /// gives is the log's, in any case. (Section "LogSource": keys alone or in any combination.)
    pub fn accepts(&self, log: &LogSource) -> bool {
        let fits = |wanted: &Option<String>, given: &Option<String>| match (wanted, given) {
            (None, _) => true,
            (Some(wanted), Some(given)) => wanted.eq_ignore_ascii_case(given),
            (Some(_), None) => false,
        };
        fits(&self.product, &log.product)
            && fits(&self.service, &log.service)
            && fits(&self.category, &log.category)
    }
}

impl From<&rsigma_parser::LogSource> for LogSource {
    fn from(source: &rsigma_parser::LogSource) -> Self {
        LogSource {
            product: source.product.clone(),
            service: source.service.clone(),
            category: source.category.clone(),
        }
    }
}

/// What a rule says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The file it stands in, as given.
    pub file: String,
    /// Its UUID.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its unique short name.
    pub name: Option<String>,
    /// What it detects.
    pub description: String,
    /// How bad; missing where the rule does not say.
    pub level: Option<Level>,
    /// Namespaced tags (`attack.t1098.001`).
    pub tags: Vec<String>,
    /// Known false positives.
    pub false_positives: Vec<String>,
    /// The logs it is for.
    pub log_source: LogSource,
    /// Top-level keys outside the specification that hold a text, a number or a boolean.
    pub attributes: BTreeMap<String, String>,
}

impl Meta {
    pub(crate) fn of(file: &str, rule: &SigmaRule) -> Self {
        let text = |value: &_| match rsigma_parser::SigmaValue::from_yaml(value) {
            rsigma_parser::SigmaValue::String(text) if value.is_string() => Some(text.original),
            rsigma_parser::SigmaValue::Integer(number) => Some(number.to_string()),
            rsigma_parser::SigmaValue::Float(number) => Some(number.to_string()),
            rsigma_parser::SigmaValue::Bool(truth) => Some(truth.to_string()),
            _ => None,
        };
        let attributes = rule.custom_attributes.iter();
        Meta {
            file: file.to_owned(),
            id: rule.id.clone(),
            title: rule.title.clone(),
            name: rule.name.clone(),
            description: rule.description.clone().unwrap_or_default(),
            level: rule.level.map(Level::from),
            tags: rule.tags.clone(),
            false_positives: rule.falsepositives.clone(),
            log_source: LogSource::from(&rule.logsource),
            attributes: attributes.filter_map(|(k, v)| Some((k.clone(), text(v)?))).collect(),
        }
    }
}
