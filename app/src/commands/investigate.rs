//! `yagura investigate`: read logs and say what an intruder did.

use model::Error;
use model::seam::detector::Detector;
use model::seam::report::{Language, Report};

use crate::args::{Investigate, Lang};
use crate::assemble;
use crate::assets;
use crate::exit::{DONE, FOUND, Failure, NOTHING};
use crate::progress::Bar;
use crate::reading::Reading;
use crate::rules;

/// Runs the verb; gives the exit code.
pub fn run(options: &Investigate) -> Result<u8, Failure> {
    let report = find_report(&options.format)?;
    let assets = options.assets.as_deref().map(assets::load).transpose()?.unwrap_or_default();
    let reading = Reading::new(&options.paths, &options.reading)?;
    let rules = rules::load(&options.rules, &reading.sources)?;
    let told = rules.told();
    let counted = model::investigation::Rules {
        loaded: rules.sigma.len() as u64,
        failed: rules.broken() as u64,
    };
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let web = detectors::web::Web::new(&rules::log_sources(&reading.sources));
    let detectors: Vec<Box<dyn Detector>> = vec![Box::new(rules.sigma), Box::new(web)];
    let bar = Bar::new(options.output.quiet, &feed);
    let zone = reading.settings.zone.clone();
    let plan = engine::Plan {
        feed: &feed,
        forced: reading.forced(&feed)?,
        sources: reading.sources,
        detectors: &detectors,
        settings: reading.settings,
        hosts: engine::Hosts { assets: &assets, is_own_log: sources::is_host_log },
        window: assemble::window(options.from.as_deref(), options.to.as_deref(), zone.as_ref())?,
        threads: reading.threads,
        progress: &bar,
    };
    let settings = engine::Settings {
        correlators: correlators::ALL,
        language: match options.lang {
            Lang::En => Language::English,
            Lang::Ja => Language::Japanese,
        },
        min_severity: options.min_severity.into(),
        cite: report.shows_evidence(),
        assets: &assets,
    };
    let mut investigation = engine::investigate(&plan, &settings)?;
    bar.finish();
    investigation.warnings.extend(told);
    investigation.tally.rules = counted;
    let style = assemble::style(&options.output, settings.language);
    let written = assemble::deliver(options.output.output.as_deref(), &mut |to| {
        report.write(&investigation, style, to)
    });
    // A reader that has seen enough (`| head`) does not change what was found.
    match written {
        Ok(()) | Err(Failure::Closed) => {}
        Err(failure) => return Err(failure),
    }
    if investigation.tally.total().records == 0 {
        assemble::note(
            options.output.quiet,
            "nothing was read: no input was recognised as a log (see `yagura sources`)",
        );
        return Ok(NOTHING);
    }
    let threshold = options.fail_on.into();
    let found = investigation.incidents.iter().any(|incident| incident.severity >= threshold);
    Ok(if found { FOUND } else { DONE })
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
