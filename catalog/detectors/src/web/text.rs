//! Small helpers on text.

/// The beginning of a text, at most this many bytes, never within a character.
pub fn cut(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether any of these stands in a text.
pub fn any(text: &str, of: &[&str]) -> bool {
    of.iter().any(|piece| text.contains(piece))
}

/// What stands behind a piece of a text.
pub fn behind<'t>(text: &'t str, piece: &str) -> Option<&'t str> {
    text.split_once(piece).map(|(_, rest)| rest)
}

/// A hash that is the same on every run.
pub fn hash(text: &str) -> u64 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}
