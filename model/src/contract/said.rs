//! What stands beside a case: what a person says of the log, and what its checks should know.

use toml::{Table, Value};

use crate::seam::source::ReadSettings;

/// What a case's `settings.toml` says.
#[derive(Clone, Debug)]
pub struct Said {
    /// What the person says on the command line.
    pub read: ReadSettings,
    /// Whether two halves cut at a line end read as the whole does (`split = false`: the format
    /// has a head or documents over several lines).
    pub splits: bool,
    /// Whether its content tells its kind (`recognised = false`: only `--source` does).
    pub recognised: bool,
    /// How many records a person counts in it, if said (`records = 3`).
    pub records: Option<usize>,
    /// How many records stand open at once (`open = 2`: their lines are mixed): so many of the
    /// last ones before a cut may lack their ends.
    pub open: usize,
}

impl Default for Said {
    fn default() -> Self {
        Said {
            read: ReadSettings::default(),
            splits: true,
            recognised: true,
            records: None,
            open: 1,
        }
    }
}

impl Said {
    /// Reads the settings; the error says what is none.
    pub fn parse(text: &str) -> Result<Said, String> {
        let table: Table = text.parse().map_err(|error| format!("{error}"))?;
        let mut said = Said::default();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("time_zone", Value::String(zone)) => {
                    let zone = crate::time::zone(&zone);
                    said.read.zone = Some(zone.ok_or("time_zone: there is no such zone")?);
                }
                ("year", Value::Integer(year)) => said.read.year = i16::try_from(year).ok(),
                ("flow_format", Value::String(format)) => said.read.flow_format = Some(format),
                ("app_fields", Value::Table(names)) => {
                    for (ours, theirs) in names {
                        let theirs = theirs.as_str().ok_or("app_fields: wants texts")?;
                        said.read.app_fields.insert(ours, theirs.to_owned());
                    }
                }
                ("split", Value::Boolean(splits)) => said.splits = splits,
                ("recognised", Value::Boolean(recognised)) => said.recognised = recognised,
                ("records", Value::Integer(count)) => said.records = usize::try_from(count).ok(),
                ("open", Value::Integer(count)) => said.open = usize::try_from(count).unwrap_or(1),
                (other, _) => return Err(format!("{other} is no setting, or of the wrong type")),
            }
        }
        Ok(said)
    }
}
