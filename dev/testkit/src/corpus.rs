//! Public logs that lie beside the checkout, for tests that read real ones where they are.

use std::path::{Path, PathBuf};

/// The folder or file `../shared/<path>` beside the checkout; where it is absent, says that the
/// test is skipped and gives `None`.
pub fn corpus(path: &str) -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let found = checkout.parent()?.join("shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: {} is not there", found.display());
    None
}
