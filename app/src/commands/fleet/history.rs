//! `yagura fleet history`: all that was told of an instance, or of the instances of a group.

use std::io::{self, Write};

use engine::fleet::Life;
use model::Error;
use model::fleet::Trait;
use serde_json::{Value, json};

use super::load::{self, say, show, stamp, words};
use crate::args::Lang;
use crate::assemble;
use crate::exit::{DONE, Failure, NOTHING};
use crate::fleet_args::History;

/// Runs the verb; gives the exit code.
pub fn run(options: &History) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let loaded = load::load(&options.common)?;
    if loaded.tally.total().records == 0 {
        return Ok(NOTHING);
    }
    let name = options.name.as_str();
    let is_it = |life: &&Life| life.id == name || life.is(Trait::Group) == Some(name);
    let lives: Vec<&Life> = loaded.ledger.lives.iter().filter(is_it).collect();
    if lives.is_empty() {
        let what = format!("no record tells of an instance or group {name:?}");
        return Err(Error::user(what, "`yagura fleet show` lists those that are known.").into());
    }
    let lang = options.common.lang;
    assemble::deliver(options.common.output.output.as_deref(), &mut |to| {
        if as_json { json(&lives, to) } else { text(&lives, lang, to) }
    })?;
    Ok(DONE)
}

fn json(lives: &[&Life], to: &mut dyn Write) -> io::Result<()> {
    let one = |life: &&Life| {
        let notes = life.notes.iter().map(|note| {
            json!({"time": stamp(note.at), "state": note.phase.word(), "told": note.told.word()})
        });
        let mut value = load::life(life);
        load::put(&mut value, "history", Value::Array(notes.collect()));
        value
    };
    let all: Vec<Value> = lives.iter().map(one).collect();
    let whole = json!({"schema": "yagura.fleet/1", "instances": all});
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

fn text(lives: &[&Life], lang: Lang, to: &mut dyn Write) -> io::Result<()> {
    for life in lives {
        writeln!(to, "{}  {}", show(&life.id), life.state.word())?;
        for (what, value) in &life.traits {
            writeln!(to, "  {:<17} {}", what.word(), show(value))?;
        }
        for run in &life.runs {
            let until = say(lang, "still running", "稼働中");
            let end = run.to.as_ref().map_or_else(|| until.to_owned(), words);
            let ran = say(lang, "ran", "稼働");
            writeln!(to, "  {ran:<17} {} – {end}", words(&run.from))?;
        }
        if let Some(gone) = &life.gone {
            writeln!(to, "  {:<17} {}", say(lang, "gone", "終了"), words(gone))?;
        }
        for binding in &life.bindings {
            let end = binding.to.map_or_else(String::new, stamp);
            let eni = binding.eni.as_deref().map(show).unwrap_or_default();
            let word = if binding.public {
                say(lang, "public address", "パブリックIP")
            } else {
                say(lang, "address", "IPアドレス")
            };
            let from = stamp(binding.from);
            writeln!(to, "  {word:<17} {} {eni} {from} – {end}", show(&binding.ip))?;
        }
        for note in &life.notes {
            writeln!(
                to,
                "    {}  {:<13} {}",
                stamp(note.at),
                note.phase.word(),
                told(note.told, lang)
            )?;
        }
    }
    Ok(())
}

fn told(told: model::fleet::Told, lang: Lang) -> &'static str {
    use model::fleet::Told;
    match told {
        Told::State => say(lang, "state change", "状態変化の通知"),
        Told::Call => say(lang, "API call", "API呼び出し"),
        Told::Evicted => say(lang, "taken back by EC2 (spot)", "EC2によるスポット回収"),
        Told::Activity => say(lang, "done by its group, by then", "グループの活動(完了時刻)"),
        Told::Description => say(lang, "as described later", "後の記述による"),
        Told::Seen => say(lang, "described so, then or later", "この時刻以降の記述"),
        Told::Alive => say(lang, "traffic", "通信あり"),
    }
}
