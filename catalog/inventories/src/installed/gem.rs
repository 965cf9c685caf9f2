//! Ruby: specifications of installed gems, which are Ruby code; RubyGems puts a line for machines
//! into those that it writes (`# stub: rake 13.0.6 ruby lib`).

use model::component::Inventory;

use super::nameless;

const FORMAT: &str = "gem.installed";

/// Reads the stub, else the two assignments.
pub fn read(path: &str, base: &str, text: &str) -> Inventory {
    let stub = text.lines().take(5).find_map(|line| line.strip_prefix("# stub: "));
    let mut words = stub.unwrap_or("").split_whitespace();
    let stubbed = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (name, version) = match stubbed {
        ("", _) => (assigned(text, ".name"), assigned(text, ".version")),
        stubbed => stubbed,
    };
    if name.is_empty() || version.is_empty() {
        return nameless(FORMAT, base, path);
    }
    let mut inventory = Inventory { format: FORMAT.to_owned(), ..Inventory::default() };
    inventory.add("gem", "", name, version, path.to_owned());
    inventory
}

/// `s.name = "rake".freeze`, `s.version = Gem::Version.new("1.0")`.
fn assigned<'a>(text: &'a str, member: &str) -> &'a str {
    let value = |line: &'a str| {
        let (left, right) = line.split_once('=')?;
        if !left.trim().ends_with(member) {
            return None;
        }
        let sign = right.find(['"', '\''])?;
        let quote = right.get(sign..)?.chars().next()?;
        right.get(sign + 1..)?.split(quote).next()
    };
    text.lines().find_map(value).unwrap_or("")
}
