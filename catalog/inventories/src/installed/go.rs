//! Go: the list of modules that the linker writes into a program (`debug/buildinfo`).

use memchr::memmem;
use model::component::{Component, Inventory};

/// What the list begins with.
const MAGIC: &[u8] = b"\xff Go buildinf:";
/// Where the texts begin, from the magic on.
const TEXTS: usize = 32;
/// The bit that says that they stand there (since Go 1.18), not elsewhere in memory.
const INLINE: u8 = 2;
/// The longest text that is believed, in bytes.
const LONGEST: usize = 8 << 20;
/// What stands around the list of modules, in bytes.
const SENTINEL: usize = 16;
/// How many places that look like the magic are tried.
const TRIED: usize = 16;

/// Reads the list. `None`: the program is not of Go.
pub fn read(path: &str, bytes: &[u8]) -> Option<Inventory> {
    let mut inventory = Inventory { format: "go.binary".to_owned(), ..Inventory::default() };
    let mut old = false;
    for at in memmem::find_iter(bytes, MAGIC).take(TRIED) {
        let rest = bytes.get(at..)?;
        // Programs that look for the magic have it among their texts.
        if rest.get(15).is_none_or(|flags| flags & INLINE == 0) {
            old |= at.is_multiple_of(SENTINEL) && matches!(rest.get(14), Some(4 | 8));
            continue;
        }
        let Some((version, rest)) = rest.get(TEXTS..).and_then(text) else { continue };
        let Some(version) = version.strip_prefix("go").or_else(|| version.strip_prefix("devel"))
        else {
            continue;
        };
        let number = version.split_whitespace().next().unwrap_or("");
        inventory.add("golang", "", "stdlib", number, path.to_owned());
        let list = text(rest).map_or("", |(list, _)| bare(list));
        modules(list, path, &mut inventory);
        return Some(inventory);
    }
    // Before Go 1.18 the list lies behind pointers, which are not followed.
    old.then(|| {
        let name = path.rsplit(['/', '!']).next().unwrap_or(path);
        inventory.components.push(Component::listed(name, "", None, path.to_owned()));
        inventory
    })
}

/// A length of seven bits a byte, then as many bytes.
fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (mut length, mut rest) = (0usize, bytes);
    for shift in 0..4 {
        let (first, after) = rest.split_first()?;
        length |= usize::from(first & 0x7f) << (7 * shift);
        rest = after;
        if first & 0x80 == 0 {
            let (text, rest) = rest.split_at_checked(length).filter(|_| length <= LONGEST)?;
            // The list stands between two marks of random bytes.
            let inner = if std::str::from_utf8(text).is_ok() {
                text
            } else {
                text.get(SENTINEL..text.len().checked_sub(SENTINEL)?)?
            };
            return Some((std::str::from_utf8(inner).ok()?, rest));
        }
    }
    None
}

/// The list without marks that happened to be text.
fn bare(list: &str) -> &str {
    list.find("path\t").and_then(|at| list.get(at..)).unwrap_or(list)
}

/// `dep <module> <version> <sum>`, each followed by `=>` if another took its place.
fn modules(list: &str, path: &str, to: &mut Inventory) {
    for line in list.lines() {
        let mut words = line.split('\t');
        let (word, module) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let version = words.next().unwrap_or("");
        if word == "=>" {
            to.components.pop();
        }
        // What was built itself has no version, and a folder that takes a module's place neither.
        let known = !version.is_empty() && version != "(devel)";
        if matches!(word, "dep" | "mod" | "=>") && known {
            let (namespace, name) = module.rsplit_once('/').unwrap_or(("", module));
            to.add("golang", namespace, name, version, format!("{path}#{module}"));
        }
    }
}
