//! `sim make SEED FOLDER [STORY]` writes a case; `sim evaluate [--seeds N] [--story NAME]
//! [--why] [--program PATH]` has many investigated and prints the table.
#![allow(clippy::disallowed_methods, reason = "it is told where the program lies")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks to a developer")]

use std::path::PathBuf;
use std::process::ExitCode;

use sim::evaluate::{Sums, of_seed, run};
use sim::story::Story;
use sim::{output, stories};

const USAGE: &str = "sim make SEED FOLDER [STORY]\n\
sim evaluate [--seeds N] [--from SEED] [--story NAME] [--why] [--program PATH]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["make", seed, folder, story @ ..] => make(seed, folder, story.first().copied()),
        ["evaluate", rest @ ..] => evaluate(rest),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn chosen(only: Option<&str>) -> Result<Vec<Story>, String> {
    let all = stories::all()?;
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let all: Vec<Story> =
        all.into_iter().filter(|(name, _)| wanted(name)).map(|(_, story)| story).collect();
    if all.is_empty() { Err("no such story".into()) } else { Ok(all) }
}

fn make(seed: &str, folder: &str, story: Option<&str>) -> Result<(), String> {
    let seed = seed.parse().map_err(|_| USAGE.to_owned())?;
    let case = of_seed(seed, &chosen(story)?);
    output::write(&case, &PathBuf::from(folder)).map_err(|why| why.to_string())
}

fn evaluate(arguments: &[&str]) -> Result<(), String> {
    let after = |name: &str| {
        let at = arguments.iter().position(|word| *word == name)?;
        arguments.get(at + 1).copied()
    };
    let number = |name: &str, otherwise: u64| match after(name) {
        Some(text) => text.parse().map_err(|_| USAGE.to_owned()),
        None => Ok(otherwise),
    };
    let (seeds, from) = (number("--seeds", 200)?, number("--from", 0)?);
    let beside = std::env::current_exe().map_err(|why| why.to_string())?.with_file_name("yagura");
    let program = after("--program").map_or(beside, PathBuf::from);
    let stories = chosen(after("--story"))?;
    let mut sums = Sums::default();
    for seed in from..from + seeds {
        let case = of_seed(seed, &stories);
        sums.add(&case, run(&program, &case)?);
    }
    if arguments.contains(&"--why") {
        for note in sums.by_family.values().flat_map(|score| &score.notes) {
            println!("{note}");
        }
    }
    print!("{}", sums.table());
    Ok(())
}
