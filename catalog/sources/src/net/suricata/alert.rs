//! An alert of a signature as a finding; `eve.json` and `fast.log` say the same of it.

use model::Time;
use ocsf::{Class, Flat, paths};

use crate::aws::shared::put_severity;
use crate::net::ends::Ends;

/// A signature that matched.
pub(super) struct Alert<'v> {
    pub(super) time: Time,
    pub(super) signature: &'v str,
    pub(super) gid: i64,
    pub(super) sid: i64,
    pub(super) rev: i64,
    pub(super) category: Option<&'v str>,
    /// Suricata's: 1 is the worst.
    pub(super) severity: Option<i64>,
    pub(super) is_blocked: bool,
    pub(super) ends: Ends<'v>,
}

impl<'v> Alert<'v> {
    /// The finding, whatever else its record knows still to be put.
    pub(super) fn finding(&self) -> Flat<'v> {
        let mut flat = Flat::new(Class::DETECTION_FINDING, 1);
        flat.put(paths::ACTIVITY_NAME, "Create");
        flat.put(paths::METADATA_PRODUCT_NAME, "Suricata");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "OISF");
        flat.put(paths::TIME, self.time.ocsf());
        put_severity(&mut flat, severity(self.severity));
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "New");
        flat.put(paths::IS_ALERT, true);
        let id = format!("{}:{}:{}", self.gid, self.sid, self.rev);
        let title = if self.signature.is_empty() { id.clone() } else { self.signature.to_owned() };
        flat.put(paths::FINDING_INFO_TITLE, title.clone());
        flat.put(paths::FINDING_INFO_UID, id);
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE_ID, 1);
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE, "Rule");
        flat.put(paths::FINDING_INFO_ANALYTIC_UID, self.sid.to_string());
        flat.put(paths::FINDING_INFO_ANALYTIC_NAME, title);
        if let Some(category) = self.category.filter(|text| !text.is_empty()) {
            flat.put(paths::FINDING_INFO_TYPES, category);
        }
        put_verdict(&mut flat, self.is_blocked);
        self.ends.put_evidence(&mut flat);
        flat
    }

    /// What it is called in a timeline.
    pub(super) fn phrase(&self) -> String {
        let word = if self.is_blocked { "blocked" } else { "alert" };
        let text = format!("{word}: {} ({})", self.signature, self.ends.phrase());
        model::text::printable(&text, 320).into_owned()
    }
}

/// Puts whether the sensor let it pass.
pub(super) fn put_verdict(flat: &mut Flat<'_>, is_blocked: bool) {
    let (action, disposition) =
        if is_blocked { ((2, "Denied"), (2, "Blocked")) } else { ((1, "Allowed"), (1, "Allowed")) };
    flat.put(paths::METADATA_PROFILES, "security_control");
    flat.put(paths::ACTION_ID, action.0);
    flat.put(paths::ACTION, action.1);
    flat.put(paths::DISPOSITION_ID, disposition.0);
    flat.put(paths::DISPOSITION, disposition.1);
}

/// OCSF's severity: in Suricata 1 is high, and larger numbers weigh less.
fn severity(number: Option<i64>) -> i64 {
    match number {
        Some(1) => 4,
        Some(2) => 3,
        Some(3) => 2,
        Some(4..=255) => 1,
        _ => 0,
    }
}
