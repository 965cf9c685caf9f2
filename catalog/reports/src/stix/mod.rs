//! A STIX 2.1 bundle: each incident with its report, indicators, observed data and techniques.

mod bundle;
mod incident;
mod things;

use std::io::{self, Write};

use model::Investigation;
use model::seam::About;
use model::seam::report::{Language, Report, Style};

pub(crate) use bundle::{Bundle, ORIGIN, id, millis, set, technique, text};
pub(crate) use things::{Thing, thing};

const ABOUT: About = About {
    name: "stix",
    line: "a STIX 2.1 bundle, to share with others and for threat intelligence platforms",
    spec: "https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html",
};

/// The format `stix`.
pub(crate) struct Stix;

impl Report for Stix {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let lang = match style.language {
            Language::English => "en",
            Language::Japanese => "ja",
        };
        let mut bundle = Bundle::new(lang);
        for it in &investigation.incidents {
            incident::add(&mut bundle, investigation, it);
        }
        bundle.write(to)
    }
}
