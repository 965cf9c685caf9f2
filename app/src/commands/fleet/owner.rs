//! `yagura fleet owner`: which instance had an address at a time.

use std::io::{self, Write};
use std::net::IpAddr;

use engine::fleet::Owner;
use model::Error;
use model::fleet::Trait;
use serde_json::{Value, json};

use super::load::{self, say, show, stamp};
use crate::args::Lang;
use crate::assemble;
use crate::exit::{DONE, Failure, NOTHING};
use crate::fleet_args;

/// Runs the verb; gives the exit code.
pub fn run(options: &fleet_args::Owner) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let (ip, time) = match options.question.split_once('@') {
        Some((ip, time)) => (ip, Some(load::second(time, &options.common)?)),
        None => (options.question.as_str(), None),
    };
    let ip: IpAddr = ip.parse().map_err(|_| {
        Error::user(
            format!("{ip:?} is no address"),
            "Write IP@TIME: 192.0.2.23@2026-05-04T09:30:00Z.",
        )
    })?;
    let ip = ip.to_string();
    let loaded = load::load(&options.common)?;
    if loaded.tally.total().records == 0 {
        return Ok(NOTHING);
    }
    let all = loaded.ledger.owners(&ip);
    let all: Vec<Owner<'_>> =
        all.into_iter().filter(|o| load::wanted(&options.common, o.life)).collect();
    let holds = |owner: &&Owner<'_>| time.is_none_or(|at| owner.binding.holds(at));
    // Who had it before and after helps where nobody had it.
    let answer = Answer {
        ip,
        time,
        used: all.len(),
        then: all.iter().filter(holds).collect(),
        before: time.and_then(|at| all.iter().rfind(|o| o.binding.to.is_some_and(|to| to <= at))),
        after: time.and_then(|at| all.iter().find(|o| o.binding.from > at)),
    };
    let lang = options.common.lang;
    assemble::deliver(options.common.output.output.as_deref(), &mut |to| {
        if as_json { json(&answer, to) } else { text(&answer, lang, to) }
    })?;
    Ok(DONE)
}

/// Who had the address.
struct Answer<'l> {
    ip: String,
    time: Option<i64>,
    used: usize,
    then: Vec<&'l Owner<'l>>,
    before: Option<&'l Owner<'l>>,
    after: Option<&'l Owner<'l>>,
}

fn json(answer: &Answer<'_>, to: &mut dyn Write) -> io::Result<()> {
    let one = |o: &&Owner<'_>| -> Value {
        let mut value = load::binding(o.binding);
        load::put(&mut value, "instance", o.life.id.clone());
        load::put(&mut value, "group", o.life.is(Trait::Group));
        value
    };
    let whole = json!({"schema": "yagura.fleet_owner/1", "ip": answer.ip,
        "time": answer.time.map(stamp), "times_used": answer.used,
        "owners": answer.then.iter().map(one).collect::<Vec<_>>(),
        "before": answer.before.as_ref().map(one), "after": answer.after.as_ref().map(one)});
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

fn text(answer: &Answer<'_>, lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    let line = |o: &Owner<'_>| {
        let (from, end) = (stamp(o.binding.from), o.binding.to.map_or_else(String::new, stamp));
        let group = o.life.is(Trait::Group).map(show).unwrap_or_default();
        format!("{}  {from} – {end}  {group}", show(&o.life.id))
    };
    for owner in &answer.then {
        writeln!(to, "{}", line(owner))?;
    }
    if !answer.then.is_empty() {
        return Ok(());
    }
    let english = "no instance had it then, by these records";
    let japanese = "この記録では、その時刻に使用していたインスタンスはありません";
    writeln!(to, "{}", say(lang, english, japanese))?;
    let (before, after) = (say(lang, "before:", "前:"), say(lang, "after:", "後:"));
    for (word, owner) in [(before, answer.before), (after, answer.after)] {
        if let Some(owner) = owner {
            writeln!(to, "{word} {}", line(owner))?;
        }
    }
    Ok(())
}
