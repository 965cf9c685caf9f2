//! Maven: the version order of the POM reference (ComparableVersion).

use std::cmp::Ordering;

use super::{is_number, numbers};

/// Compares.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (tokens(a), tokens(b));
    for i in 0..a.len().max(b.len()) {
        let order = match (a.get(i), b.get(i)) {
            (Some(x), Some(y)) => token(x, y),
            (Some(x), None) => token(x, &padding(x)),
            (None, Some(y)) => token(&padding(y), y),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    /// What stands before it: `.` or `-`.
    dash: bool,
    text: String,
}

impl Token {
    fn is_null(&self) -> bool {
        matches!(self.text.as_str(), "" | "final" | "ga" | "release")
            || (is_number(&self.text) && self.text.bytes().all(|b| b == b'0'))
    }
}

/// Tokens with their separators; nulls before each dash and at the end are gone.
fn tokens(text: &str) -> Vec<Token> {
    let raw = split(&text.to_lowercase());
    let mut kept: Vec<Token> = Vec::with_capacity(raw.len());
    for token in raw {
        // A list begins at a dash: what is null before it says nothing.
        if token.dash {
            trim(&mut kept);
        }
        kept.push(token);
    }
    trim(&mut kept);
    kept
}

fn trim(tokens: &mut Vec<Token>) {
    while tokens.len() > 1 && tokens.last().is_some_and(Token::is_null) {
        tokens.pop();
    }
}

fn split(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut dash = false;
    let mut current = String::new();
    for c in text.chars() {
        let turn = current
            .chars()
            .next_back()
            .is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit());
        if c == '.' || c == '-' {
            out.push(finish(&mut current, dash, false));
            dash = c == '-';
        } else if turn {
            out.push(finish(&mut current, dash, c.is_ascii_digit()));
            dash = true;
            current.push(c);
        } else {
            current.push(c);
        }
    }
    out.push(finish(&mut current, dash, false));
    out
}

/// Closes a token: empty is 0; `a1`, `b1` and `m1` are short for words.
fn finish(current: &mut String, dash: bool, before_digit: bool) -> Token {
    let text = std::mem::take(current);
    let text = match (text.as_str(), before_digit) {
        ("", _) => "0".to_owned(),
        ("a", true) => "alpha".to_owned(),
        ("b", true) => "beta".to_owned(),
        ("m", true) => "milestone".to_owned(),
        ("cr", _) => "rc".to_owned(),
        _ => text,
    };
    Token { dash, text }
}

/// What stands for nothing beside a token: a word is held against the release itself.
fn padding(other: &Token) -> Token {
    let text = if is_number(&other.text) { "0" } else { "" };
    Token { dash: other.dash, text: text.to_owned() }
}

/// `.word` = `-word` < `-number` < `.number`.
fn token(x: &Token, y: &Token) -> Ordering {
    match (is_number(&x.text), is_number(&y.text)) {
        (true, true) if x.dash == y.dash => numbers(&x.text, &y.text),
        (true, true) => y.dash.cmp(&x.dash),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => words(&x.text, &y.text),
    }
}

fn words(x: &str, y: &str) -> Ordering {
    rank(x).cmp(&rank(y)).then_with(|| if rank(x) == UNKNOWN { x.cmp(y) } else { Ordering::Equal })
}

const UNKNOWN: u8 = 7;

fn rank(word: &str) -> u8 {
    match word {
        "alpha" => 0,
        "beta" => 1,
        "milestone" => 2,
        "rc" => 3,
        "snapshot" => 4,
        "" | "final" | "ga" | "release" => 5,
        "sp" => 6,
        _ => UNKNOWN,
    }
}
