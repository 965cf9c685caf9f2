//! `mail.exim`: Exim's main log, reject log and syslog lines; one line is one event.

mod body;
mod line;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use self::line::{Line, Tells};
use crate::clock::Calendar;
use crate::joined::{self, Part};
use crate::{syslog, wrap};

/// The member.
pub struct Exim;

const NAME: &str = "mail.exim";

impl Source for Exim {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Exim main log: arrivals, deliveries, bounces, deferrals, refusals, by message id",
            spec: "https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::AUTHENTICATION, Class::EMAIL_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("linux"), service: Some("exim"), category: None }]
    }

    fn fields(&self) -> &'static [&'static str] {
        body::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let (mut calendar, settings) = (Calendar::default(), ReadSettings::default());
        let (mut certain, mut fit, mut all, mut refused) = (0, 0, 0, false);
        for text in wrap::sample_lines(sample) {
            if goes_on(&text) || (refused && syslog::stamp(&text).is_none()) {
                continue;
            }
            all += 1;
            if let Ok(line) =
                Line::parse(wrap::delivery_time(&text).1, &mut calendar, None, &settings)
            {
                fit += 1;
                certain += usize::from(line.is_certain());
                refused = line.tells == Tells::Refusal;
            }
        }
        if certain > 0 && certain * 4 >= all && fit * 2 >= all {
            Likeness::Name
        } else {
            Likeness::No
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut calendar = Calendar::new(settings);
        let parts = |text: &str, open: &str| {
            let refused = !open.is_empty() && open.contains(" rejected ");
            if goes_on(text) || (refused && syslog::stamp(text).is_none()) {
                Part::GoesOn
            } else {
                Part::Opens
            }
        };
        joined::read(input, &parts, out, &mut |record, out| {
            let first = record.text.lines().next().unwrap_or("");
            match Line::parse(first, &mut calendar, record.delivered, settings) {
                Ok(line) => out.event(&Event {
                    source: NAME,
                    time: line.time,
                    uid: None,
                    at: record.at,
                    outcome: line.outcome(),
                    credential: None,
                    address: line.client(),
                    raw: record.text,
                    body: &line,
                }),
                Err(why) => out.refuse(record.at, why, record.text),
            }
        });
    }
}

/// Whether a line belongs to the one before it: the headers in a reject log are set in.
fn goes_on(text: &str) -> bool {
    text.trim().is_empty() || text.starts_with([' ', '\t', '-'])
}
