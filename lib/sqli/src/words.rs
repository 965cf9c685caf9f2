//! Words that matter: keywords that go on with a statement, functions and tables that attacks use.

use crate::Feature;

/// The longest word that is looked up, in bytes.
const WORD_MAX: usize = 32;

/// What a word alone says; functions are asked for with `call`, when `(` stands behind them.
pub(crate) fn feature(word: &str, call: bool) -> Option<Feature> {
    let mut small = [0_u8; WORD_MAX];
    let small = small.get_mut(..word.len())?;
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    alone(small).or_else(|| if call { function(small) } else { None })
}

/// Whether a table, with or without its schema, is of the catalogue of a database.
pub fn names_catalogue(table: &str) -> bool {
    table.to_lowercase().split('.').any(|part| is_catalogue(part.as_bytes()))
}

/// Tables and columns of catalogues.
fn is_catalogue(small: &[u8]) -> bool {
    matches!(
        small,
        b"information_schema"
            | b"pg_catalog"
            | b"pg_tables"
            | b"pg_class"
            | b"pg_user"
            | b"pg_shadow"
            | b"pg_database"
            | b"sqlite_master"
            | b"sqlite_schema"
            | b"sysobjects"
            | b"syscolumns"
            | b"sysdatabases"
            | b"sysusers"
            | b"all_tables"
            | b"user_tables"
            | b"all_tab_columns"
            | b"dba_users"
            | b"dba_tables"
            | b"msysaccessobjects"
            | b"innodb_table_stats"
            | b"table_name"
            | b"column_name"
            | b"table_schema"
            | b"syslogins"
            | b"sysmaster"
            | b"sysibm"
            | b"syscat"
            | b"all_users"
            | b"user_db_links"
            | b"pg_stat_activity"
            | b"db_name"
            | b"user_tab_columns"
    )
}

/// Names that say enough wherever they stand.
fn alone(small: &[u8]) -> Option<Feature> {
    let found = match small {
        _ if is_catalogue(small) => Feature::Catalog,
        b"xp_cmdshell"
        | b"sp_oacreate"
        | b"sys_exec"
        | b"sys_eval"
        | b"sp_executesql"
        | b"sp_execute_external_script"
        | b"dbms_scheduler"
        | b"sp_makewebtask"
        | b"xp_regread"
        | b"xp_regwrite"
        | b"sp_password"
        | b"sp_addsrvrolemember"
        | b"sp_addlogin"
        | b"xp_availablemedia"
        | b"xp_enumdsn"
        | b"xp_loginconfig"
        | b"sp_configure"
        | b"xp_terminate_process"
        | b"xp_makecab"
        | b"xp_ntsec_enumdomains"
        | b"sp_adduser" => Feature::Command,
        b"utl_http" | b"utl_inaddr" | b"xp_dirtree" | b"xp_fileexist" | b"dblink"
        | b"httpuritype" | b"dbms_ldap" | b"xp_subdirs" => Feature::OutOfBand,
        b"outfile" | b"dumpfile" | b"lo_export" => Feature::FileWrite,
        b"lo_import"
        | b"pg_read_file"
        | b"pg_read_binary_file"
        | b"pg_ls_dir"
        | b"utl_file"
        | b"openrowset"
        | b"load_file" => Feature::FileRead,
        b"pg_sleep" | b"dbms_pipe" | b"dbms_lock" | b"pg_sleep_for" => Feature::Sleep,
        b"ctxsys" | b"dbms_utility" | b"gtid_subset" | b"extractvalue" | b"updatexml" => {
            Feature::ErrorFunction
        }
        _ => return None,
    };
    Some(found)
}

/// Names that say something where they are called.
fn function(small: &[u8]) -> Option<Feature> {
    let found = match small {
        b"sleep" | b"benchmark" | b"randomblob" => Feature::Sleep,
        b"exp"
        | b"json_keys"
        | b"polygon"
        | b"geometrycollection"
        | b"multipoint"
        | b"xmltype"
        | b"procedure_analyse"
        | b"analyse"
        | b"rand"
        | b"name_const" => Feature::ErrorFunction,
        b"char" | b"chr" | b"unhex" | b"nchar" | b"make_set" | b"elt" | b"ascii" | b"ord"
        | b"substring" | b"substr" | b"mid" | b"bin" | b"hex" | b"concat" | b"concat_ws"
        | b"group_concat" | b"string_agg" | b"ifnull" | b"iif" | b"nullif" | b"strcmp"
        | b"lpad" | b"rpad" | b"bit_count" | b"char_length" | b"regexp_substring"
        | b"crypt_key" | b"quote_ident" | b"like_regex" => Feature::CharBuilding,
        b"version" | b"database" | b"current_user" | b"session_user" | b"system_user" | b"user"
        | b"schema" | b"user_name" | b"is_srvrolemember" | b"host_name" | b"load_extension"
        | b"sqlite_version" | b"current_database" | b"current_schema" | b"suser_name"
        | b"utc_date" | b"inet_server_addr" | b"uuid" | b"last_insert_id" | b"row_count" => {
            Feature::SystemInfo
        }
        _ => return None,
    };
    Some(found)
}

fn is_one(word: &str, of: &[&str]) -> bool {
    of.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Words that join a further condition.
pub(crate) fn joins(word: &str) -> bool {
    is_one(word, &["and", "or", "xor", "having", "where", "when", "not", "div", "mod"])
}

/// Words that go on with an expression or a statement behind a value.
pub(crate) fn goes_on(word: &str) -> bool {
    joins(word)
        || is_one(
            word,
            &[
                "union",
                "group",
                "order",
                "limit",
                "procedure",
                "into",
                "like",
                "rlike",
                "regexp",
                "in",
                "between",
                "is",
                "except",
                "intersect",
                "minus",
                "waitfor",
                "exec",
                "execute",
                "sounds",
                "similar",
                "ilike",
                "offset",
                "asc",
                "desc",
                "then",
                "else",
                "end",
                "collate",
                "if",
                "own3d",
            ],
        )
}

/// Words that compare.
pub(crate) fn compares(word: &str) -> bool {
    is_one(word, &["like", "rlike", "regexp", "in", "between", "is", "ilike", "sounds"])
}

/// Words that begin a statement.
pub(crate) fn begins(word: &str) -> bool {
    is_one(
        word,
        &[
            "select", "insert", "update", "delete", "drop", "create", "alter", "truncate", "exec",
            "execute", "declare", "grant", "shutdown", "waitfor", "copy", "set", "begin", "if",
            "call", "replace", "merge", "load", "use", "commit", "rollback", "do", "with",
            "handler", "backup",
        ],
    )
}
