//! `yagura investigate`: read logs and say what an intruder did.

use std::path::Path;
use std::sync::Arc;

use detectors::behavior::Surprise;
use model::seam::correlator::Correlator;
use model::seam::detector::Detector;
use model::seam::report::{Language, Report};
use model::{Error, Investigation, Severity};

use super::baseline::known;
use super::respond::uses::{Counter, Uses};
use crate::args::{self, Investigate};
use crate::assemble;
use crate::assets;
use crate::exit::{DONE, FOUND, Failure, NOTHING};
use crate::progress::Bar;
use crate::reading::Reading;
use crate::rules;
use crate::state;

/// Runs the verb; gives the exit code.
pub fn run(options: &Investigate) -> Result<u8, Failure> {
    let report = find_report(&options.format)?;
    let language = assemble::language(options.lang);
    let keeps = state::is_wanted(options);
    let look = Look {
        paths: &options.paths,
        reading: &options.reading,
        rules: &options.rules,
        window: [options.from.as_deref(), options.to.as_deref()],
        assets: options.assets.as_deref(),
        baseline: options.baseline.as_deref(),
        state: options.state.as_deref(),
        prices: options.prices.as_deref(),
        language,
        min_severity: options.min_severity.into(),
        // A case is known again by the records it cites.
        cite: report.shows_evidence() || keeps,
        quiet: options.output.quiet,
    };
    let mut investigation = look.run()?;
    let exceptions = state::exceptions(options)?;
    let now = state::now(None).at;
    engine::cases::except(&mut investigation, &exceptions, now, language);
    if keeps {
        state::keep(options, &investigation, language)?;
    }
    let style = assemble::style(&options.output, language);
    let mut other = other_language(options, &look)?;
    if let Some(other) = &mut other {
        engine::cases::except(other, &exceptions, now, other_than(language));
    }
    let written = assemble::deliver(options.output.output.as_deref(), &mut |to| match &other {
        Some(other) => reports::write_both([&investigation, other], style, to),
        None => report.write(&investigation, style, to),
    });
    // A reader that has seen enough (`| head`) does not change what was found.
    match written {
        Ok(()) | Err(Failure::Closed) => {}
        Err(failure) => return Err(failure),
    }
    Ok(code(options, &investigation))
}

fn other_than(language: Language) -> Language {
    match language {
        Language::English => Language::Japanese,
        Language::Japanese => Language::English,
    }
}

/// A page for a browser is told in both languages; standard input can be read once only.
fn other_language(
    options: &Investigate,
    look: &Look<'_>,
) -> Result<Option<Investigation>, Failure> {
    let piped = options.paths.is_empty() || options.paths.iter().any(|path| path == "-");
    if options.format != "html" || piped {
        return Ok(None);
    }
    let language = other_than(look.language);
    Look { language, quiet: true, ..*look }.run().map(Some)
}

fn code(options: &Investigate, investigation: &Investigation) -> u8 {
    if investigation.tally.total().records == 0 {
        assemble::note(
            options.output.quiet,
            "nothing was read: no input was recognised as a log (see `yagura sources`)",
        );
        return NOTHING;
    }
    let threshold = options.fail_on.into();
    let found = investigation.incidents.iter().any(|incident| incident.severity >= threshold);
    if found { FOUND } else { DONE }
}

/// What to read, and how.
#[derive(Clone, Copy)]
pub struct Look<'o> {
    pub paths: &'o [String],
    pub reading: &'o args::Reading,
    pub rules: &'o args::Rules,
    pub window: [Option<&'o str>; 2],
    pub assets: Option<&'o Path>,
    pub prices: Option<&'o Path>,
    pub baseline: Option<&'o Path>,
    /// The folder of cases, for what was found harmless.
    pub state: Option<&'o Path>,
    pub language: Language,
    pub min_severity: Severity,
    pub cite: bool,
    pub quiet: bool,
}

