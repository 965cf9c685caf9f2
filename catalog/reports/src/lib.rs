//! Formats: each member writes one investigation for people or for tools.
//!
//! The name of a member is the word after `--format`. `docs/interface.md` promises the shapes.

mod attack_flow;
mod cite;
mod csv;
mod escape;
mod html;
mod json;
mod jsonl;
mod markdown;
mod navigator;
mod ocsf;
mod sarif;
mod sentence;
mod shape;
mod stix;
mod text;
mod timesketch;
pub mod verdict;

use model::seam::report::Report;

pub use csv::cell;
pub use html::write_both;

/// Every format; the first is the default.
pub fn all() -> &'static [&'static dyn Report] {
    &[
        &text::Text,
        &attack_flow::AttackFlow,
        &csv::Csv,
        &html::Html,
        &json::Json,
        &jsonl::Jsonl,
        &markdown::Markdown,
        &navigator::Navigator,
        &ocsf::Ocsf,
        &sarif::Sarif,
        &stix::Stix,
        &timesketch::Timesketch,
    ]
}

/// The format of that name.
pub fn find(name: &str) -> Option<&'static dyn Report> {
    all().iter().copied().find(|report| report.about().name == name)
}
