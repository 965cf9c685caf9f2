//! A report: a format for people or tools.

use std::io::{self, Write};

use super::About;
use crate::investigation::Investigation;

/// The language of sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

/// How to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// The language of sentences.
    pub language: Language,
    /// Whether escape codes for colour may be written.
    pub colour: bool,
    /// Columns of the terminal; 0 for no bound.
    pub width: usize,
}

/// A format.
pub trait Report: Sync {
    /// What it is; the name is the word after `--format`.
    fn about(&self) -> &'static About;
    /// Whether the format shows cited records themselves; if not, they need not be read back.
    fn shows_evidence(&self) -> bool {
        true
    }
    /// Writes the whole investigation.
    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()>;
}
