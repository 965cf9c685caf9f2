//! The header of an installed package, as all of RPM's databases keep it: an index of tags, then
//! their data (RPM's file format, version 4; the eight bytes of magic are left out there).

use model::component::Component;
use versions::Purl;

use super::bytes::be32;
use crate::installed::may_own;

/// An entry of the index: tag, type, offset, count.
const ENTRY: usize = 16;
/// The most tags that are believed (RPM's own bound).
const TAGS: u32 = 0xFFFF;
const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const ARCH: u32 = 1022;
const SOURCE: u32 = 1044;
const FOLDER_OF: u32 = 1116;
const BASES: u32 = 1117;
const FOLDERS: u32 = 1118;
/// The most files of one package that are looked at.
const FILES: usize = 200_000;

/// Files of a package that say by themselves what is installed: paths from the root.
pub fn owned(blob: &[u8]) -> Vec<String> {
    let Some(header) = Header::of(blob) else { return Vec::new() };
    let folders: Vec<&str> = header.texts(FOLDERS).collect();
    let numbers = header.place(FOLDER_OF).unwrap_or_default();
    let path = |(n, base): (usize, &str)| {
        let folder = folders.get(be32(numbers, n * 4)? as usize)?;
        let path = format!("{}{base}", folder.trim_start_matches('/'));
        may_own(&path).then_some(path)
    };
    header.texts(BASES).enumerate().take(FILES).filter_map(path).collect()
}

/// Reads a package. `None`: a key that signatures are checked by, which is no package.
pub fn package(blob: &[u8], path: &str) -> Result<Option<Component>, String> {
    let header = Header::of(blob).ok_or("the header of a package is damaged")?;
    let (name, version) = (header.text(NAME), header.text(VERSION));
    if name.is_empty() || version.is_empty() {
        return Err("a package without a name or a version".to_owned());
    }
    if name == "gpg-pubkey" {
        return Ok(None);
    }
    let release = header.text(RELEASE);
    let stated =
        if release.is_empty() { version.to_owned() } else { format!("{version}-{release}") };
    let epoch = header.number(EPOCH).filter(|epoch| *epoch > 0).map(|epoch| epoch.to_string());
    let mut purl = Purl::new("rpm", "redhat", name, &stated).ok();
    if let Some(purl) = &mut purl {
        purl.set("arch", header.text(ARCH));
        purl.set("epoch", epoch.as_deref().unwrap_or(""));
        purl.set("upstream", header.text(SOURCE));
    }
    Ok(Some(Component::listed(name, &stated, purl, format!("{path}#{name}"))))
}

struct Header<'a> {
    index: &'a [u8],
    data: &'a [u8],
}

impl<'a> Header<'a> {
    fn of(blob: &'a [u8]) -> Option<Self> {
        let (tags, length) = (be32(blob, 0)?, be32(blob, 4)?);
        if tags == 0 || tags > TAGS {
            return None;
        }
        let middle = 8 + tags as usize * ENTRY;
        let end = middle.checked_add(length as usize)?;
        Some(Self { index: blob.get(8..middle)?, data: blob.get(middle..end)? })
    }

    fn place(&self, tag: u32) -> Option<&'a [u8]> {
        let entry = self.index.chunks_exact(ENTRY).find(|entry| be32(entry, 0) == Some(tag))?;
        self.data.get(be32(entry, 8)? as usize..)
    }

    /// A text ends with a zero.
    fn text(&self, tag: u32) -> &'a str {
        let text = self.place(tag).and_then(|data| data.split(|byte| *byte == 0).next());
        text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
    }

    /// A list of texts, each of which ends with a zero.
    fn texts(&self, tag: u32) -> impl Iterator<Item = &'a str> {
        let entry = self.index.chunks_exact(ENTRY).find(|entry| be32(entry, 0) == Some(tag));
        let count = entry.and_then(|entry| be32(entry, 12)).unwrap_or(0) as usize;
        let texts = self.place(tag).unwrap_or_default().split(|byte| *byte == 0).take(count);
        texts.map(|text| std::str::from_utf8(text).unwrap_or(""))
    }

    fn number(&self, tag: u32) -> Option<u32> {
        be32(self.place(tag)?, 0)
    }
}
