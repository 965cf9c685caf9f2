//! A described kind of log as a source among the others.

use frame::Input;
use model::Time;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;
use regex::Regex;

use super::record::{Fields, Record};
use super::rule::{EventRule, Mapping, Recognise};
use super::times;
use crate::clock::Calendar;
use crate::joined::{self, Part};
use crate::{app, json, wrap};

/// Where records take several lines, one line in so many must start one.
const LINES_A_RECORD: usize = 8;

/// A kind of log that a mapping describes.
pub struct Mapped(&'static Mapping);

impl Mapped {
    /// The source of a mapping, which lives as long as the program: so do all kinds of log.
    pub fn new(mapping: Mapping) -> Self {
        Mapped(Box::leak(Box::new(mapping)))
    }

    /// The sort of record that a line is, with what its pattern captured.
    fn sort<'s, 't>(&'s self, text: &'t str) -> Result<(&'s EventRule, Fields<'t>), &'static str> {
        let captured = |pattern: &Regex| pattern.captures(text).map(Fields::Captures);
        let mut shared = self.0.pattern.as_ref().and_then(captured);
        let mut read = shared.is_some();
        for rule in &self.0.events {
            let mut own = rule.pattern.as_ref().and_then(captured);
            let fields = if rule.pattern.is_some() { &mut own } else { &mut shared };
            read |= fields.is_some();
            if fields.as_ref().is_some_and(|fields| rule.fits(fields))
                && let Some(fields) = fields.take()
            {
                return Ok((rule, fields));
            }
        }
        Err(if read { "no event of the mapping is for it" } else { "no pattern fits" })
    }

    /// The time of a record, or that of its delivery.
    fn time(
        &self,
        fields: &Fields<'_>,
        calendar: &mut Calendar,
        delivered: Option<Time>,
    ) -> Result<Time, &'static str> {
        let Some(text) = fields.text(&self.0.time) else {
            return delivered.ok_or("the time is missing");
        };
        let time = times::read(&text, self.0.time_format.as_deref(), calendar);
        time.or(delivered).ok_or(match self.0.time_format {
            Some(_) => "the time is not written as time_format says",
            None => "the time is not readable: say how it is written with time_format",
        })
    }

    fn calendar(&self, settings: &ReadSettings) -> Calendar {
        let zone = self.0.zone.clone().or_else(|| settings.zone.clone());
        Calendar::new(&ReadSettings { zone, ..settings.clone() })
    }

    fn read_lines(&self, input: &mut Input<'_>, calendar: &mut Calendar, out: &mut dyn Intake) {
        let part = |line: &str, _: &str| match &self.0.starts {
            Some(starts) => Part::opens(starts.is_match(line)),
            None if line.trim().is_empty() => Part::Heading,
            None => Part::Opens,
        };
        joined::read(input, &part, out, &mut |joined, out| {
            let found = self.sort(joined.text).and_then(|(rule, fields)| {
                let time = self.time(&fields, calendar, joined.delivered)?;
                Ok(Record::new(self.0, rule, fields, time, None))
            });
            match found {
                Ok(record) => out.event(&record.event(self.0.about.name, joined.at, joined.text)),
                Err(why) => out.refuse(joined.at, why, joined.text),
            }
        });
    }

    fn read_json(&self, input: &mut Input<'_>, calendar: &mut Calendar, out: &mut dyn Intake) {
        app::json::each_unit(input, &mut |at, raw, found| {
            let unit = match found {
                Ok(unit) => unit,
                Err(why) => return out.refuse(at, &why, raw),
            };
            let Some(own) = unit.own else { return out.refuse(at, "no JSON object", raw) };
            let fields = Fields::Json(own);
            let Some(rule) = self.0.events.iter().find(|rule| rule.fits(&fields)) else {
                return out.refuse(at, "no event of the mapping is for it", raw);
            };
            match self.time(&fields, calendar, unit.time) {
                Ok(time) => {
                    let record = Record::new(self.0, rule, fields, time, unit.uid);
                    out.event(&record.event(self.0.about.name, at, raw));
                }
                Err(why) => out.refuse(at, why, raw),
            }
        });
    }

    fn knows_lines(&self, pattern: &Regex, sample: &[u8]) -> bool {
        let lines = wrap::sample_lines(sample);
        let fits = |line: &&String| {
            pattern.is_match(line) || pattern.is_match(wrap::delivery_time(line).1)
        };
        let fit = lines.iter().filter(fits).count();
        let share = if self.0.starts.is_some() { LINES_A_RECORD } else { 2 };
        fit > 0 && fit * share >= lines.len()
    }
}

/// Whether at least half of the first records have all the names.
fn knows_names(names: &[String], sample: &[u8]) -> bool {
    let (mut fit, mut all) = (0usize, 0usize);
    app::json::each_sampled(sample, &mut |_, _, found| {
        all += 1;
        let own = found.ok().and_then(|unit| unit.own);
        fit += usize::from(own.is_some_and(|own| names.iter().all(|n| json::present(own, n))));
    });
    fit > 0 && fit * 2 >= all
}

impl Source for Mapped {
    fn about(&self) -> &'static About {
        &self.0.about
    }

    fn classes(&self) -> &'static [Class] {
        &self.0.classes
    }

    fn logsources(&self) -> &'static [LogSource] {
        &self.0.logsources
    }

    fn fields(&self) -> &'static [&'static str] {
        &self.0.fields
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let known = match &self.0.recognise {
            Recognise::Never => false,
            Recognise::Line(pattern) => self.knows_lines(pattern, sample),
            Recognise::Names(names) => knows_names(names, sample),
        };
        if known { Likeness::Format } else { Likeness::No }
    }

    fn goes_before(&self) -> &[&'static str] {
        &self.0.goes_before
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut calendar = self.calendar(settings);
        if self.0.is_json {
            self.read_json(input, &mut calendar, out);
        } else {
            self.read_lines(input, &mut calendar, out);
        }
    }
}
