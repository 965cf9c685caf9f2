//! Text to words: letters of Latin scripts as words, Japanese as pairs of characters.

/// The longest word that counts, in characters.
const WORD_MAX: usize = 40;

/// Gives each word of a text. What holds a digit is left out: addresses, ids and times are no
/// reason to call two incidents alike.
pub(super) fn words(text: &str, to: &mut dyn FnMut(String)) {
    for piece in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"'))
    {
        if piece.chars().any(|c| c.is_ascii_digit()) {
            continue;
        }
        let mut word = String::new();
        let mut before: Option<char> = None;
        for c in piece.chars().chain([' ']) {
            if is_japanese(c) {
                end(&mut word, to);
                if let Some(before) = before {
                    to([before, c].iter().collect());
                }
                before = Some(c);
                continue;
            }
            before = None;
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            } else {
                end(&mut word, to);
            }
        }
    }
}

fn end(word: &mut String, to: &mut dyn FnMut(String)) {
    let word = std::mem::take(word);
    if (2..=WORD_MAX).contains(&word.chars().count()) {
        to(word);
    }
}

/// Kana, kanji and the marks between them.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '々')
}
