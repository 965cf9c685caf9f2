//! What an hour of a machine costs: a small dated table, which a person can replace.

use std::collections::BTreeMap;

use model::Error;
use serde_json::Value;

/// Prices of an hour in US dollars.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// What the prices are and of when, for the sentence that uses them.
    pub of: String,
    /// By instance type.
    types: BTreeMap<String, f64>,
    /// Of the size `xlarge`, by family, for families whose price grows with the size.
    families: BTreeMap<String, f64>,
}

/// Public on-demand prices, Linux, US East (N. Virginia). Other regions cost up to twice as much.
const OF: &str = "on-demand Linux, us-east-1, May 2025";
const TYPES: &[(&str, f64)] = &[
    ("g4dn.xlarge", 0.526),
    ("g4dn.2xlarge", 0.752),
    ("g4dn.4xlarge", 1.204),
    ("g4dn.8xlarge", 2.176),
    ("g4dn.12xlarge", 3.912),
    ("g4dn.16xlarge", 4.352),
    ("g4dn.metal", 7.824),
    ("g5.xlarge", 1.006),
    ("g5.2xlarge", 1.212),
    ("g5.4xlarge", 1.624),
    ("g5.8xlarge", 2.448),
    ("g5.12xlarge", 5.672),
    ("g5.16xlarge", 4.096),
    ("g5.24xlarge", 8.144),
    ("g5.48xlarge", 16.288),
    ("g6.xlarge", 0.8048),
    ("g6.2xlarge", 0.9776),
    ("g6.4xlarge", 1.3232),
    ("g6.8xlarge", 2.0144),
    ("g6.12xlarge", 4.6016),
    ("g6.16xlarge", 3.3968),
    ("g6.24xlarge", 6.6752),
    ("g6.48xlarge", 13.3504),
    ("p2.xlarge", 0.9),
    ("p2.8xlarge", 7.2),
    ("p2.16xlarge", 14.4),
    ("p3.2xlarge", 3.06),
    ("p3.8xlarge", 12.24),
    ("p3.16xlarge", 24.48),
    ("p3dn.24xlarge", 31.212),
    ("p4d.24xlarge", 32.7726),
    ("p5.48xlarge", 98.32),
];
const FAMILIES: &[(&str, f64)] = &[
    ("c5", 0.17),
    ("c5a", 0.154),
    ("c6a", 0.153),
    ("c6g", 0.136),
    ("c6i", 0.17),
    ("c7g", 0.145),
    ("c7i", 0.1785),
    ("m5", 0.192),
    ("m5a", 0.172),
    ("m6a", 0.1728),
    ("m6g", 0.154),
    ("m6i", 0.192),
    ("m7g", 0.1632),
    ("m7i", 0.2016),
    ("r5", 0.252),
    ("r6g", 0.2016),
    ("r6i", 0.252),
    ("r7g", 0.2142),
    ("t2", 0.1856),
    ("t3", 0.1664),
    ("t3a", 0.1504),
    ("t4g", 0.1344),
];

impl Default for Prices {
    fn default() -> Self {
        let table = |rows: &[(&str, f64)]| {
            rows.iter().map(|(name, price)| ((*name).to_owned(), *price)).collect()
        };
        Prices { of: OF.to_owned(), types: table(TYPES), families: table(FAMILIES) }
    }
}

impl Prices {
    /// Reads a table in TOML: `of` (what and of when), `[types]` with prices of an hour by
    /// instance type, `[families]` with those of the size `xlarge`.
    ///
    /// # Errors
    /// If it is no TOML, has another key, or a price is no number from 0 up.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |what: String| {
            let remedy = "Write of = \"…\", [types] and [families] as in docs/investigation.md.";
            Error::user(format!("prices: {what}"), remedy)
        };
        let root: toml::Table = text.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
        let root = serde_json::to_value(root).map_err(|e| wrong(e.to_string()))?;
        let mut all =
            Prices { of: String::new(), types: BTreeMap::new(), families: BTreeMap::new() };
        for (key, value) in root.as_object().into_iter().flatten() {
            match (key.as_str(), value) {
                ("of", Value::String(of)) => all.of.clone_from(of),
                ("types", Value::Object(rows)) => all.types = table(rows).map_err(wrong)?,
                ("families", Value::Object(rows)) => all.families = table(rows).map_err(wrong)?,
                _ => return Err(wrong(format!("unknown key {key:?}"))),
            }
        }
        if all.of.is_empty() {
            return Err(wrong("`of` is missing: say what the prices are and of when".into()));
        }
        Ok(all)
    }

    /// What an hour of a type costs, if the table knows it.
    pub fn hour(&self, kind: &str) -> Option<f64> {
        if let Some(price) = self.types.get(kind) {
            return Some(*price);
        }
        let (family, size) = kind.split_once('.')?;
        let times = match size {
            "nano" => 1.0 / 32.0,
            "micro" => 1.0 / 16.0,
            "small" => 0.125,
            "medium" => 0.25,
            "large" => 0.5,
            "xlarge" => 1.0,
            more => f64::from(more.strip_suffix("xlarge")?.parse::<u32>().ok()?),
        };
        Some(self.families.get(family)? * times)
    }
}

fn table(rows: &serde_json::Map<String, Value>) -> Result<BTreeMap<String, f64>, String> {
    let price = |(name, value): (&String, &Value)| match value.as_f64() {
        Some(price) if price.is_finite() && price >= 0.0 => Ok((name.clone(), price)),
        _ => Err(format!("{name}: {value} is no price")),
    };
    rows.iter().map(price).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_or_its_family_has_a_price() {
        let prices = Prices::default();
        assert_eq!(prices.hour("p3.8xlarge"), Some(12.24));
        assert_eq!(prices.hour("m5.large"), Some(0.096));
        assert_eq!(prices.hour("c5.24xlarge"), Some(0.17 * 24.0));
        assert_eq!(prices.hour("g5.metal"), None);
        assert_eq!(prices.hour("strange"), None);
    }

    #[test]
    fn a_table_of_ones_own_replaces_all() {
        let own = "of = \"contract 2026\"\n[types]\n\"g5.xlarge\" = 0.5\n[families]\nm5 = 0.1\n";
        let prices = Prices::parse(own).unwrap();
        assert_eq!(prices.hour("g5.xlarge"), Some(0.5));
        assert_eq!(prices.hour("m5.2xlarge"), Some(0.2));
        assert_eq!(prices.hour("p3.8xlarge"), None);
        for wrong in ["[types]\n", "of = \"x\"\nother = 1", "of = \"x\"\n[types]\na = -1", "="] {
            assert!(Prices::parse(wrong).is_err(), "{wrong}");
        }
    }
}
