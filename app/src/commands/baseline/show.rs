//! `yagura baseline show`: who is known, and how well.

use std::io::{self, Write};

use detectors::behavior::baseline::{Baseline, KEPT, Profile, Told};
use model::text::printable;
use serde_json::{Value, json};

use super::{date, days, load, stamp};
use crate::args::Lang;
use crate::assemble;
use crate::baseline_args::Show;
use crate::exit::{DONE, Failure};

/// Entities of a kind that the text shows; JSON has all.
const SHOWN_MAX: usize = 40;

pub fn run(options: &Show) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.told.format)?;
    let baseline = load(&options.file)?;
    assemble::deliver(options.told.output.output.as_deref(), &mut |to| {
        if as_json { json(&baseline, to) } else { text(&baseline, options.told.lang, to) }
    })?;
    Ok(DONE)
}

fn text(baseline: &Baseline, lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let (first, last) = baseline.span().unwrap_or_default();
    let (first, last, events) = (date(first), date(last), baseline.events());
    let count = baseline.len();
    match lang {
        Lang::En => writeln!(to, "{events} events from {first} to {last}; {count} entities")?,
        Lang::Ja => {
            writeln!(to, "{first} ～ {last} のイベント {events} 件、エンティティ {count} 個")?;
        }
    }
    let all = baseline.entities();
    for of_kind in all.chunk_by(|a, b| a.profile.kind == b.profile.kind) {
        let kind = of_kind.first().map_or("", |one| one.profile.kind.word());
        writeln!(to, "\n{kind} ({})", of_kind.len())?;
        for one in of_kind.iter().take(SHOWN_MAX) {
            writeln!(to, "  {}", line(one, lang))?;
        }
        let more = of_kind.len().saturating_sub(SHOWN_MAX);
        match lang {
            _ if more == 0 => {}
            Lang::En => writeln!(to, "  and {more} more (--format json has all)")?,
            Lang::Ja => writeln!(to, "  ほか {more} 個（--format json ですべて表示）")?,
        }
    }
    let error = 100.0 / (KEPT as f64 - 2.0).sqrt();
    match lang {
        Lang::En => writeln!(
            to,
            "\nUp to {KEPT} values of a feature are exact; more are counted with {error:.1} % error."
        ),
        Lang::Ja => writeln!(
            to,
            "\n特徴ごとに {KEPT} 個までの値は正確に、それを超えると誤差 {error:.1} % で数えます。"
        ),
    }
}

fn line(one: &Told<'_>, lang: Lang) -> String {
    let profile = one.profile;
    let name = name(one.name);
    let (events, active) = (profile.events(), profile.active());
    let (first, last) = (date(profile.first), date(profile.last));
    let (days, cold) = (days(active), cold(profile, lang));
    match lang {
        Lang::En => format!("{name}: {events} events on {days}, {first} to {last}{cold}"),
        Lang::Ja => format!("{name}：{active} 日間に {events} 件（{first} ～ {last}）{cold}"),
    }
}

/// That too little is known, if so.
pub fn cold(profile: &Profile, lang: Lang) -> &'static str {
    match lang {
        _ if !profile.is_cold() => "",
        Lang::En => " - too little to judge it by",
        Lang::Ja => "・判断には不足",
    }
}

/// A name from a log, for a terminal.
pub fn name(text: &str) -> String {
    if text.is_empty() { "?".to_owned() } else { printable(text, 160).into_owned() }
}

fn json(baseline: &Baseline, to: &mut dyn Write) -> io::Result<()> {
    let entity = |one: &Told<'_>| -> Value {
        let profile = one.profile;
        json!({"kind": profile.kind.word(), "name": one.name, "events": profile.events(),
               "days": profile.active(), "first": stamp(profile.first),
               "last": stamp(profile.last), "cold": profile.is_cold()})
    };
    let all: Vec<Value> = baseline.entities().iter().map(entity).collect();
    let span = baseline.span().map(|(first, last)| [stamp(first), stamp(last)]);
    let [first, last] = span.map_or([None, None], |span| span.map(Some));
    let whole = json!({"schema": "yagura.baseline/1", "events": baseline.events(),
        "first": first, "last": last, "sampled": baseline.is_cut()[0], "entities": all});
    writeln!(to, "{whole:#}")
}
