//! Tokens of a statement. Nothing is an error: what does not close is a token of its own kind.

use memchr::memmem;

use crate::Dialect;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes.
    Name,
    /// A text.
    Text,
    /// A number, hexadecimal ones too.
    Number,
    /// A place for a value: `?`, `$1`, `:name`; or a variable: `@x`.
    Parameter,
    /// `=`, `<>`, `||`, `+`, …
    Operator,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `,`.
    Comma,
    /// `.`.
    Dot,
    /// `;`.
    End,
    /// A comment, or one of the marks around a comment that is run.
    Comment,
    /// A text, a name or a comment that does not close.
    Unfinished,
}

/// A token: its kind and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

impl Token {
    /// Its text.
    pub fn text<'s>(&self, sql: &'s str) -> &'s str {
        sql.get(self.start..self.end).unwrap_or_default()
    }
}

/// The tokens of a statement, in order; white space is between them.
pub struct Lexer<'s> {
    bytes: &'s [u8],
    at: usize,
    dialect: Dialect,
    /// Within a comment that is run.
    running: bool,
}

/// The tokens of `sql`.
pub fn lex(sql: &str, dialect: Dialect) -> Lexer<'_> {
    Lexer { bytes: sql.as_bytes(), at: 0, dialect, running: false }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.peek(0).is_some_and(|b| b.is_ascii_whitespace() || b < 0x20) {
            self.at += 1;
        }
        let start = self.at;
        let kind = self.kind(self.peek(0)?);
        self.at = self.at.clamp(start + 1, self.bytes.len());
        Some(Token { kind, start, end: self.at })
    }
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Reads one token and says what it was.
    fn kind(&mut self, first: u8) -> Kind {
        let dialect = self.dialect;
        match first {
            b'\'' => self.quoted(b'\'', dialect.backslash(), Kind::Text),
            b'"' if dialect.double_quoted_text() => self.quoted(b'"', true, Kind::Text),
            b'"' => self.quoted(b'"', false, Kind::Name),
            b'`' if dialect.backtick_names() => self.quoted(b'`', false, Kind::Name),
            b'[' if dialect.bracket_names() => self.quoted(b']', false, Kind::Name),
            b'-' if self.peek(1) == Some(b'-') && self.dashes() => self.line(),
            b'#' if dialect.hash_comment() => self.line(),
            b'/' if self.peek(1) == Some(b'*') => self.comment(),
            b'*' if self.running && self.peek(1) == Some(b'/') => {
                self.running = false;
                self.at += 2;
                Kind::Comment
            }
            b'$' if dialect.dollar_text() => self.dollar(),
            b'@' | b':' | b'$' if self.peek(1).is_some_and(|b| is_word(b) || b == b'@') => {
                self.skip(2, |b| is_word(b) || b == b'@');
                Kind::Parameter
            }
            b'?' => self.one(Kind::Parameter),
            b'(' => self.one(Kind::Open),
            b')' => self.one(Kind::Close),
            b',' => self.one(Kind::Comma),
            b';' => self.one(Kind::End),
            b'.' if self.peek(1).is_some_and(|b| b.is_ascii_digit()) => self.number(),
            b'.' => self.one(Kind::Dot),
            b'0'..=b'9' => self.number(),
            _ if is_word(first) => self.word(),
            _ => self.operator(),
        }
    }

    fn one(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    fn skip(&mut self, first: usize, of: impl Fn(u8) -> bool) {
        self.at += first;
        while self.peek(0).is_some_and(&of) {
            self.at += 1;
        }
    }

    fn dashes(&self) -> bool {
        !self.dialect.dashes_need_space()
            || self.peek(2).is_none_or(|b| b.is_ascii_whitespace() || b < 0x20)
    }

    fn line(&mut self) -> Kind {
        let length = memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
        self.at += length;
        Kind::Comment
    }

    /// A text or a name from its quote to the next that is not doubled.
    fn quoted(&mut self, close: u8, backslash: bool, kind: Kind) -> Kind {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            let doubled = byte == close && self.peek(1) == Some(close);
            if doubled || (byte == b'\\' && backslash) {
                self.at += 2;
            } else if byte == close {
                self.at += 1;
                return kind;
            } else {
                self.at += 1;
            }
        }
        Kind::Unfinished
    }

    fn comment(&mut self) -> Kind {
        if self.dialect.version_comments() && self.peek(2) == Some(b'!') {
            self.running = true;
            self.skip(3, |b| b.is_ascii_digit());
            return Kind::Comment;
        }
        self.at += 2;
        let mut depth = 1_u32;
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return Kind::Comment;
                    }
                }
                (b'/', Some(b'*')) if self.dialect.nested_comments() => {
                    depth += 1;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        Kind::Unfinished
    }

    /// `$1`, or a text between two `$tag$`.
    fn dollar(&mut self) -> Kind {
        let rest = self.rest();
        let tag = rest.iter().skip(1).take_while(|b| is_word(**b) && **b != b'$').count();
        if rest.get(1).is_some_and(u8::is_ascii_digit) {
            self.at += tag + 1;
            return Kind::Parameter;
        }
        if rest.get(tag + 1) != Some(&b'$') {
            self.at += tag + 1;
            return if tag == 0 { Kind::Operator } else { Kind::Parameter };
        }
        let (mark, inside) = rest.split_at(tag + 2);
        if let Some(length) = memmem::find(inside, mark) {
            self.at += length + 2 * (tag + 2);
            Kind::Text
        } else {
            self.at = self.bytes.len();
            Kind::Unfinished
        }
    }

    fn number(&mut self) -> Kind {
        if self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'X')) {
            self.skip(2, |b| b.is_ascii_hexdigit());
            return Kind::Number;
        }
        self.skip(0, |b| b.is_ascii_digit() || b == b'.');
        let signed = matches!(self.peek(1), Some(b'+' | b'-'));
        if matches!(self.peek(0), Some(b'e' | b'E'))
            && self.peek(1 + usize::from(signed)).is_some_and(|b| b.is_ascii_digit())
        {
            self.skip(2 + usize::from(signed), |b| b.is_ascii_digit());
        }
        Kind::Number
    }

    fn word(&mut self) -> Kind {
        let first = self.peek(0).map(|b| b.to_ascii_lowercase());
        if self.peek(1) == Some(b'\'') && matches!(first, Some(b'e' | b'n' | b'b' | b'x')) {
            self.at += 1;
            let escapes = self.dialect.backslash() || first == Some(b'e');
            return self.quoted(b'\'', escapes, Kind::Text);
        }
        if self.dialect == Dialect::Oracle && first == Some(b'q') && self.peek(1) == Some(b'\'') {
            return self.oracle_text();
        }
        self.skip(1, |b| is_word(b) || b == b'$');
        Kind::Word
    }

    /// `q'[ … ]'`.
    fn oracle_text(&mut self) -> Kind {
        let close = match self.peek(2) {
            Some(b'[') => b']',
            Some(b'(') => b')',
            Some(b'{') => b'}',
            Some(b'<') => b'>',
            Some(other) => other,
            None => b'\'',
        };
        self.at += 3;
        if let Some(length) = memmem::find(self.rest(), &[close, b'\'']) {
            self.at += length + 2;
            Kind::Text
        } else {
            self.at = self.bytes.len();
            Kind::Unfinished
        }
    }

    /// Signs that stand together, but no comment begins within them.
    fn operator(&mut self) -> Kind {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            let comment = matches!((byte, self.peek(1)), (b'-', Some(b'-')) | (b'/', Some(b'*')));
            if comment || !matches!(byte, b'=' | b'<' | b'>' | b'|' | b'&' | b'!' | b'~') {
                break;
            }
            self.at += 1;
        }
        Kind::Operator
    }
}

/// Whether a byte belongs to a word. Bytes beyond ASCII do: names may be in any script.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
