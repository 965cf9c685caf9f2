//! Error logs of Apache, nginx, PHP and Gunicorn, each line by its own format.

mod apache;
mod fault;
mod nginx;
mod php;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use self::fault::Fault;
use crate::joined::{self, Joined, Part};
use crate::wrap;

/// The source.
pub struct Errors;

const NAME: &str = "web.error";

const LOGSOURCES: &[LogSource] = &[service("apache"), service("nginx"), service("php")];

const fn service(name: &'static str) -> LogSource {
    LogSource { product: None, service: Some(name), category: None }
}

impl Source for Errors {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Error logs: Apache 2.2 and 2.4, nginx, PHP, Gunicorn",
            spec: "https://httpd.apache.org/docs/2.4/logs.html#errorlog",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::HTTP_ACTIVITY,
            Class::APPLICATION_LIFECYCLE,
            Class::APPLICATION_ERROR,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        fault::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let ours = lines.iter().any(|line| is_head(wrap::delivery_time(line).1));
        if ours { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let part = |line: &str, _: &str| Part::opens(is_head(line));
        joined::read(input, &part, out, &mut |joined, out| match fault(&joined, settings) {
            Ok(fault) => emit(&fault, &joined, out),
            Err(why) => out.refuse(joined.at, &why, joined.text),
        });
    }
}

fn is_head(line: &str) -> bool {
    // Most entries begin with one of these; the rest of the looks costs more.
    line.starts_with(|c: char| c == '[' || c.is_ascii_digit())
        && (nginx::is_head(line)
            || apache::is_head(line)
            || php::is_head(line)
            || php::is_gunicorn(line))
}

fn fault<'j>(joined: &'j Joined<'_>, settings: &ReadSettings) -> Result<Fault<'j>, String> {
    let zone = settings.zone.as_ref();
    let text = joined.text;
    if nginx::is_head(text) {
        nginx::read(text, zone)
    } else if apache::is_head(text) {
        apache::read(text, zone)
    } else if php::is_gunicorn(text) {
        php::read_gunicorn(text)
    } else if php::is_head(text) {
        php::read(text, zone)
    } else {
        Err("no known error log format fits this line".into())
    }
}

fn emit(fault: &Fault<'_>, joined: &Joined<'_>, out: &mut dyn Intake) {
    let Some(time) = fault.time else { return out.refuse(joined.at, "no time", joined.text) };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at: joined.at,
        outcome: fault.outcome(),
        credential: None,
        address: fault.address(),
        raw: joined.text,
        body: fault,
    });
}
