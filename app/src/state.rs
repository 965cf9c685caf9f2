//! The folder of the cases, who works on them, and keeping what was found.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use engine::cases::{Now, Settled, is_excepted, settle};
use model::case::{Exception, Kept, LinkKind};
use model::seam::ledger::Ledger as _;
use model::seam::report::{Language, Style};
use model::{Error, Investigation};
use stores::Local;

use crate::args::Investigate;

/// The most characters of why a case is like another.
const WHY_MAX: usize = 400;

/// The folder if none is named: `$YAGURA_STATE`, or the user's own (XDG base directories).
pub fn folder(named: Option<&Path>) -> Result<PathBuf, Error> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("YAGURA_STATE")
        .or_else(|| set("XDG_STATE_HOME").map(|home| home.join("yagura")))
        .or_else(|| set("HOME").map(|home| home.join(".local/state/yagura")))
        .ok_or_else(|| {
            Error::user("no folder for the cases is known", "Name one with --state DIR.")
        })
}

/// Who, and when. The name is `--by`, or the user of the machine.
pub fn now(by: Option<&str>) -> Now {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let user = || std::env::var("USER").or_else(|_| std::env::var("LOGNAME"));
    let who = by.map(str::to_owned).or_else(|| user().ok()).unwrap_or_else(|| "unknown".into());
    Now { at: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), who }
}

/// The incidents as they are kept: the JSON report, cut by incident.
pub fn kept(investigation: &Investigation, language: Language) -> Result<Vec<Kept>, Error> {
    let wrong = |why: String| Error::us(format!("the incidents cannot be kept: {why}"));
    let report = reports::find("json").ok_or_else(|| wrong("there is no JSON report".into()))?;
    let mut bytes = Vec::new();
    let style = Style { language, ..Style::default() };
    report.write(investigation, style, &mut bytes).map_err(|error| wrong(error.to_string()))?;
    let value = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    Ok(Kept::all(&value))
}

/// Whether the incidents of a run are to be kept.
pub fn is_wanted(options: &Investigate) -> bool {
    options.save || options.state.is_some()
}

/// What people excepted; nothing if no cases are kept or asked for.
pub fn exceptions(options: &Investigate) -> Result<Vec<Exception>, Error> {
    if !is_wanted(options) {
        return Ok(Vec::new());
    }
    let folder = folder(options.state.as_deref())?;
    if Local::is_there(&folder) { Local::existing(&folder)?.exceptions() } else { Ok(Vec::new()) }
}

/// Keeps the incidents of a run; says what became of each that is new or has changed.
pub fn keep(
    options: &Investigate,
    investigation: &Investigation,
    language: Language,
) -> Result<(), Error> {
    let mut ledger = Local::open(&folder(options.state.as_deref())?)?;
    let now = now(None);
    let exceptions = ledger.exceptions()?;
    for (number, seen) in kept(investigation, language)?.iter().enumerate() {
        // What is wholly excepted is reported, and nobody need work on it.
        if is_excepted(investigation, &exceptions, now.at, number) {
            continue;
        }
        let title = seen.title();
        let settled = settle(&mut ledger, &now, seen)?;
        let line = match settled {
            Settled::Opened(case) => Some(format!("opened C-{case}: {title}")),
            Settled::Updated(case) => Some(format!("updated C-{case}: {title}")),
            Settled::Known(_) => None,
            Settled::Recurred { case, of } => {
                Some(format!("opened C-{case}, a recurrence of C-{of}: {title}"))
            }
        };
        if let Some(line) = line {
            crate::assemble::note(options.output.quiet, &line);
        }
        if let Settled::Opened(case) | Settled::Recurred { case, .. } = settled {
            let opened = ledger.case(case)?;
            let links = opened.iter().flat_map(|case| &case.links);
            for link in links.filter(|link| link.kind == LinkKind::Similar) {
                let why = model::text::printable(&link.why, WHY_MAX);
                let line = format!("C-{case} is like C-{}: {why}", link.case);
                crate::assemble::note(options.output.quiet, &line);
            }
        }
    }
    Ok(())
}
