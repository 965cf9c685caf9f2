//! The journal of a plan: a file beside it, only ever added to, on the disk before anything is done.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use model::Error;
use model::response::Plan;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// A person agreed to the plan.
    Approved,
    /// A step is about to be done; `before` is what undoes it.
    Begun,
    /// A step is done.
    Done,
    /// A step found nothing to do.
    Already,
    /// A step failed, or the target was not as expected; it may be tried again.
    Failed,
    /// A step is about to be undone.
    Undoing,
    /// A step is undone.
    Undone,
}

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// When, in seconds since 1970.
    pub at: i64,
    /// Who.
    pub who: String,
    /// The hash of the plan.
    pub plan: String,
    /// What.
    pub word: Word,
    /// The step; empty for approvals.
    pub step: String,
    /// What was there before.
    pub before: Value,
    /// For people.
    pub text: String,
}

/// How far a step is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The last word on it that is not a failure.
    pub word: Word,
    /// What was there before it began.
    pub before: Value,
    /// When the last word was said.
    pub at: i64,
}

/// The journal. While it is open no other process can open it.
pub struct Journal {
    file: File,
    path: PathBuf,
    hash: String,
    entries: Vec<Entry>,
}

impl Journal {
    /// Opens the journal beside a plan, or begins it.
    pub fn open(plan_path: &Path, plan: &Plan) -> Result<Journal, Error> {
        let mut name = plan_path.as_os_str().to_owned();
        name.push(".journal");
        let path = PathBuf::from(name);
        let wrong = |why: String| {
            let what = format!("{}: {why}", path.display());
            Error::user(what, "The journal must be there and whole before anything is done.")
        };
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .read(true)
            .append(true)
            .open(&path)
            .map_err(|error| wrong(error.to_string()))?;
        file.try_lock().map_err(|_| wrong("another run is at work on this plan".into()))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
        // A last line without its end was being written when the machine stopped: it said nothing
        // yet, since what it tells of is only done when it is on the disk.
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(|error| wrong(error.to_string()))?;
            file.seek(SeekFrom::End(0)).map_err(|error| wrong(error.to_string()))?;
        }
        let mut entries = Vec::new();
        for (at, line) in text.get(..whole).unwrap_or_default().lines().enumerate() {
            let entry: Entry = serde_json::from_str(line)
                .map_err(|error| wrong(format!("line {}: {error}", at + 1)))?;
            if entry.plan == plan.hash {
                entries.push(entry);
            }
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let _best_effort = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(Journal { file, path, hash: plan.hash.clone(), entries })
    }

    /// Adds a line; it is on the disk when this returns.
    pub fn write(
        &mut self,
        who: &str,
        word: Word,
        step: &str,
        before: Value,
        text: &str,
    ) -> Result<(), Error> {
        let at = crate::state::now(Some(who)).at;
        let (plan, text) = (self.hash.clone(), text.to_owned());
        let entry =
            Entry { at, who: who.to_owned(), plan, word, step: step.to_owned(), before, text };
        let wrong = |why: String| {
            let what = format!("{}: {why}", self.path.display());
            Error::user(what, "Nothing is done without a journal: mend it, then run it again.")
        };
        let mut line = serde_json::to_vec(&entry).map_err(|error| wrong(error.to_string()))?;
        line.push(b'\n');
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_all());
        written.map_err(|error| wrong(error.to_string()))?;
        self.entries.push(entry);
        Ok(())
    }

    /// Who approved this plan.
    pub fn approvers(&self) -> BTreeSet<String> {
        let approved = self.entries.iter().filter(|entry| entry.word == Word::Approved);
        approved.map(|entry| entry.who.clone()).collect()
    }

    /// How far each step is.
    pub fn progress(&self) -> BTreeMap<String, Progress> {
        let mut all: BTreeMap<String, Progress> = BTreeMap::new();
        for entry in &self.entries {
            if matches!(entry.word, Word::Approved | Word::Failed) {
                continue;
            }
            let known = all.remove(&entry.step).map(|progress| progress.before);
            let before = match entry.word {
                Word::Begun => entry.before.clone(),
                _ => known.unwrap_or_default(),
            };
            let progress = Progress { word: entry.word, before, at: entry.at };
            all.insert(entry.step.clone(), progress);
        }
        all
    }

    /// All lines on this plan.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
