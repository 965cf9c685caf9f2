//! Python: the core metadata of an installed distribution (`.dist-info`, `.egg-info`).

use model::component::Inventory;

use super::nameless;

const FORMAT: &str = "python.installed";

/// Reads the headers; `folder` names the distribution if they do not.
pub fn read(path: &str, folder: &str, text: &str) -> Inventory {
    let field = |key: &str| {
        let headers = text.lines().take_while(|line| !line.trim().is_empty());
        let mut found = headers.filter_map(|line| line.split_once(':'));
        found.find(|(k, _)| k.eq_ignore_ascii_case(key)).map_or("", |(_, value)| value.trim())
    };
    let (name, version) = (field("Name"), field("Version"));
    if name.is_empty() {
        return nameless(FORMAT, folder, path);
    }
    let mut inventory = Inventory { format: FORMAT.to_owned(), ..Inventory::default() };
    inventory.add("pypi", "", name, version, path.to_owned());
    inventory
}
