//! `yagura baseline explain`: what is usual of an entity.

use std::io::{self, Write};

use detectors::behavior::baseline::{Baseline, Feature, Sketch, Told};
use serde_json::{Value, json};

use super::show::{cold, name};
use super::{date, load, stamp};
use crate::args::Lang;
use crate::assemble;
use crate::baseline_args::Explain;
use crate::exit::{DONE, FOUND, Failure};

/// Values of a feature that the text shows; JSON has all that are kept.
const VALUES_MAX: usize = 12;
/// Entities that are told, if the name fits several.
const ENTITIES_MAX: usize = 8;

pub fn run(options: &Explain) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.told.format)?;
    let baseline = load(&options.file)?;
    let found = baseline.find(&options.entity);
    if found.is_empty() {
        let line = format!("nothing is known of {}", name(&options.entity));
        assemble::note(options.told.output.quiet, &line);
    }
    let lang = options.told.lang;
    assemble::deliver(options.told.output.output.as_deref(), &mut |to| {
        if as_json {
            let all: Vec<Value> = found.iter().map(|one| as_value(&baseline, one)).collect();
            return writeln!(to, "{:#}", json!({"schema": "yagura.usual/1", "entities": all}));
        }
        for one in found.iter().take(ENTITIES_MAX) {
            text(&baseline, one, lang, to)?;
        }
        let more = found.len().saturating_sub(ENTITIES_MAX);
        match lang {
            _ if more == 0 => Ok(()),
            Lang::En => writeln!(to, "{more} more have such a name: give more of it"),
            Lang::Ja => {
                writeln!(to, "ほか {more} 個が該当します。名前をより詳しく指定してください")
            }
        }
    })?;
    Ok(if found.is_empty() { FOUND } else { DONE })
}

fn text(baseline: &Baseline, one: &Told<'_>, lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let profile = one.profile;
    let (events, active) = (profile.events(), profile.active());
    let (kind, name) = (profile.kind.word(), name(one.name));
    let (first, last, cold) = (date(profile.first), date(profile.last), cold(profile, lang));
    let on = super::days(active);
    let (middle, most) = profile.volume().unwrap_or_default();
    match lang {
        Lang::En => writeln!(
            to,
            "{name} ({kind}): {events} events on {on}, {first} to {last}{cold}\n  a day has {middle} events in the middle, {most} at most"
        )?,
        Lang::Ja => writeln!(
            to,
            "{name}（{kind}）：{active} 日間に {events} 件（{first} ～ {last}）{cold}\n  1 日のイベント数は中央値 {middle}、最大 {most}"
        )?,
    }
    for (feature, sketch) in profile.all() {
        values(baseline, feature, sketch, lang, to)?;
    }
    writeln!(to)
}

fn values(
    baseline: &Baseline,
    feature: Feature,
    sketch: &Sketch,
    lang: Lang,
    to: &mut dyn Write,
) -> io::Result<()> {
    let all = baseline.usual(sketch);
    let fresh = 100.0 * baseline.fresh(sketch);
    let days = sketch.days();
    let about = if sketch.filter.is_some() { "about " } else { "" };
    let (count, [english, japanese]) = (sketch.distinct(), feature.name());
    match lang {
        Lang::En => writeln!(
            to,
            "  {english}: {about}{} on {}; the next is new with {fresh:.1} %",
            plural(count),
            super::days(days)
        )?,
        Lang::Ja => writeln!(
            to,
            "  {japanese}：{days} 日間に値 {count:.0} 個、次が新しい値である確率 {fresh:.1} %"
        )?,
    }
    for one in all.iter().take(VALUES_MAX) {
        let (word, days, value) = (one.word.word(), one.days, name(one.name));
        let (first, last) = (date(one.span.0), date(one.span.1));
        let on = super::days(days);
        match lang {
            Lang::En => writeln!(to, "    {word:<10} {value} ({on}, {first} to {last})")?,
            Lang::Ja => writeln!(to, "    {word:<10} {value}（{days} 日、{first} ～ {last}）")?,
        }
    }
    let more = all.len().saturating_sub(VALUES_MAX);
    match lang {
        _ if more == 0 => Ok(()),
        Lang::En => writeln!(to, "    and {more} more"),
        Lang::Ja => writeln!(to, "    ほか {more} 個"),
    }
}

fn plural(count: f64) -> String {
    format!("{count:.0} {}", if count < 1.5 { "value" } else { "values" })
}

fn as_value(baseline: &Baseline, one: &Told<'_>) -> Value {
    let profile = one.profile;
    let features: Vec<Value> = profile
        .all()
        .map(|(feature, sketch)| {
            let values: Vec<Value> = baseline
                .usual(sketch)
                .iter()
                .map(|one| {
                    json!({"value": one.name, "word": one.word.word(), "days": one.days,
                           "first": stamp(one.span.0), "last": stamp(one.span.1)})
                })
                .collect();
            json!({"feature": feature.word(), "distinct": sketch.distinct().round(),
                   "exact": sketch.filter.is_none(), "days": sketch.days(),
                   "new_probability": baseline.fresh(sketch), "values": values})
        })
        .collect();
    json!({"kind": profile.kind.word(), "name": one.name, "events": profile.events(),
           "days": profile.active(), "first": stamp(profile.first), "last": stamp(profile.last),
           "cold": profile.is_cold(), "features": features})
}
