//! `yagura fleet show`: the instances, and how many by group.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::fleet::Life;
use model::Error;
use model::fleet::Trait;
use serde_json::{Value, json};

use super::load::{self, Loaded, say, show, stamp, words};
use crate::args::Lang;
use crate::assemble;
use crate::exit::{DONE, Failure, NOTHING};
use crate::fleet_args::Show;

/// Runs the verb; gives the exit code.
pub fn run(options: &Show) -> Result<u8, Failure> {
    let writer = match options.format.as_str() {
        "text" => text,
        "json" => json,
        "csv" => csv,
        other => {
            let what = format!("there is no format {other:?} here");
            return Err(Error::user(what, "Choose text, json or csv.").into());
        }
    };
    let at = options.at.as_deref().map(|at| load::second(at, &options.common)).transpose()?;
    let loaded = load::load(&options.common)?;
    let chosen =
        |life: &&Life| load::wanted(&options.common, life) && at.is_none_or(|at| life.runs_at(at));
    let lives: Vec<&Life> = loaded.ledger.lives.iter().filter(chosen).collect();
    let lang = options.common.lang;
    assemble::deliver(options.common.output.output.as_deref(), &mut |to| {
        writer(&loaded, &lives, lang, to)
    })?;
    Ok(if loaded.tally.total().records == 0 { NOTHING } else { DONE })
}

fn json(loaded: &Loaded, lives: &[&Life], _: Lang, to: &mut dyn Write) -> io::Result<()> {
    let span = loaded.ledger.span.map(|(from, to)| json!({"from": stamp(from), "to": stamp(to)}));
    let all: Vec<Value> = lives.iter().map(|life| load::life(life)).collect();
    let groups: Vec<Value> = groups(lives)
        .into_iter()
        .map(|(group, (count, running))| json!({"group": group, "instances": count, "running": running}))
        .collect();
    let whole = json!({"schema": "yagura.fleet/1", "known": span, "told_by": loaded.ledger.tellers,
        "lost": loaded.ledger.lost, "groups": groups, "instances": all});
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

/// Instances and those that still run, by group.
fn groups<'l>(lives: &[&'l Life]) -> BTreeMap<Option<&'l str>, (usize, usize)> {
    let mut all: BTreeMap<Option<&str>, (usize, usize)> = BTreeMap::new();
    for life in lives {
        let count = all.entry(life.is(Trait::Group)).or_default();
        count.0 += 1;
        count.1 += usize::from(life.runs.last().is_some_and(|run| run.to.is_none()));
    }
    all
}

fn text(loaded: &Loaded, lives: &[&Life], lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    if let Some((from, until)) = loaded.ledger.span {
        let word = say(lang, "Records tell of lives from", "記録の期間:");
        writeln!(to, "{word} {} – {}", stamp(from), stamp(until))?;
    }
    for life in lives {
        let trait_of = |what| life.is(what).map(show);
        let ips: Vec<String> = life.bindings.iter().map(|b| show(&b.ip)).collect();
        write!(to, "{}  {:<13}", show(&life.id), life.state.word())?;
        for run in &life.runs {
            let end = run.to.as_ref().map_or_else(String::new, words);
            write!(to, "  {} – {end}", words(&run.from))?;
        }
        let rest = [
            trait_of(Trait::Group),
            trait_of(Trait::Type),
            trait_of(Trait::Image),
            trait_of(Trait::Zone),
            Some(ips.join(" ")),
        ];
        let rest: Vec<String> = rest.into_iter().flatten().filter(|t| !t.is_empty()).collect();
        writeln!(to, "  {}", rest.join("  "))?;
    }
    let none = say(lang, "(no group)", "(グループなし)");
    for (group, (count, running)) in groups(lives) {
        let group = group.map_or_else(|| none.to_owned(), show);
        match lang {
            Lang::En => writeln!(to, "{group}: {count} instances, {running} still running")?,
            Lang::Ja => writeln!(to, "{group}: {count} 台(うち稼働中 {running} 台)")?,
        }
    }
    let estimated: usize = lives.iter().filter(|life| life.estimated() > 0).count();
    if estimated > 0 {
        match lang {
            Lang::En => writeln!(
                to,
                "~ of {estimated} instances a time is worked out of other records: no state change is told"
            )?,
            Lang::Ja => writeln!(
                to,
                "~ {estimated} 台は状態変化の記録がないため、他の記録から時刻を推定しました"
            )?,
        }
    }
    Ok(())
}

/// A cell that spreadsheets take as text.
pub fn cell(text: &str) -> String {
    let safe = reports::cell(text);
    if safe.contains([',', '"']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe.into_owned()
    }
}

fn csv(_: &Loaded, lives: &[&Life], _: Lang, to: &mut dyn Write) -> io::Result<()> {
    writeln!(
        to,
        "instance,state,from,to,from_told,to_told,group,application,environment,account,region,zone,type,image,template,market,addresses"
    )?;
    for life in lives {
        for run in &life.runs {
            let end = |of: &dyn Fn(&engine::fleet::Moment) -> String| {
                run.to.as_ref().map_or_else(String::new, of)
            };
            let ips: Vec<&str> = life.bindings.iter().map(|b| b.ip.as_str()).collect();
            let mut cells = vec![
                life.id.clone(),
                life.state.word().to_owned(),
                stamp(run.from.at),
                end(&|m| stamp(m.at)),
                run.from.told.word().to_owned(),
                end(&|m| m.told.word().to_owned()),
            ];
            let traits = [
                Trait::Group,
                Trait::Application,
                Trait::Environment,
                Trait::Account,
                Trait::Region,
                Trait::Zone,
                Trait::Type,
                Trait::Image,
                Trait::Template,
                Trait::Market,
            ];
            cells.extend(traits.iter().map(|what| life.is(*what).unwrap_or_default().to_owned()));
            cells.push(ips.join(" "));
            let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
            writeln!(to, "{}", cells.join(","))?;
        }
    }
    Ok(())
}
