//! Names of system calls by machine and number, as Linux counts them.

use std::sync::OnceLock;

/// The names of one machine, by number.
type Names = Vec<Option<&'static str>>;

fn table(text: &'static str) -> Names {
    let mut names = Names::new();
    for line in text.lines() {
        let Some((number, name)) = line.split_once(' ') else { continue };
        let Ok(number) = number.parse::<usize>() else { continue };
        if number >= names.len() {
            names.resize(number + 1, None);
        }
        if let Some(place) = names.get_mut(number) {
            *place = Some(name);
        }
    }
    names
}

/// The name of call `number` on the machine `arch` (ELF's number in hexadecimal); `None` for
/// machines and calls that are not listed.
pub fn name(arch: &str, number: &str) -> Option<&'static str> {
    static X86_64: OnceLock<Names> = OnceLock::new();
    static I386: OnceLock<Names> = OnceLock::new();
    static AARCH64: OnceLock<Names> = OnceLock::new();
    let names = match arch {
        "c000003e" => X86_64.get_or_init(|| table(include_str!("syscalls/x86_64.txt"))),
        "40000003" => I386.get_or_init(|| table(include_str!("syscalls/i386.txt"))),
        "c00000b7" => AARCH64.get_or_init(|| table(include_str!("syscalls/aarch64.txt"))),
        _ => return None,
    };
    names.get(number.parse::<usize>().ok()?).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_each_machine() {
        for (arch, number, wanted) in [
            ("c000003e", "59", Some("execve")),
            ("c000003e", "257", Some("openat")),
            ("40000003", "11", Some("execve")),
            ("c00000b7", "221", Some("execve")),
            ("c00000b7", "64", Some("write")),
            ("c000003e", "9999", None),
            ("80000015", "11", None),
            ("c000003e", "x", None),
        ] {
            assert_eq!(name(arch, number), wanted, "{arch} {number}");
        }
    }
}
