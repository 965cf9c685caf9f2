//! `yagura fleet coverage`: instances that no log heard of, and which logs cover which.

use std::collections::BTreeMap;
use std::io::{self, Write};

use engine::fleet::Coverage;
use model::Error;
use model::fleet::Trait;
use serde_json::{Value, json};

use super::load::{self, length, show, stamp};
use super::show::cell;
use crate::args::Lang;
use crate::assemble;
use crate::exit::{DONE, Failure, NOTHING};
use crate::fleet_args;

/// Runs the verb; gives the exit code.
pub fn run(options: &fleet_args::Coverage) -> Result<u8, Failure> {
    let writer = match options.format.as_str() {
        "text" => text,
        "json" => json,
        "csv" => csv,
        other => {
            let what = format!("there is no format {other:?} here");
            return Err(Error::user(what, "Choose text, json or csv.").into());
        }
    };
    let loaded = load::load(&options.common)?;
    if loaded.tally.total().records == 0 {
        return Ok(NOTHING);
    }
    let mut all = engine::fleet::coverage(&loaded.ledger);
    all.retain(|one| load::wanted(&options.common, one.life) && one.ran > 0);
    let lang = options.common.lang;
    assemble::deliver(options.common.output.output.as_deref(), &mut |to| writer(&all, lang, to))?;
    Ok(DONE)
}

/// Instances that each kind of log heard of.
fn products(all: &[Coverage<'_>]) -> BTreeMap<&'static str, usize> {
    let mut count = BTreeMap::new();
    for product in all.iter().flat_map(|one| &one.products) {
        *count.entry(product.source).or_default() += 1;
    }
    count
}

fn text(all: &[Coverage<'_>], lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    for one in all.iter().filter(|one| !one.silent.is_empty()) {
        let id = show(&one.life.id);
        let group = one.life.is(Trait::Group).map(show).unwrap_or_default();
        for (from, until) in &one.silent {
            let (from, until, time) = (stamp(*from), stamp(*until), length(until - from));
            match lang {
                Lang::En => {
                    writeln!(
                        to,
                        "{id} ran {from} – {until} ({time}), no log heard of it  {group}"
                    )?;
                }
                Lang::Ja => writeln!(
                    to,
                    "{id} は {from} – {until}({time})稼働、どのログにも記録なし  {group}"
                )?,
            }
        }
    }
    let (count, covered) = (all.len(), all.iter().filter(|one| one.silent.is_empty()).count());
    match lang {
        Lang::En => {
            writeln!(to, "{count} instances ran; {covered} of them were heard of all the time")?;
        }
        Lang::Ja => writeln!(to, "稼働 {count} 台、うち常時記録あり {covered} 台")?,
    }
    for (source, heard) in products(all) {
        match lang {
            Lang::En => writeln!(to, "  {source}: heard of {heard}, not of {}", count - heard)?,
            Lang::Ja => writeln!(to, "  {source}: 記録あり {heard} 台、なし {} 台", count - heard)?,
        }
    }
    Ok(())
}

fn json(all: &[Coverage<'_>], _: Lang, to: &mut dyn Write) -> io::Result<()> {
    let one = |one: &Coverage<'_>| -> Value {
        let silent: Vec<Value> = one
            .silent
            .iter()
            .map(|(from, to)| json!({"from": stamp(*from), "to": stamp(*to)}))
            .collect();
        let products: Vec<Value> = one
            .products
            .iter()
            .map(|p| json!({"source": p.source, "seconds": p.seconds}))
            .collect();
        json!({"instance": one.life.id, "group": one.life.is(Trait::Group), "seconds": one.ran,
            "products": products, "silent": silent})
    };
    let count: Vec<Value> = products(all)
        .into_iter()
        .map(|(source, heard)| json!({"source": source, "instances": heard, "without": all.len() - heard}))
        .collect();
    let whole = json!({"schema": "yagura.fleet_coverage/1", "products": count,
        "instances": all.iter().map(one).collect::<Vec<_>>()});
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

fn csv(all: &[Coverage<'_>], _: Lang, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "instance,group,seconds,products,silent_from,silent_to")?;
    for one in all {
        let products: Vec<&str> = one.products.iter().map(|p| p.source).collect();
        let silent = if one.silent.is_empty() { vec![(0, 0)] } else { one.silent.clone() };
        for (from, until) in silent {
            let time = |at: i64| if until == 0 { String::new() } else { stamp(at) };
            let (id, group) = (cell(&one.life.id), cell(one.life.is(Trait::Group).unwrap_or("")));
            let (from, until, ran) = (time(from), time(until), one.ran);
            writeln!(to, "{id},{group},{ran},{},{from},{until}", products.join(" "))?;
        }
    }
    Ok(())
}
