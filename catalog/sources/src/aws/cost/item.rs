//! One line of a report as OCSF: a resource, how long it was used, what that cost.

use model::{Body, Entity, EntityKind, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::columns::{Columns, Part};
use crate::arn;
use crate::aws::shared::{push, put_cloud, put_status};

/// `activity_id` Log.
const LOG: i64 = 1;

/// One line; its values stand in the order of the columns.
pub struct Item<'r> {
    /// The columns.
    pub columns: &'r Columns,
    /// The values.
    pub values: &'r [String],
    /// From when until when.
    pub time: Time,
}

impl<'r> Item<'r> {
    /// What the line says of a part.
    pub fn part(&self, part: Part) -> Option<&'r str> {
        let value = self.values.get(self.columns.place(part)?)?.trim();
        Some(value).filter(|value| !matches!(*value, "" | "null" | "NULL" | "-"))
    }

    /// A number that is one.
    fn number(&self, part: Part) -> Option<f64> {
        self.part(part)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn account(&self) -> Option<&'r str> {
        self.part(Part::Account).or(self.part(Part::Payer))
    }

    /// The region, also as the start of the zone (`eu-west-1a`).
    fn region(&self) -> Option<&'r str> {
        let of_zone = || self.part(Part::Zone)?.strip_suffix(|c: char| c.is_ascii_lowercase());
        self.part(Part::Region).or_else(of_zone)
    }

    /// `1.5 Hrs of BoxUsage:c5.24xlarge for 6.12 USD`.
    fn phrase(&self) -> String {
        let what = self.part(Part::UsageType).or(self.part(Part::Product)).unwrap_or("usage");
        let unit = self.part(Part::Unit).unwrap_or("");
        let amount = self.part(Part::Amount).map(|amount| format!("{amount} {unit}"));
        let amount = amount.map_or(String::new(), |amount| format!("{} of ", amount.trim()));
        let money = self.part(Part::Currency).unwrap_or("");
        let cost = self.part(Part::Cost).map(|cost| format!(" for {cost} {money}"));
        format!("{amount}{what}{}", cost.unwrap_or_default().trim_end())
    }

    fn put_usage(&self, flat: &mut Flat<'r>) {
        for (path, part) in
            [(paths::UNMAPPED_USAGE_AMOUNT, Part::Amount), (paths::UNMAPPED_USAGE_COST, Part::Cost)]
        {
            if let Some(number) = self.number(part) {
                flat.put(path, Scalar::Float(number));
            }
        }
        flat.put_some(paths::UNMAPPED_USAGE_UNIT, self.part(Part::Unit));
        flat.put_some(paths::UNMAPPED_USAGE_CURRENCY, self.part(Part::Currency));
        flat.put_some(paths::UNMAPPED_USAGE_TYPE, self.part(Part::UsageType));
        flat.put_some(paths::UNMAPPED_USAGE_OPERATION, self.part(Part::Operation));
        flat.put_some(paths::UNMAPPED_USAGE_INSTANCE_TYPE, self.part(Part::Instance));
    }
}

impl Body for Item<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::CLOUD_RESOURCES_INVENTORY_INFO, LOG);
        flat.put(paths::ACTIVITY_NAME, "Log");
        flat.put(paths::SEVERITY_ID, 1);
        put_cloud(&mut flat, "AWS Billing", self.time, self.account(), self.region());
        put_status(&mut flat, model::Outcome::Success);
        flat.put(paths::START_TIME, self.time.ocsf());
        flat.put(paths::END_TIME, self.time.closing().ocsf());
        flat.put_some(paths::CLOUD_ZONE, self.part(Part::Zone));
        flat.put_some(paths::METADATA_EVENT_CODE, self.part(Part::Sort));
        flat.put_some(paths::METADATA_LOG_NAME, self.part(Part::Product));
        flat.put(paths::MESSAGE, self.phrase());
        if let Some(resource) = self.part(Part::Resource) {
            flat.put(paths::RESOURCES_UID, resource);
            flat.put_some(paths::RESOURCES_NAME, self.part(Part::Name));
            flat.put_some(paths::RESOURCES_TYPE, self.part(Part::Product));
            flat.put_some(paths::RESOURCES_REGION, self.region());
        }
        self.put_usage(&mut flat);
        flat
    }

    /// The report's own names of columns, else ours.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let own = self.columns.names.iter().position(|column| column.trim() == name);
        let part = match name {
            _ if own.is_some() => None,
            "resource" => Some(Part::Resource),
            "account" => Some(Part::Account),
            "product" => Some(Part::Product),
            "usage_type" => Some(Part::UsageType),
            "operation" => Some(Part::Operation),
            "instance_type" => Some(Part::Instance),
            "amount" | "cost" => {
                let part = if name == "cost" { Part::Cost } else { Part::Amount };
                self.number(part).map(Scalar::Float).map(each);
                return;
            }
            "region" => {
                self.region().map(Scalar::from).map(each);
                return;
            }
            _ => return,
        };
        let own = own.and_then(|at| self.values.get(at)).map(String::as_str);
        let value = part.map_or(own, |part| self.part(part));
        if let Some(value) = value {
            each(value.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(resource) = self.part(Part::Resource) {
            let kind = match resource.split_once('-') {
                Some(("i", _)) => Some(EntityKind::Instance),
                Some(("eni", _)) => Some(EntityKind::Eni),
                _ if self.part(Part::Product) == Some("AmazonS3") => Some(EntityKind::Bucket),
                _ => None,
            };
            let (kind, name) = match (arn::classify(resource), kind) {
                (Some((kind, name)), _) => (Some(kind), name),
                (None, kind) => (kind.filter(|_| !resource.starts_with("arn:")), resource.into()),
            };
            if let Some(kind) = kind {
                push(out, kind, Some(name), Role::Target);
            }
        }
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.region(), Role::Place);
    }

    fn action(&self) -> String {
        model::text::printable(&self.phrase(), 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        Some(true)
    }
}
