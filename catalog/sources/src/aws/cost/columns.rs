//! What the columns of a report mean, told by their names in the three layouts.

use crate::csv::row;

/// What a column tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// From when.
    Start,
    /// Until when.
    End,
    /// What was used.
    Resource,
    /// Its name.
    Name,
    /// Whose it is.
    Account,
    /// Who pays.
    Payer,
    /// The service.
    Product,
    /// What of it (`BoxUsage:c5.large`).
    UsageType,
    /// The call (`RunInstances`).
    Operation,
    /// How much.
    Amount,
    /// Of what (`Hrs`, `GB`).
    Unit,
    /// What it cost.
    Cost,
    /// In which money.
    Currency,
    /// Where.
    Region,
    /// Where exactly.
    Zone,
    /// The type of an instance.
    Instance,
    /// Usage, tax, credit, fee.
    Sort,
    /// A sentence.
    Text,
}

/// Names without case and punctuation, the surest first: `lineItem/UsageStartDate` of the legacy
/// report and `line_item_usage_start_date` of version 2.0 come to the same.
#[rustfmt::skip]
const NAMES: &[(Part, &[&str])] = &[
    (Part::Start, &["lineitemusagestartdate", "chargeperiodstart"]),
    (Part::End, &["lineitemusageenddate", "chargeperiodend"]),
    (Part::Resource, &["lineitemresourceid", "resourceid"]),
    (Part::Name, &["resourcetagsusername", "resourcename"]),
    (Part::Account, &["lineitemusageaccountid", "subaccountid"]),
    (Part::Payer, &["billpayeraccountid", "billingaccountid"]),
    (Part::Product, &["lineitemproductcode", "xservicecode", "servicename"]),
    (Part::UsageType, &["lineitemusagetype", "xusagetype", "skumeter"]),
    (Part::Operation, &["lineitemoperation", "xoperation"]),
    (Part::Amount, &["lineitemusageamount", "consumedquantity"]),
    (Part::Unit, &["pricingunit", "consumedunit"]),
    (Part::Cost, &["lineitemunblendedcost", "billedcost", "effectivecost"]),
    (Part::Currency, &["lineitemcurrencycode", "billingcurrency"]),
    (Part::Region, &["productregioncode", "productregion", "regionid"]),
    (Part::Zone, &["lineitemavailabilityzone", "availabilityzone"]),
    (Part::Instance, &["productinstancetype"]),
    (Part::Sort, &["lineitemlineitemtype", "chargecategory"]),
    (Part::Text, &["lineitemlineitemdescription", "chargedescription"]),
];

/// A table with more columns is no report.
const COLUMNS_MAX: usize = 2048;

/// The columns of a report.
pub struct Columns {
    /// Their names, as the header line has them.
    pub names: Vec<String>,
    parts: Vec<(Part, usize)>,
}

impl Columns {
    /// The columns that a header line names: when, what, and what it cost.
    pub fn of(header: &str) -> Option<Self> {
        let header = header.trim().trim_start_matches('\u{feff}');
        if header.starts_with(['{', '[', '<']) || !header.contains(',') {
            return None;
        }
        let names = row(&mut csv_core::Reader::new(), b',', header).ok()?;
        if names.len() > COLUMNS_MAX {
            return None;
        }
        let plain: Vec<String> = names
            .iter()
            .map(|n| n.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
            .map(|n| n.to_ascii_lowercase())
            .collect();
        let column = |known: &&str| plain.iter().position(|name| name == known);
        let place = |(part, known): &(Part, &[&str])| Some((*part, known.iter().find_map(column)?));
        let parts: Vec<(Part, usize)> = NAMES.iter().filter_map(place).collect();
        let has = |wanted: Part| parts.iter().any(|(part, _)| *part == wanted);
        let fits = [Part::Start, Part::End, Part::Cost, Part::Product].into_iter().all(has);
        fits.then_some(Columns { names, parts })
    }

    /// Where a part stands.
    pub fn place(&self, part: Part) -> Option<usize> {
        self.parts.iter().find(|(p, _)| *p == part).map(|(_, at)| *at)
    }
}
