//! The book: an image of bytes with a table of hashes, in memory or in a file.
//!
//! Layout: magic, eight numbers, checksum; records; table; words. A lookup reads a slot and a
//! record, and checks the record's own checksum: damage is an error, never "nothing known".

use model::advisory::{Advisory, Known, Statement};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use versions::Package;

use crate::{Content, codec};

const MAGIC: &[u8; 8] = b"YGADV\x00\x00\x03";
/// Magic, four numbers, checksum.
const HEAD: usize = 8 + 4 * 8 + 32;
/// Hash and place of a record, and their checksum: a slot that is damaged must not look empty.
const SLOT: u64 = 24;
/// Length and checksum before each record.
const RECORD_HEAD: u64 = 12;
/// The largest record and the largest list of words that are believed, in bytes.
const LARGEST: u64 = 1 << 30;

/// What is known of the book as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Advisories in it, each id once.
    pub total: u64,
    /// When the newest was changed, RFC 3339; empty if none says.
    pub newest: String,
    /// Where they come from: names of folders and files.
    pub provenance: Vec<String>,
    /// Facts of CVEs: exploited, scored.
    pub known: u64,
    /// When the book was made, RFC 3339; empty if it was never written.
    pub made: String,
    statements: Vec<Said>,
}

/// A statement: ids, products, status, why, from.
type Said = (Vec<String>, Vec<String>, String, String, String);

/// Gathers what files tell.
#[derive(Default)]
pub struct Builder {
    records: FxHashMap<String, String>,
    ids: FxHashSet<u64>,
    facts: Facts,
}

impl Builder {
    /// Adds what a file told.
    pub fn add(&mut self, content: Content) {
        match content {
            Content::Advisories(all) => all.iter().for_each(|a| self.advisory(a)),
            Content::Known(all) => {
                for (cve, known) in all {
                    self.facts.known += 1;
                    codec::write_known(self.records.entry(cve_key(&cve)).or_default(), &known);
                }
            }
            Content::Statements(all) => all.into_iter().for_each(|s| self.statement(s)),
        }
    }

    /// Says where advisories come from.
    pub fn provenance(&mut self, name: &str) {
        if !self.facts.provenance.iter().any(|known| known == name) {
            self.facts.provenance.push(name.to_owned());
        }
    }

    fn statement(&mut self, s: Statement) {
        self.facts.statements.push((s.ids, s.products, s.status, s.why, s.from));
    }

    fn advisory(&mut self, advisory: &Advisory) {
        if self.ids.insert(hash(&advisory.id)) {
            self.facts.total += 1;
        }
        if advisory.modified > self.facts.newest {
            self.facts.newest.clone_from(&advisory.modified);
        }
        let mut keys: Vec<String> = advisory.affected.iter().map(|a| a.package.key()).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let mut text = String::new();
            codec::write(&mut text, advisory, &key);
            self.records.entry(key).or_default().push_str(&text);
        }
    }

    /// The image. `made` is when, RFC 3339.
    pub fn finish(mut self, made: &str) -> Vec<u8> {
        made.clone_into(&mut self.facts.made);
        let mut keys: Vec<String> = self.records.keys().cloned().collect();
        keys.sort();
        let slots = (keys.len() * 2).next_power_of_two().max(8);
        let mut table = vec![(0u64, 0u64); slots];
        let mut image = vec![0; HEAD];
        for key in keys {
            let Some(text) = self.records.remove(&key) else { continue };
            let place = image.len() as u64;
            let hash = hash(&key);
            let record = format!("{key}\u{1d}{text}");
            image.extend((record.len() as u32).to_le_bytes());
            image.extend(blake3::hash(record.as_bytes()).as_bytes().iter().take(8));
            image.extend(record.as_bytes());
            let mut at = hash as usize & (slots - 1);
            while table.get(at).is_some_and(|slot| slot.1 != 0) {
                at = (at + 1) & (slots - 1);
            }
            if let Some(slot) = table.get_mut(at) {
                *slot = (hash, place);
            }
        }
        let start = image.len() as u64;
        for (slot, (hash, place)) in table.into_iter().enumerate() {
            image.extend(hash.to_le_bytes());
            image.extend(place.to_le_bytes());
            image.extend(checked(slot as u64, hash, place).to_le_bytes());
        }
        let words = serde_json::to_vec(&self.facts).unwrap_or_default();
        let numbers =
            [start, slots as u64, words.len() as u64, image.len() as u64 + words.len() as u64];
        image.extend(&words);
        head(&mut image, &numbers, &words);
        image
    }
}

fn head(image: &mut [u8], numbers: &[u64; 4], words: &[u8]) {
    let mut head = MAGIC.to_vec();
    head.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head).update(words);
    head.extend(hasher.finalize().as_bytes());
    for (to, from) in image.iter_mut().zip(head) {
        *to = from;
    }
}

