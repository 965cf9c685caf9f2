//! RPM's databases: SQLite, RPM's own, and Berkeley DB.

mod berkeley;
mod bytes;
mod header;
mod ndb;
mod sqlite;

use model::component::Inventory;

/// The largest database that is read, in bytes.
pub const LARGEST: usize = 256 << 20;
/// Berkeley DB keeps its counter of packages as a value of four bytes.
const COUNTER: usize = 4;
/// What helps where a database cannot be read.
const REMEDY: &str = "hand over a list instead: rpm -qa --qf '%{NEVRA}\\n' > rpm-qa.txt";

/// Reads a database. `None`: it is none. An error names the list that can be given instead.
pub fn read(path: &str, name: &str, bytes: &[u8]) -> Option<Result<Inventory, String>> {
    let (format, blobs) = if bytes.starts_with(sqlite::MAGIC) && name.contains("rpmdb") {
        ("rpm.sqlite", sqlite::blobs(bytes))
    } else if bytes.starts_with(ndb::MAGIC) && name.contains("packages") {
        ("rpm.ndb", ndb::blobs(bytes))
    } else if berkeley::is(bytes) && name == "packages" {
        ("rpm.bdb", berkeley::blobs(bytes))
    } else if matches!(name, "rpmdb.sqlite" | "packages.db") {
        ("rpm", Err("the database is damaged or was cut".to_owned()))
    } else {
        return None;
    };
    if bytes.len() > LARGEST {
        let why = format!("{format}: larger than {} MiB; {REMEDY}", LARGEST >> 20);
        return Some(Err(why));
    }
    let read = blobs.and_then(|blobs| inventory(path, format, &blobs));
    Some(read.map_err(|why| format!("{format}: {why}; {REMEDY}")))
}

fn inventory(path: &str, format: &str, blobs: &[Vec<u8>]) -> Result<Inventory, String> {
    let mut inventory = Inventory { format: format.to_owned(), ..Inventory::default() };
    for blob in blobs.iter().filter(|blob| blob.len() > COUNTER) {
        inventory.components.extend(header::package(blob, path)?);
        inventory.owned.extend(header::owned(blob));
    }
    Ok(inventory)
}