impl Look<'_> {
    /// Reads, judges and joins.
    pub fn run(&self) -> Result<Investigation, Failure> {
        let reading = Reading::new(self.paths, self.reading)?;
        let rules = rules::load(self.rules, &reading.sources)?;
        let told = rules.told();
        let counted = model::investigation::Rules {
            loaded: rules.sigma.len() as u64,
            failed: rules.broken() as u64,
        };
        let logs = rules::log_sources(&reading.sources);
        let web = detectors::web::Web::new(&logs);
        let places = rules::places(&self.rules.geoip)?;
        let behavior = detectors::behavior::Behavior::new(&logs).with_places(places);
        let mut detectors: Vec<Box<dyn Detector>> =
            vec![Box::new(rules.sigma), Box::new(web), Box::new(behavior)];
        let zone = reading.settings.zone.clone();
        let [from, to] = self.window;
        let window = assemble::window(from, to, zone.as_ref())?;
        let mut learned = None;
        if let Some(file) = self.baseline {
            let baseline = super::baseline::load(file)?;
            learned = baseline.span();
            let surprise = Surprise::new(&logs, baseline);
            let harmless = self.state.map(known::harmless).transpose()?.unwrap_or_default();
            let places = rules::places(&self.rules.geoip)?;
            detectors.push(Box::new(surprise.with_places(places).with_harmless(harmless)));
        }
        let mut investigation = self.judged(reading, &detectors, correlators::ALL)?;
        investigation.warnings.extend(super::baseline::overlap(
            learned,
            &investigation.tally,
            window,
        ));
        investigation.warnings.extend(told);
        investigation.tally.rules = counted;
        Ok(investigation)
    }

    /// Reads, and only counts.
    pub fn counted(&self, uses: &Arc<Uses>) -> Result<(), Failure> {
        let reading = Reading::new(self.paths, self.reading)?;
        let counter: Box<dyn Detector> = Box::new(Counter(Arc::clone(uses)));
        self.judged(reading, &[counter], &[]).map(drop)
    }

    /// The same with other judges.
    pub fn judged(
        &self,
        reading: Reading,
        detectors: &[Box<dyn Detector>],
        correlators: &[&dyn Correlator],
    ) -> Result<Investigation, Failure> {
        let assets = self.assets.map(assets::load).transpose()?.unwrap_or_default();
        let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
        let bar = Bar::new(self.quiet, &feed);
        let zone = reading.settings.zone.clone();
        let [from, to] = self.window;
        let plan = engine::Plan {
            feed: &feed,
            forced: reading.forced(&feed)?,
            sources: reading.sources,
            detectors,
            settings: reading.settings,
            hosts: engine::Hosts { assets: &assets, is_own_log: sources::is_host_log },
            window: assemble::window(from, to, zone.as_ref())?,
            threads: reading.threads,
            progress: &bar,
        };
        let prices = self.prices.map(prices).transpose()?.unwrap_or_default();
        let settings = engine::Settings {
            prices: &prices,
            correlators,
            language: self.language,
            min_severity: self.min_severity,
            cite: self.cite,
            assets: &assets,
        };
        let investigation = engine::investigate(&plan, &settings)?;
        bar.finish();
        Ok(investigation)
    }
}

/// Loads a table of prices.
fn prices(path: &Path) -> Result<engine::Prices, Error> {
    let text = std::fs::read_to_string(path).map_err(|why| {
        let remedy = "Give a TOML file with prices, see docs/investigation.md.";
        Error::user(format!("{}: {why}", path.display()), remedy)
    })?;
    engine::Prices::parse(&text)
}

fn find_report(name: &str) -> Result<&'static dyn Report, Error> {
    reports::find(name).ok_or_else(|| {
        let known: Vec<&str> = reports::all().iter().map(|report| report.about().name).collect();
        Error::user(
            format!("there is no format {name:?}"),
            format!("Choose one of: {}.", known.join(", ")),
        )
    })
}
