//! The CLI's files: `~/.aws/config` and `~/.aws/credentials`.

use std::collections::BTreeMap;

/// Sections with their settings.
pub(crate) type Profiles = BTreeMap<String, BTreeMap<String, String>>;

/// Adds the profiles of a file; of two settings the later counts. In `config` sections are
/// called `profile NAME`.
pub(crate) fn read(text: &str, into: &mut Profiles) {
    let mut section = None;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let name = name.trim();
            let own = name.strip_prefix("profile ").map_or(name, str::trim);
            section = Some(own.to_owned());
            continue;
        }
        let (Some(section), Some((key, value))) = (&section, line.split_once('=')) else {
            continue;
        };
        let settings = into.entry(section.clone()).or_default();
        settings.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
}
