//! Whether a value, put where a program puts values, would be read as language by a database.

use crate::features::{Feature, Features, features};
use crate::lex::{Kind, Token, lex};
use crate::{Dialect, words};

/// Longer values are judged by their beginning, in bytes.
const VALUE_MAX: usize = 8192;
/// What makes an attempt.
const SCORE_MIN: u32 = 4;

/// A value that would be read as language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The quote that it breaks out of; `None` where a number was expected.
    pub quote: Option<char>,
    /// What it does.
    pub features: Features,
    /// How sure, from 4 up.
    pub score: u32,
}

/// Judges a decoded value in the places where programs put values: as a number, within single
/// and within double quotes. An apostrophe that is only an apostrophe is no attempt.
pub fn attempt(value: &str) -> Option<Attempt> {
    let value = cut(value.trim());
    let contexts = [None, Some('\''), Some('"')];
    let applies = contexts.into_iter().filter(|quote| quote.is_none_or(|q| value.contains(q)));
    let judged = applies.flat_map(|quote| {
        [Dialect::MySql, Dialect::Postgres].map(|dialect| judge(value, quote, dialect))
    });
    judged.filter(|a| a.score >= SCORE_MIN).max_by_key(|a| (a.score, a.quote.is_none()))
}

/// The part of a value that a database would read as language: all of it, or what stands behind
/// the quote that it breaks out of.
pub fn language(value: &str) -> &str {
    let quote = attempt(value).and_then(|attempt| attempt.quote);
    let behind = quote.and_then(|quote| value.split_once(quote));
    behind.map_or(value, |(_, language)| language)
}

fn cut(value: &str) -> &str {
    let mut end = value.len().min(VALUE_MAX);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    value.get(..end).unwrap_or(value)
}

fn judge(value: &str, quote: Option<char>, dialect: Dialect) -> Attempt {
    // The part behind the break-out is language.
    let mut owned = String::new();
    let language = match quote {
        None => value,
        Some(quote) => {
            owned.push(quote);
            owned.push_str(value);
            match lex(&owned, dialect).next() {
                Some(text) if text.kind != Kind::Unfinished => {
                    owned.get(text.end..).unwrap_or_default()
                }
                _ => "",
            }
        }
    };
    let mut tokens = lex(language, dialect);
    let mut head: Vec<Token> = tokens.by_ref().take(8).collect();
    let long = tokens.next().is_some();
    if quote.is_none() {
        drop_operand(&mut head, language);
    }
    let mut found = features(language, dialect);
    if quote.is_some_and(|quote| closes(language, quote)) && !found.has(Feature::CommentTail) {
        // The attack leaves a text open on purpose: the program's own quote closes it.
        found.add(Feature::Constant);
    }
    let score = score(language, &head, found, quote.is_some(), long);
    Attempt { quote, features: found, score }
}

/// Where a number is expected: the number itself, a name or a first text, and closing brackets.
fn drop_operand(head: &mut Vec<Token>, sql: &str) {
    let operand = |t: &Token| match t.kind {
        Kind::Number | Kind::Text | Kind::Parameter | Kind::Name => true,
        Kind::Word => !words::goes_on(t.text(sql)) && !words::begins(t.text(sql)),
        Kind::Operator => matches!(t.text(sql), "-" | "+" | "~"),
        _ => false,
    };
    let many = head.iter().take(2).take_while(|t| operand(t)).count();
    let words = head.iter().take(2).filter(|t| t.kind == Kind::Word && operand(t)).count();
    head.drain(..if words > 1 { 0 } else { many });
}

/// Whether a comparison with an open text stands at the end: `' OR 'a'='a`.
fn closes(language: &str, quote: char) -> bool {
    let Some((before, tail)) = language.rsplit_once(quote) else { return false };
    let before = before.trim_end().to_ascii_lowercase();
    let compared = before.ends_with(['=', '<', '>', '|', '&', '+', '-', '*', '/', '^', '%'])
        || ["like", "regexp", "rlike", "and", "or", "||", "in", "having", "div", "mod", "is"]
            .iter()
            .any(|word| before.ends_with(word));
    compared && tail.len() <= 64
}

/// How much speaks for language.
fn score(sql: &str, head: &[Token], found: Features, broke_out: bool, long: bool) -> u32 {
    use Feature::{
        Catalog, Change, CharBuilding, Command, CommentTail, Constant, ErrorFunction, FileRead,
        FileWrite, InnerComment, OutOfBand, Sleep, Stacked, Subselect, SystemInfo, Union,
        VersionComment,
    };
    let Some(first) = head.first() else { return 0 };
    let word = first.text(sql);
    let goes_on = match first.kind {
        Kind::Word => words::goes_on(word) || words::begins(word),
        Kind::Operator | Kind::Close | Kind::End | Kind::Comment | Kind::Comma => true,
        Kind::Unfinished => word.starts_with("/*"),
        Kind::Open | Kind::Text | Kind::Number => !broke_out,
        _ => false,
    };
    let mut score = 0;
    for (feature, weight) in [
        (Union, 4),
        (Catalog, 3),
        (Sleep, 4),
        (FileRead, 4),
        (FileWrite, 4),
        (Command, 4),
        (ErrorFunction, 3),
        (OutOfBand, 4),
        (Constant, 2),
        (Change, 3),
        (VersionComment, 3),
        (CommentTail, 2),
        (InnerComment, 1),
        (CharBuilding, 2),
        (SystemInfo, 2),
        (Subselect, 3),
        (Stacked, 1),
    ] {
        score += if found.has(feature) { weight } else { 0 };
    }
    if !goes_on {
        return score / 2;
    }
    score += u32::from(broke_out) + follows(sql, head) + u32::from(long && score > 0);
    score
}

/// What stands behind the first word of language.
fn follows(sql: &str, head: &[Token]) -> u32 {
    let is = |at: usize, of: &[&str]| {
        head.get(at).is_some_and(|t| of.iter().any(|w| t.text(sql).eq_ignore_ascii_case(w)))
    };
    let kind = |at: usize| head.get(at).map(|t| t.kind);
    let closing = head.iter().take_while(|t| t.kind == Kind::Close).count();
    let at = closing;
    let constant = |k| matches!(k, Some(Kind::Number | Kind::Text | Kind::Parameter));
    let by = is(at, &["order", "group"]) && is(at + 1, &["by"]);
    if by && constant(kind(at + 2)) {
        return 4;
    }
    if is(at, &["and", "or", "xor", "||", "&&", "having", "where", "|", "&", "^"]) {
        let not = usize::from(is(at + 1, &["not", "(", "!", "-", "+", "~"]));
        let next = kind(at + 1 + not);
        let alone = kind(at + 2 + not).is_none();
        let signs = constant(next) && !alone || next == Some(Kind::Open);
        return if signs || (constant(next) && alone && closing + not > 0) { 3 } else { 1 };
    }
    if is(at, &["select"]) || is(at, &["union"]) {
        return 2;
    }
    if is(at, &["limit", "procedure", "waitfor", "into"]) {
        return 2;
    }
    if kind(at) == Some(Kind::End) && head.get(at + 1).is_some_and(|t| words::begins(t.text(sql))) {
        return 2;
    }
    u32::from(closing > 0 || kind(at) == Some(Kind::Comment))
}
