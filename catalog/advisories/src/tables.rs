//! Tables of CVEs: CISA's catalogue of exploited vulnerabilities, and EPSS.

use model::advisory::Known;
use serde_json::Value;

/// Reads CISA's catalogue; `None` if it is another document.
pub fn kev(value: &Value) -> Option<Vec<(String, Known)>> {
    let list = value.get("vulnerabilities")?.as_array()?;
    if value.get("catalogVersion").is_none() && list.iter().all(|v| v.get("cveID").is_none()) {
        return None;
    }
    let text = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let one = |v: &Value| {
        let added = text(v, "dateAdded").unwrap_or_default();
        Some((text(v, "cveID")?, Known { kev: Some(added), epss: None }))
    };
    Some(list.iter().filter_map(one).collect())
}

/// Whether a text has EPSS's header: a comment with the model's version, then `cve,epss,…`.
pub fn is_epss(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).into_owned();
    text.lines().take(2).any(|line| line.starts_with("cve,epss"))
}

/// Reads EPSS's scores. A broken row is an error: a table that was cut is not to be trusted.
pub fn epss(bytes: &[u8]) -> Result<Vec<(String, Known)>, String> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(bytes);
    let mut out = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| format!("broken CSV: {error}"))?;
        let (Some(cve), Some(score)) = (row.get(0), row.get(1)) else { continue };
        let score: f64 = score.parse().map_err(|_| format!("the score of {cve} is no number"))?;
        if !(0.0..=1.0).contains(&score) {
            return Err(format!("the score of {cve} is not between 0 and 1"));
        }
        out.push((cve.to_owned(), Known { kev: None, epss: Some(score) }));
    }
    Ok(out)
}
