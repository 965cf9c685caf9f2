//! What a statement, or a piece of one, does that honest programs seldom do.

use crate::lex::{Kind, Token, lex};
use crate::{Dialect, words};

macro_rules! features {
    ($($name:ident = $word:literal),* $(,)?) => {
        /// Something that attacks do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Feature { $($name),* }

        impl Feature {
            /// Every feature.
            pub const ALL: &'static [Feature] = &[$(Feature::$name),*];

            /// A short phrase for people.
            pub fn word(self) -> &'static str {
                match self { $(Feature::$name => $word),* }
            }
        }
    };
}

features! {
    Union = "union",
    Stacked = "second statement",
    CommentTail = "rest of the statement cut off by a comment",
    InnerComment = "comment between words",
    VersionComment = "comment that is run",
    Constant = "comparison of constants",
    Catalog = "catalogue of the database",
    Sleep = "wait",
    FileRead = "file read",
    FileWrite = "file written",
    Command = "system command",
    ErrorFunction = "function that fails with its argument in the message",
    OutOfBand = "connection outwards",
    Unfinished = "text that does not end",
    CharBuilding = "text built of codes or pieces",
    SystemInfo = "version, user or name of the database",
    Subselect = "select within an expression",
    Change = "change of data or structure in a second statement",
}

/// A set of features.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Features(u32);

impl Features {
    /// The set from its number.
    pub fn from_bits(bits: u32) -> Self {
        Features(bits)
    }

    /// The set as a number.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Whether it holds a feature.
    pub fn has(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u32) != 0
    }

    /// Whether it holds any of these.
    pub fn any(self, of: &[Feature]) -> bool {
        of.iter().any(|feature| self.has(*feature))
    }

    /// Puts one in.
    pub fn add(&mut self, feature: Feature) {
        self.0 |= 1 << feature as u32;
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What it holds, in order.
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.iter().copied().filter(move |feature| self.has(*feature))
    }

    /// Whether it holds what honest statements hardly ever do.
    pub fn is_telling(self) -> bool {
        use Feature::{
            Catalog, Change, Command, Constant, ErrorFunction, FileRead, FileWrite, OutOfBand,
            Sleep, Stacked, Unfinished, Union, VersionComment,
        };
        let telling = [
            Union,
            Stacked,
            VersionComment,
            Constant,
            Catalog,
            Sleep,
            FileRead,
            FileWrite,
            Command,
            ErrorFunction,
            OutOfBand,
            Unfinished,
            Change,
        ];
        self.any(&telling) || self.has(Feature::CommentTail)
    }
}

/// The features of a text, read as a statement or as a piece of one.
pub fn features(sql: &str, dialect: Dialect) -> Features {
    let mut found = Features::default();
    let mut last: [Option<Token>; 3] = [None; 3];
    let mut comment = false;
    for token in lex(sql, dialect) {
        if token.kind == Kind::Comment {
            note_comment(&mut found, token.text(sql));
            comment = true;
            continue;
        }
        if std::mem::take(&mut comment) {
            found.add(Feature::InnerComment);
        }
        if !(token.kind == Kind::Open && is_prose(sql, last[2], token, dialect)) {
            note(&mut found, sql, &last, token);
        }
        last = [last[1], last[2], Some(token)];
    }
    if comment {
        found.add(Feature::CommentTail);
    }
    // A word that stands last may be a call cut off.
    call(&mut found, sql, last[2], false);
    found
}

/// Whether a text speaks of sleep and a time in brackets as people do: `sleep (8 hours)`.
pub fn sleeps_in_prose(text: &str) -> bool {
    let mut last = None;
    lex(text, Dialect::MySql).any(|token| {
        let word = last.replace(token);
        token.kind == Kind::Open && is_prose(text, word, token, Dialect::MySql)
    })
}

/// Whether a word and a bracket are prose and no call: `sleep (8 hours)`. An argument that begins
/// with a number goes on with a sign or with a word of the language.
fn is_prose(sql: &str, word: Option<Token>, open: Token, dialect: Dialect) -> bool {
    let calls = |word: &Token| words::feature(word.text(sql), true) == Some(Feature::Sleep);
    if !word.as_ref().is_some_and(calls) {
        return false;
    }
    let Some(inside) = sql.get(open.end..) else { return false };
    let mut tokens = lex(inside, dialect);
    let number = tokens.next().is_some_and(|token| token.kind == Kind::Number);
    let plain = |token: Token| {
        let text = token.text(inside);
        token.kind == Kind::Word && !words::compares(text) && !words::goes_on(text)
    };
    number && tokens.next().is_some_and(plain)
}

fn note_comment(found: &mut Features, text: &str) {
    if text.starts_with("/*!") {
        found.add(Feature::VersionComment);
    }
}

fn call(found: &mut Features, sql: &str, word: Option<Token>, open: bool) {
    let word = word.filter(|token| token.kind == Kind::Word).map(|token| token.text(sql));
    if let Some(feature) = word.and_then(|word| words::feature(word, open)) {
        found.add(feature);
    }
}

/// Looks at a token with the three before it.
fn note(found: &mut Features, sql: &str, last: &[Option<Token>; 3], token: Token) {
    let [first, operator, before] = *last;
    let is = |token: Option<Token>, word: &str| {
        token.is_some_and(|t| t.kind == Kind::Word && t.text(sql).eq_ignore_ascii_case(word))
    };
    call(found, sql, before, token.kind == Kind::Open);
    if before.is_some_and(|t| t.kind == Kind::End) {
        found.add(Feature::Stacked);
        let select = is(Some(token), "select") || is(Some(token), "declare");
        if token.kind == Kind::Word && words::begins(token.text(sql)) && !select {
            found.add(Feature::Change);
        }
    }
    match token.kind {
        Kind::Unfinished => found.add(Feature::Unfinished),
        Kind::Parameter if token.text(sql).starts_with("@@") => found.add(Feature::SystemInfo),
        Kind::Number if token.text(sql).len() > 6 && token.text(sql).starts_with("0x") => {
            found.add(Feature::CharBuilding);
        }
        Kind::Word => {
            let after = |word| is(before, word) || is(operator, word);
            if is(Some(token), "select") {
                if after("union") || after("except") || after("intersect") || is(first, "union") {
                    found.add(Feature::Union);
                } else if before.is_some_and(|t| t.kind == Kind::Open) {
                    found.add(Feature::Subselect);
                }
            }
            if is(Some(token), "delay") && is(before, "waitfor") {
                found.add(Feature::Sleep);
            }
            if is(Some(token), "program") && (after("to") || after("from")) {
                found.add(Feature::Command);
            }
            if is(Some(token), "file") && (after("data") || after("infile")) {
                found.add(Feature::FileRead);
            }
        }
        _ => {}
    }
    if constants(sql, operator, before, token) {
        found.add(Feature::Constant);
    }
}

/// Whether two constants are compared: `1=1`, `'a' LIKE 'a'`, `2<3`.
fn constants(sql: &str, left: Option<Token>, op: Option<Token>, right: Token) -> bool {
    let constant = |t: Token| matches!(t.kind, Kind::Number | Kind::Text);
    let (Some(left), Some(op)) = (left, op) else { return false };
    let compares = match op.kind {
        Kind::Operator => {
            op.text(sql).bytes().all(|b| matches!(b, b'=' | b'<' | b'>' | b'!' | b'~'))
        }
        Kind::Word => words::compares(op.text(sql)),
        _ => false,
    };
    compares && constant(left) && (constant(right) || right.kind == Kind::Unfinished)
}
