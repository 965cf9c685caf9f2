//! Reads logs into a ledger, and tells lives as JSON and as words.

use engine::fleet::{Binding, Ledger, Life, Moment, Run};
use model::fleet::{Told, Trait};
use model::investigation::Tally;
use model::text::printable;
use model::{Error, Time};
use serde_json::{Map, Value, json};

use crate::args::Lang;
use crate::exit::Failure;
use crate::fleet_args::Common;
use crate::progress::Bar;
use crate::reading::Reading;
use crate::{assemble, assets};

/// The ledger, and what was read for it.
pub struct Loaded {
    /// The ledger.
    pub ledger: Ledger,
    /// What was read.
    pub tally: Tally,
}

/// Reads the logs.
pub fn load(common: &Common) -> Result<Loaded, Failure> {
    let assets = common.assets.as_deref().map(assets::load).transpose()?.unwrap_or_default();
    let reading = Reading::new(&common.paths, &common.reading)?;
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let bar = Bar::new(common.output.quiet, &feed);
    let plan = engine::Plan {
        feed: &feed,
        forced: reading.forced(&feed)?,
        sources: reading.sources,
        detectors: &[],
        settings: reading.settings,
        hosts: engine::Hosts { assets: &assets, is_own_log: sources::is_host_log },
        window: engine::Window::default(),
        threads: reading.threads,
        progress: &bar,
    };
    let (ledger, tally) = engine::fleet::read(&plan, &assets)?;
    bar.finish();
    let quiet = common.output.quiet;
    if tally.total().records == 0 {
        assemble::note(quiet, "nothing was read: no input was recognised as a log");
    }
    if ledger.lost > 0 {
        let lost = ledger.lost;
        assemble::note(quiet, &format!("{lost} words on instances were not kept: too many"));
    }
    for skipped in &tally.skipped {
        assemble::note(quiet, &format!("{}: {}", skipped.file, skipped.why));
    }
    Ok(Loaded { ledger, tally })
}

/// Whether an instance is one of those that were asked for.
pub fn wanted(common: &Common, life: &Life) -> bool {
    let fits =
        |what, given: &Option<String>| given.as_deref().is_none_or(|g| life.is(what) == Some(g));
    fits(Trait::Group, &common.group)
        && fits(Trait::Application, &common.application)
        && fits(Trait::Environment, &common.environment)
        && fits(Trait::Account, &common.account)
}

/// A time on the command line as seconds since 1970.
pub fn second(text: &str, common: &Common) -> Result<i64, Error> {
    let zone = common.reading.time_zone.as_deref().and_then(model::time::zone);
    Ok(assemble::time(text, false, zone.as_ref())?.div_euclid(1_000_000_000))
}

/// RFC 3339 of seconds since 1970; empty for a time without bound.
pub fn stamp(at: i64) -> String {
    if at <= i64::MIN / 2 { String::new() } else { Time::seconds(at).to_string() }
}

/// One of two sentences.
pub fn say<'t>(lang: Lang, english: &'t str, japanese: &'t str) -> &'t str {
    match lang {
        Lang::En => english,
        Lang::Ja => japanese,
    }
}

/// A text from a log, for a terminal.
pub fn show(text: &str) -> String {
    printable(text, 200).into_owned()
}

/// A length of time for people.
pub fn length(seconds: i64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days > 0 { format!("{days}d {clock}") } else { clock }
}

/// Adds a member to an object.
pub fn put(object: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value.into());
    }
}

/// A moment as JSON.
pub fn moment(moment: &Moment) -> Value {
    let mut out = json!({"time": stamp(moment.at), "told": moment.told.word()});
    if moment.low != moment.high {
        let bound = |at| if at <= i64::MIN / 2 { Value::Null } else { stamp(at).into() };
        put(&mut out, "not_before", bound(moment.low));
        put(&mut out, "not_after", bound(moment.high));
    }
    out
}

fn run(run: &Run) -> Value {
    json!({"from": moment(&run.from), "to": run.to.as_ref().map(moment)})
}

/// An address as JSON.
pub fn binding(binding: &Binding) -> Value {
    json!({"ip": binding.ip, "eni": binding.eni, "public": binding.public,
        "from": stamp(binding.from), "to": binding.to.map(stamp)})
}

/// A life as JSON.
pub fn life(life: &Life) -> Value {
    let traits: Map<String, Value> =
        life.traits.iter().map(|(k, v)| (k.word().to_owned(), v.clone().into())).collect();
    json!({
        "instance": life.id,
        "state": life.state.word(),
        "traits": traits,
        "launched": life.launched.as_ref().map(moment),
        "runs": life.runs.iter().map(run).collect::<Vec<_>>(),
        "gone": life.gone.as_ref().map(moment),
        "addresses": life.bindings.iter().map(binding).collect::<Vec<_>>(),
        "estimated": life.estimated(),
    })
}

/// A moment in words: `~` where no record states it.
pub fn words(moment: &Moment) -> String {
    let mark = if moment.told == Told::State { "" } else { "~" };
    format!("{mark}{}", stamp(moment.at))
}
