//! A meter: a way in which a licence is counted.

use super::About;
use crate::usage::Usage;

/// What was agreed with the vendor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Instances that are licensed.
    pub owned: Option<u32>,
    /// Hours a month over the licence that are tolerated.
    pub grace_hours: u32,
    /// Price of one instance for a month.
    pub month: Option<f64>,
    /// Price of one instance for an hour.
    pub hour: Option<f64>,
    /// Price of one instance for an hour over the licence; that of an hour if not given.
    pub overage: Option<f64>,
}

impl Terms {
    /// The price of an hour over the licence.
    pub fn over(&self) -> Option<f64> {
        self.overage.or(self.hour)
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Instances.
    Instances,
    /// Hours of instances.
    InstanceHours,
}

impl Unit {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Instances => "instances",
            Unit::InstanceHours => "instance_hours",
        }
    }
}

/// A stretch of time that decided, and what stood there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decisive {
    /// Its start, in seconds since 1970.
    pub start: i64,
    /// The count there.
    pub value: f64,
}

/// How much of what is tolerated is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grace {
    /// Hours over the licence.
    pub used: u32,
    /// Hours that are tolerated.
    pub allowed: u32,
    /// When the last tolerated hour began, in seconds since 1970.
    pub used_up: Option<i64>,
}

/// What a meter reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The scheme, for instance `percentile.p95_hourly_max`.
    pub scheme: String,
    /// The figure that a bill would stand on.
    pub figure: f64,
    /// What it counts.
    pub unit: Unit,
    /// How much of it is over what is licensed.
    pub over: Option<f64>,
    /// The cost, where prices are given.
    pub cost: Option<f64>,
    /// What decided, the most important first; at most [`Reading::DECISIVE_MAX`].
    pub decisive: Vec<Decisive>,
    /// The grace, where the scheme has one.
    pub grace: Option<Grace>,
}

impl Reading {
    /// The most stretches of time that are named.
    pub const DECISIVE_MAX: usize = 10;

    /// A reading in instances: the licence, then the price of a month each.
    pub fn instances(scheme: impl Into<String>, figure: f64, terms: &Terms) -> Self {
        Reading {
            scheme: scheme.into(),
            figure,
            unit: Unit::Instances,
            over: terms.owned.map(|owned| (figure - f64::from(owned)).max(0.0)),
            cost: terms.month.map(|price| price * figure),
            decisive: Vec::new(),
            grace: None,
        }
    }

    /// A reading in hours of instances: the price of an hour each.
    pub fn hours(scheme: impl Into<String>, figure: f64, terms: &Terms) -> Self {
        Reading {
            scheme: scheme.into(),
            figure,
            unit: Unit::InstanceHours,
            over: None,
            cost: terms.hour.map(|price| price * figure),
            decisive: Vec::new(),
            grace: None,
        }
    }
}

/// A way in which a licence is counted.
pub trait Meter: Sync {
    /// What it is; the name is that of its file.
    fn about(&self) -> &'static About;
    /// The same in Japanese.
    fn line_ja(&self) -> &'static str;
    /// Reads the meter; several readings where the scheme has variants, none where the terms or
    /// the usage do not suffice.
    fn read(&self, usage: &Usage, terms: &Terms) -> Vec<Reading>;
}
