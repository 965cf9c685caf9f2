//! Where the house is put together: arguments become feeds, sources, rules, settings.

use std::fs;
use std::io::{self, IsTerminal as _, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use engine::Window;
use jiff::tz::TimeZone;
use model::seam::report::{Language, Style};
use model::{Error, Time};

use crate::args;
use crate::exit::Failure;

/// Who may read a new result: as most umasks have it.
const NEW_FILE_MODE: u32 = 0o644;

/// The text of a file; bytes that are no UTF-8 are replaced.
pub fn read_text(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|error| {
        Error::user(format!("{}: {error}", path.display()), "Check that the file can be read.")
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The span of time that is judged.
pub fn window(
    from: Option<&str>,
    to: Option<&str>,
    zone: Option<&TimeZone>,
) -> Result<Window, Error> {
    let read = |text: Option<&str>, late: bool| -> Result<Option<i64>, Error> {
        text.map(|text| time(text, late, zone)).transpose()
    };
    let window = Window { from: read(from, false)?, to: read(to, true)? };
    if let (Some(from), Some(to)) = (window.from, window.to)
        && from > to
    {
        return Err(Error::user("--from is after --to", "Swap the two times."));
    }
    Ok(window)
}

/// A time on the command line: RFC 3339, without a zone (then --time-zone or UTC), or a date.
pub fn time(text: &str, late: bool, zone: Option<&TimeZone>) -> Result<i64, Error> {
    let wrong = || {
        Error::user(
            format!("{text:?} is not a time"),
            "Write RFC 3339, for instance 2026-05-01T09:00:00Z, or a date.",
        )
    };
    let full = if text.len() == 10 {
        format!("{text}T{}", if late { "23:59:59" } else { "00:00:00" })
    } else {
        text.to_owned()
    };
    if let Some(time) = Time::parse_rfc3339(&full) {
        return Ok(if late { time.end } else { time.start });
    }
    let civil: jiff::civil::DateTime = full.parse().map_err(|_| wrong())?;
    let zoned = civil.to_zoned(zone.cloned().unwrap_or(TimeZone::UTC)).map_err(|_| wrong())?;
    let nanos = i64::try_from(zoned.timestamp().as_nanosecond()).map_err(|_| wrong())?;
    Ok(if late { nanos + 999_999_999 } else { nanos })
}

/// How text is written.
pub fn style(output: &args::Output, language: Language) -> Style {
    let terminal = output.output.is_none() && io::stdout().is_terminal();
    let allowed = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && !output.no_color;
    let width = if terminal {
        terminal_size::terminal_size().map_or(0, |(w, _)| usize::from(w.0))
    } else {
        0
    };
    Style { language, colour: terminal && allowed, width }
}

/// Writes the result to stdout, or to a file that is there whole or not at all.
pub fn deliver(
    path: Option<&Path>,
    write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(path) = path.filter(|path| *path != Path::new("-")) else {
        let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
        write(&mut out)?;
        return Ok(out.flush()?);
    };
    let cannot = |error: io::Error| {
        let what = format!("{}: {error}", path.display());
        Failure::Error(Error::user(what, "Choose an output path that can be written."))
    };
    // A link leads to its target; a device or a pipe is written to, never replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let known = fs::metadata(&target).ok();
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        let file = fs::OpenOptions::new().write(true).open(&target).map_err(cannot)?;
        let mut out = io::BufWriter::with_capacity(1 << 16, file);
        write(&mut out).map_err(cannot)?;
        return out.flush().map_err(cannot);
    }
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    let mut out = io::BufWriter::with_capacity(1 << 16, file);
    write(&mut out).map_err(cannot)?;
    let file = out.into_inner().map_err(|error| cannot(error.into_error()))?;
    let mode = known.map_or(NEW_FILE_MODE, |known| known.permissions().mode());
    fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).map_err(cannot)?;
    file.persist(&target).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// A word to the person, on stderr.
pub fn note(quiet: bool, text: &str) {
    if !quiet {
        let _closed = writeln!(io::stderr(), "yagura: {text}");
    }
}

/// Whether a listing is wanted as JSON.
pub fn is_json(format: &str) -> Result<bool, Error> {
    match format {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => {
            Err(Error::user(format!("there is no format {format:?} here"), "Choose text or json."))
        }
    }
}

/// The language of sentences.
pub fn language(lang: args::Lang) -> Language {
    match lang {
        args::Lang::En => Language::English,
        args::Lang::Ja => Language::Japanese,
    }
}
