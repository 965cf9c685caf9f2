//! Goldens: what came out last time, committed; `UPDATE=1` writes them anew.

use std::path::Path;

/// Compares `found` with the golden file at `path`; says where they differ first. With `UPDATE=1`
/// the file is written instead, so that reading the diff is the review. A golden of nothing is no
/// file.
pub fn golden(path: &Path, found: &str) -> Result<(), String> {
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    if wanted == found {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        let done =
            if found.is_empty() { std::fs::remove_file(path) } else { std::fs::write(path, found) };
        return done.map_err(|error| format!("{}: {error}", path.display()));
    }
    let differs = wanted.lines().zip(found.lines()).position(|(w, f)| w != f);
    let line = differs.unwrap_or_else(|| wanted.lines().count().min(found.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    Err(format!(
        "{}:{} differs (UPDATE=1 writes it anew)\n    golden: {}\n    found:  {}",
        path.display(),
        line + 1,
        at(&wanted),
        at(found)
    ))
}
