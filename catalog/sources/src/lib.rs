//! Kinds of log: each member recognises its own and turns records into OCSF events.
//!
//! Name = path = fixture folder = docs page: `aws.vpc_flow` is `src/aws/vpc_flow.rs`,
//! `fixtures/aws/vpc_flow/`, `docs/sources/aws.vpc_flow.md`.

mod app;
mod arn;
mod av;
mod aws;
mod clock;
mod container;
mod csv;
mod db;
mod eve;
mod fim;
mod host;
mod joined;
mod json;
mod linux;
mod mail;
mod mapped;
mod nested;
mod net;
mod numbered;
mod ocsf;
mod parquet;
mod partner;
mod percent;
mod saas;
mod syslog;
mod waf;
mod web;
mod wrap;
mod xml;

pub use aws::check_flow_format;
pub use mapped::Mappings;
use model::seam::source::{Claim, ReadSettings, Source};

/// Every source, in the order of their names.
pub fn all() -> Vec<&'static dyn Source> {
    [
        app::ALL,
        av::ALL,
        aws::ALL,
        container::ALL,
        db::ALL,
        fim::ALL,
        host::ALL,
        linux::ALL,
        mail::ALL,
        net::ALL,
        ocsf::ALL,
        partner::ALL,
        saas::ALL,
        waf::ALL,
        web::ALL,
    ]
    .concat()
}

/// Families of logs that a host writes about itself or what runs on it.
const OF_HOSTS: &[&str] =
    &["app", "av", "container", "db", "fim", "host", "linux", "mail", "net", "waf", "web"];

/// Whether a kind of log, by its name, is one that hosts write about themselves.
pub fn is_host_log(name: &str) -> bool {
    name.split_once('.').is_some_and(|(family, _)| OF_HOSTS.contains(&family))
}

/// The source of that name.
pub fn find(name: &str) -> Option<&'static dyn Source> {
    all().into_iter().find(|source| source.about().name == name)
}

/// The source that claims a blob most strongly, with how sure it is, by content alone. Two that
/// claim it equally strongly are a defect of ours (the contract suite looks for it).
pub fn recognise(sample: &[u8]) -> Option<Claim> {
    model::seam::source::recognise(&all(), sample, &ReadSettings::default())
}
