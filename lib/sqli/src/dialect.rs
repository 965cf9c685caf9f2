//! The dialects, as far as their tokens differ.

/// A dialect of SQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Dialect {
    #[default]
    MySql,
    Postgres,
    SqlServer,
    Sqlite,
    Oracle,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: &'static [Dialect] =
        &[Self::MySql, Self::Postgres, Self::SqlServer, Self::Sqlite, Self::Oracle];

    /// Whether `\` escapes in every text (PostgreSQL has it in `E''` only).
    pub(crate) fn backslash(self) -> bool {
        self == Dialect::MySql
    }

    /// Whether `"x"` is a text, not a name.
    pub(crate) fn double_quoted_text(self) -> bool {
        self == Dialect::MySql
    }

    /// Whether `#` begins a comment.
    pub(crate) fn hash_comment(self) -> bool {
        self == Dialect::MySql
    }

    /// Whether `--` needs a space or the end behind it.
    pub(crate) fn dashes_need_space(self) -> bool {
        self == Dialect::MySql
    }

    /// Whether comments nest.
    pub(crate) fn nested_comments(self) -> bool {
        matches!(self, Dialect::Postgres | Dialect::SqlServer)
    }

    /// Whether `/*! … */` is run.
    pub(crate) fn version_comments(self) -> bool {
        self == Dialect::MySql
    }

    /// Whether `$tag$ … $tag$` is a text.
    pub(crate) fn dollar_text(self) -> bool {
        self == Dialect::Postgres
    }

    /// Whether `[x]` is a name.
    pub(crate) fn bracket_names(self) -> bool {
        matches!(self, Dialect::SqlServer | Dialect::Sqlite)
    }

    /// Whether a backtick quotes a name.
    pub(crate) fn backtick_names(self) -> bool {
        matches!(self, Dialect::MySql | Dialect::Sqlite)
    }
}
