//! The tables that a statement names.

use crate::Dialect;
use crate::lex::{Kind, lex};

/// Tables named of one statement.
const TABLES_MAX: usize = 32;

/// The tables, in order, each once, in small letters and without quotes: what stands behind
/// `FROM`, `JOIN`, `INTO`, `UPDATE`, `TABLE`, with its schema (`shop.users`).
pub fn tables(sql: &str, dialect: Dialect) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut tokens = lex(sql, dialect).filter(|token| token.kind != Kind::Comment).peekable();
    while let Some(token) = tokens.next() {
        if token.kind != Kind::Word || !is_before_table(token.text(sql)) {
            continue;
        }
        loop {
            let mut name = String::new();
            while let Some(part) = tokens.next_if(|t| {
                matches!(t.kind, Kind::Dot | Kind::Name)
                    || (t.kind == Kind::Word && (name.is_empty() || name.ends_with('.')))
            }) {
                let quotes = ['"', '`', '[', ']'];
                name.push_str(&part.text(sql).trim_matches(quotes).to_lowercase());
            }
            let word = matches!(name.as_str(), "select" | "dual" | "outfile" | "dumpfile" | "set");
            if !name.is_empty() && !word && !out.contains(&name) && out.len() < TABLES_MAX {
                out.push(name);
            }
            // An alias, with or without `AS`.
            tokens.next_if(|t| t.text(sql).eq_ignore_ascii_case("as"));
            tokens.next_if(|t| t.kind == Kind::Word && !is_clause(t.text(sql)));
            if tokens.next_if(|t| t.kind == Kind::Comma).is_none() {
                break;
            }
        }
    }
    out
}

/// Whether a word begins the next part of a statement and is no alias.
fn is_clause(word: &str) -> bool {
    crate::words::goes_on(word)
        || crate::words::begins(word)
        || ["join", "left", "right", "inner", "outer", "cross", "natural", "on", "using", "values"]
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w))
}

fn is_before_table(word: &str) -> bool {
    ["from", "join", "into", "update", "table"].iter().any(|w| word.eq_ignore_ascii_case(w))
}
