//! `ocsf.parquet`: OCSF events in Parquet files, as Amazon Security Lake keeps them.

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};

use super::json::{emit_as, is_event};
use crate::json;
use crate::nested::{Around, Found};
use crate::parquet::{self, Row, Take};

/// The member.
pub struct OcsfParquet;

const NAME: &str = "ocsf.parquet";

/// Columns that every OCSF event has.
const COLUMNS: &[&str] = &["class_uid", "metadata"];

impl Source for OcsfParquet {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "OCSF events in Parquet files, of any product, class and version; Security Lake",
            spec: "https://docs.aws.amazon.com/security-lake/latest/userguide/open-cybersecurity-schema-framework.html",
        }
    }

    fn classes(&self) -> &'static [::ocsf::Class] {
        ::ocsf::Class::ALL
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("ocsf"), service: None, category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if !parquet::is_parquet(sample) {
            return Likeness::No;
        }
        // Any Parquet file: somebody must say what is wrong with one that is nobody's.
        let is_ours = parquet::count(sample, COLUMNS) == COLUMNS.len();
        if is_ours { Likeness::Name } else { Likeness::Format }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        // OCSF writes an instant twice: `time` in milliseconds, `time_dt` as text.
        parquet::read(input, |name| !name.ends_with("_dt"), &mut Rows, out);
    }
}

struct Rows;

impl Take for Rows {
    fn columns(&mut self, names: &[&str]) -> Result<(), String> {
        let are_there = COLUMNS.iter().all(|wanted| names.contains(wanted));
        if are_there { Ok(()) } else { Err(parquet::listed(names)) }
    }

    fn row(&mut self, row: &Row<'_>, out: &mut dyn Intake) {
        let value = match json::parse(row.text) {
            Ok(value) => value,
            Err(why) => return out.refuse(row.at, &why, row.text),
        };
        if !is_event(&value) {
            return out.refuse(row.at, "the row is no OCSF event", row.text);
        }
        let around = Around::default();
        emit_as(NAME, &Found { value: &value, raw: row.text, at: row.at, around }, out);
    }
}
