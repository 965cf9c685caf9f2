//! What is known of vulnerabilities: OSV, KEV, EPSS and VEX, and a compact book of all of it.
//!
//! A file is recognised by its content. The book is one image of bytes, in memory or in a file:
//! a table of hashes over small records, each with a checksum.

mod book;
mod codec;
mod osv;
mod tables;
mod vex;

pub use book::{Book, Builder, Facts, ReadAt};

use model::advisory::{Advisory, Known, Statement};

/// What a file tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Advisories of OSV.
    Advisories(Vec<Advisory>),
    /// Facts of CVEs.
    Known(Vec<(String, Known)>),
    /// Statements of suppliers.
    Statements(Vec<Statement>),
}

/// The largest file that is read, in bytes.
const LARGEST: usize = 512 << 20;

/// Reads a file. `None`: it tells nothing of vulnerabilities (a licence, a page).
pub fn read(name: &str, bytes: &[u8]) -> Option<Result<Content, String>> {
    if bytes.len() > LARGEST {
        return Some(Err(format!("larger than {} MiB", LARGEST >> 20)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = bytes.iter().find(|b| !b.is_ascii_whitespace());
    match start {
        Some(b'{' | b'[') => json(name, bytes),
        _ if tables::is_epss(bytes) => Some(tables::epss(bytes).map(Content::Known)),
        None if name.rsplit('.').next() == Some("json") => Some(Err("empty".to_owned())),
        _ => None,
    }
}

fn json(name: &str, bytes: &[u8]) -> Option<Result<Content, String>> {
    // The mark of most files is in their first bytes; advisories come by the hundred thousand.
    match osv::read(bytes) {
        Ok(advisories) if !advisories.is_empty() => {
            return Some(Ok(Content::Advisories(advisories)));
        }
        Err(error) if error.is_syntax() || error.is_eof() => {
            return Some(Err(format!("broken JSON: {error}")));
        }
        _ => {}
    }
    let value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    if let Some(known) = tables::kev(&value) {
        return Some(Ok(Content::Known(known)));
    }
    vex::read(name, &value).map(|statements| Ok(Content::Statements(statements)))
}
