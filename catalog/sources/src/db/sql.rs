//! What a statement does, by its first word; no more of SQL is read here.

/// The longest statement that an event carries, in bytes.
pub const STATEMENT_MAX: usize = 1 << 20;

/// Numbers of OCSF's Datastore Activity.
pub mod activity {
    /// A record was read.
    pub const READ: i64 = 1;
    /// Records were changed.
    pub const UPDATE: i64 = 2;
    /// A connection was made.
    pub const CONNECT: i64 = 3;
    /// Records were read.
    pub const QUERY: i64 = 4;
    /// Records were added.
    pub const WRITE: i64 = 5;
    /// A table, a database, a user was made.
    pub const CREATE: i64 = 6;
    /// Records, a table, a database were removed.
    pub const DELETE: i64 = 7;
    /// What there is was listed.
    pub const LIST: i64 = 8;
    /// None of these.
    pub const OTHER: i64 = 99;
}

/// The verbs that are known, with their activity and whether they only read.
const VERBS: &[(&str, i64, Option<bool>)] = &[
    ("ALTER", activity::UPDATE, Some(false)),
    ("ANALYZE", activity::OTHER, None),
    ("BEGIN", activity::OTHER, None),
    ("CALL", activity::OTHER, None),
    ("CLOSE", activity::OTHER, None),
    ("COMMIT", activity::OTHER, None),
    ("COPY", activity::OTHER, None),
    ("CREATE", activity::CREATE, Some(false)),
    ("DEALLOCATE", activity::OTHER, None),
    ("DECLARE", activity::QUERY, None),
    ("DELETE", activity::DELETE, Some(false)),
    ("DESC", activity::LIST, Some(true)),
    ("DESCRIBE", activity::LIST, Some(true)),
    ("DO", activity::OTHER, None),
    ("DROP", activity::DELETE, Some(false)),
    ("EXECUTE", activity::OTHER, None),
    ("EXPLAIN", activity::LIST, None),
    ("FETCH", activity::QUERY, Some(true)),
    ("GRANT", activity::OTHER, Some(false)),
    ("INSERT", activity::WRITE, Some(false)),
    ("LOAD", activity::WRITE, Some(false)),
    ("MERGE", activity::UPDATE, Some(false)),
    ("PREPARE", activity::OTHER, None),
    // READ and WRITE are words of audit logs, not of SQL.
    ("READ", activity::READ, Some(true)),
    ("RENAME", activity::UPDATE, Some(false)),
    ("REPLACE", activity::WRITE, Some(false)),
    ("REVOKE", activity::OTHER, Some(false)),
    ("ROLLBACK", activity::OTHER, None),
    ("SELECT", activity::QUERY, Some(true)),
    ("SET", activity::OTHER, None),
    ("SHOW", activity::LIST, Some(true)),
    ("START", activity::OTHER, None),
    ("TABLE", activity::QUERY, Some(true)),
    ("TRUNCATE", activity::DELETE, Some(false)),
    ("UPDATE", activity::UPDATE, Some(false)),
    ("USE", activity::OTHER, None),
    ("VALUES", activity::QUERY, Some(true)),
    ("WITH", activity::QUERY, None),
    ("WRITE", activity::WRITE, Some(false)),
];

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb {
    /// Its first word, in capitals.
    pub word: &'static str,
    /// The number of its OCSF activity.
    pub activity: i64,
    /// Whether it only reads: a `SELECT` that writes a file or calls what writes is not told apart.
    pub reads_only: Option<bool>,
}

/// Longer comments before the first word are not looked behind.
const COMMENTS_MAX: usize = 16;

/// What a statement does, by its first word after comments and brackets.
pub fn verb(statement: &str) -> Verb {
    let mut rest = statement;
    for _ in 0..COMMENTS_MAX {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(' || c == ';');
        let after = if let Some(comment) = rest.strip_prefix("/*") {
            // MySQL runs what stands in `/*!50000 …*/`.
            if let Some(hint) = comment.strip_prefix('!') {
                Some(hint.trim_start_matches(|c: char| c.is_ascii_digit()))
            } else {
                comment.split_once("*/").map(|(_, after)| after)
            }
        } else if let Some(comment) = rest.strip_prefix("--").or_else(|| rest.strip_prefix('#')) {
            comment.split_once('\n').map(|(_, after)| after)
        } else {
            None
        };
        let Some(after) = after else { break };
        rest = after;
    }
    let end = rest.bytes().take(12).take_while(u8::is_ascii_alphabetic).count();
    let word = rest.get(..end).unwrap_or("");
    let known = VERBS.iter().find(|(verb, _, _)| verb.eq_ignore_ascii_case(word));
    known.map_or(
        Verb { word: "OTHER", activity: activity::OTHER, reads_only: None },
        |(word, activity, reads_only)| Verb { word, activity: *activity, reads_only: *reads_only },
    )
}

/// The statement, cut at the bound, and whether it was longer.
pub fn bounded(statement: &str) -> (&str, bool) {
    if statement.len() <= STATEMENT_MAX {
        return (statement, false);
    }
    let end = statement.floor_char_boundary(STATEMENT_MAX);
    (statement.get(..end).unwrap_or(""), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_behind_comments_and_brackets() {
        for (statement, word) in [
            ("select 1", "SELECT"),
            (" /* app */ -- x\n ((SELECT 1) UNION (SELECT 2))", "SELECT"),
            ("/*!50001 CREATE TABLE a(b int)*/", "CREATE"),
            ("# note\nInsErt INTO a VALUES(1)", "INSERT"),
            ("selection", "OTHER"),
            ("/* never closed", "OTHER"),
            ("", "OTHER"),
        ] {
            assert_eq!(verb(statement).word, word, "{statement}");
        }
        assert!(VERBS.is_sorted_by_key(|verb| verb.0));
    }

    #[test]
    fn a_statement_is_cut_between_characters() {
        let long = "é".repeat(STATEMENT_MAX);
        let (cut, was_longer) = bounded(&long);
        assert!(was_longer && cut.len() <= STATEMENT_MAX && cut.len() > STATEMENT_MAX - 2);
    }
}
