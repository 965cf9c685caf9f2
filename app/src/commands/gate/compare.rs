//! `yagura gate compare` and `purl`: how the gate reads versions and package URLs.

use std::io::{self, BufRead, Write};

use model::Error;
use model::text::printable;
use versions::{Purl, Scheme};

use crate::exit::{DONE, ERROR, Failure};
use crate::gate_args::Compare;

/// Compares two versions, or each line of standard input.
pub fn run(options: &Compare) -> Result<u8, Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if options.ecosystem == "-" && options.a.is_none() {
        for line in io::stdin().lock().lines() {
            let line = line?;
            writeln!(out, "{}", answer(line.trim_end_matches('\r'))?)?;
        }
    } else {
        let (Some(a), Some(b)) = (&options.a, &options.b) else {
            let what = "two versions are needed";
            return Err(Error::user(what, "Write gate compare ECOSYSTEM A B.").into());
        };
        writeln!(out, "{}", sign(&options.ecosystem, a, b)?)?;
    }
    out.flush()?;
    Ok(DONE)
}

fn answer(line: &str) -> Result<&'static str, Error> {
    let parts: Vec<&str> = line.split('\t').collect();
    let [ecosystem, a, b] = parts.as_slice() else {
        let what = format!("{:?} is not ecosystem, version and version", printable(line, 200));
        return Err(Error::user(what, "Put a tab between the three."));
    };
    sign(ecosystem, a, b)
}

fn sign(ecosystem: &str, a: &str, b: &str) -> Result<&'static str, Error> {
    let Some(scheme) = Scheme::of(ecosystem) else {
        let what = format!("the order of versions in {:?} is not known", printable(ecosystem, 80));
        return Err(Error::user(what, "Use a name of OSV's ecosystems, for instance PyPI."));
    };
    Ok(match scheme.compare(a, b) {
        std::cmp::Ordering::Less => "<",
        std::cmp::Ordering::Equal => "=",
        std::cmp::Ordering::Greater => ">",
    })
}

/// Writes canonical package URLs.
pub fn purls(given: &[String]) -> Result<u8, Failure> {
    let mut code = DONE;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut tell = |text: &str| -> io::Result<()> {
        match Purl::parse(text) {
            Ok(purl) => writeln!(out, "{purl}"),
            Err(error) => {
                code = ERROR;
                writeln!(out, "error: {error}: {}", printable(text, 400))
            }
        }
    };
    for text in given {
        if text == "-" {
            for line in io::stdin().lock().lines() {
                tell(&line?)?;
            }
        } else {
            tell(text)?;
        }
    }
    out.flush()?;
    Ok(code)
}