/// The checksum of a slot, which is also wrong for the slot beside it.
fn checked(slot: u64, hash: u64, place: u64) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in [slot, hash, place] {
        hasher.update(&part.to_le_bytes());
    }
    number(hasher.finalize().as_bytes(), 0)
}

fn cve_key(cve: &str) -> String {
    format!("cve\u{1f}{}", cve.to_ascii_uppercase())
}

fn hash(text: &str) -> u64 {
    let mut eight = [0; 8];
    let whole = blake3::hash(text.as_bytes());
    eight.iter_mut().zip(whole.as_bytes()).for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(eight)
}

/// Reads bytes of an image: place, length. Fewer bytes than asked for is an error.
pub type ReadAt<'a> = Box<dyn Fn(u64, usize) -> Result<Vec<u8>, String> + 'a>;

/// A book that is open.
pub struct Book<'a> {
    bytes: ReadAt<'a>,
    table: u64,
    slots: u64,
    facts: Facts,
}

impl<'a> Book<'a> {
    /// Opens an image. An error says what is wrong with it.
    pub fn open(bytes: ReadAt<'a>) -> Result<Self, String> {
        let head = bytes(0, HEAD).map_err(|why| format!("not a book of advisories: {why}"))?;
        if head.get(..8) != Some(MAGIC.as_slice()) {
            return Err("not a book of advisories of this edition".to_owned());
        }
        let [table, slots, length, end] = [8, 16, 24, 32].map(|at| number(&head, at));
        let start =
            end.checked_sub(length).filter(|_| length <= LARGEST && slots.is_power_of_two());
        let words = start
            .ok_or("its head is damaged")
            .and_then(|start| bytes(start, length as usize).map_err(|_| "it was cut"))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(head.get(..40).unwrap_or_default()).update(&words);
        if head.get(40..72) != Some(hasher.finalize().as_bytes().as_slice()) {
            return Err("its checksum is wrong: it is damaged".to_owned());
        }
        let facts = serde_json::from_slice(&words).map_err(|_| "its words are damaged")?;
        Ok(Self { bytes, table, slots, facts })
    }

    /// Opens an image in memory.
    pub fn of(image: Vec<u8>) -> Result<Self, String> {
        Self::open(Box::new(move |at, len| {
            let at = usize::try_from(at).map_err(|_| "beyond the end")?;
            let end = at.checked_add(len).ok_or("beyond the end")?;
            image.get(at..end).map(<[u8]>::to_vec).ok_or_else(|| "beyond the end".to_owned())
        }))
    }

    /// What is known of it as a whole.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The statements in it.
    pub fn statements(&self) -> Vec<Statement> {
        let all = self.facts.statements.iter().cloned();
        all.map(|(ids, products, status, why, from)| Statement { ids, products, status, why, from })
            .collect()
    }

    /// The advisories of a package; of each id the newest.
    pub fn advisories(&self, package: &Package) -> Result<Vec<Advisory>, String> {
        let Some(text) = self.record(&package.key())? else { return Ok(Vec::new()) };
        let mut all = codec::read(&text);
        all.sort_by(|a, b| (&a.id, &b.modified).cmp(&(&b.id, &a.modified)));
        all.dedup_by(|later, first| later.id == first.id);
        // Only now: an older copy of what was taken back must not count.
        all.retain(|advisory| !advisory.withdrawn);
        Ok(all)
    }

    /// What is known of a CVE.
    pub fn known(&self, cve: &str) -> Result<Known, String> {
        Ok(self.record(&cve_key(cve))?.map_or_else(Known::default, |text| codec::read_known(&text)))
    }

    fn record(&self, key: &str) -> Result<Option<String>, String> {
        let wanted = hash(key);
        let mut slot = wanted & (self.slots - 1);
        for _ in 0..self.slots {
            let two = (self.bytes)(self.table + slot * SLOT, SLOT as usize)?;
            let (found, place) = (number(&two, 0), number(&two, 8));
            if number(&two, 16) != checked(slot, found, place) {
                return Err("the table of the book of advisories is damaged".to_owned());
            }
            if place == 0 {
                return Ok(None);
            }
            if found == wanted {
                let text = self.text(place)?;
                if let Some(rest) = text.strip_prefix(key).and_then(|r| r.strip_prefix('\u{1d}')) {
                    return Ok(Some(rest.to_owned()));
                }
            }
            slot = (slot + 1) & (self.slots - 1);
        }
        Ok(None)
    }

    fn text(&self, place: u64) -> Result<String, String> {
        let damaged = || "a record of the book of advisories is damaged".to_owned();
        let head = (self.bytes)(place, RECORD_HEAD as usize)?;
        let length = head.get(..4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
        if u64::from(length) > LARGEST {
            return Err(damaged());
        }
        let bytes = (self.bytes)(place + RECORD_HEAD, length as usize).map_err(|_| damaged())?;
        if head.get(4..12) != blake3::hash(&bytes).as_bytes().get(..8) {
            return Err(damaged());
        }
        String::from_utf8(bytes).map_err(|_| damaged())
    }
}

fn number(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
}
