//! Case folding: two texts are the same to Sigma if they fold to the same text.
//!
//! Each character folds by itself, so that a part of a text folds to a part of the folded text;
//! prefilters stand on that. (`str::to_lowercase` looks at neighbours for the Greek sigma.)

/// Whether folding would change nothing, told cheaply; false when unsure.
pub(crate) fn is_folded(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase())
}

/// Appends the folded text.
pub(crate) fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(copy) = out.get_mut(start..) {
            copy.make_ascii_lowercase();
        }
        return;
    }
    for c in text.chars().flat_map(char::to_lowercase) {
        out.push(if c == 'ς' { 'σ' } else { c });
    }
}

/// The folded text.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_every_script_by_the_character() {
        for (a, b) in [("ABC", "abc"), ("ÄRZTE", "ärzte"), ("ΟΔΟΣ", "οδος"), ("ЖУК", "жук")]
        {
            assert_eq!(fold(a), fold(b));
        }
        let whole = fold("ΟΔΟΣΑ");
        assert!(whole.contains(&fold("ΟΔΟΣ")));
        assert!(is_folded("abc-1") && !is_folded("aBc") && !is_folded("ä"));
    }
}
