//! The header of an installed package, as all of RPM's databases keep it: an index of tags, then
//! their data (RPM's file format, version 4; the eight bytes of magic are left out there).

use model::component::Component;
use versions::Purl;

use super::bytes::be32;

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

    fn number(&self, tag: u32) -> Option<u32> {
        be32(self.place(tag)?, 0)
    }
}
