//! Fragments of SQL: what probes send to see how a page answers. One alone proves nothing; many
//! of one client on one parameter are a probe.

use std::sync::LazyLock;

use super::pattern::Patterns;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        // Functions of databases, opened.
        r"(?:^|[^a-z0-9_])(?:abs|acos|adddate|addtime|aes_(?:de|en)crypt|ascii|asin|atan2?|avg|benchmark|bin|bin_to_num|bit_(?:and|count|length|or|xor)|bitand|cast|ceil|ceiling|char|char_length|character_length|charset|charindex|chr|coalesce|coercibility|collation|compress|concat(?:_ws)?|connection_id|conv|convert(?:_tz)?|cos|cot|count|cr32|crc32|cur(?:date|time)|current_(?:date|setting|time|timestamp|user)|database|date(?:_add|_format|_sub|add|diff|name|part)?|day(?:name|ofmonth|ofweek|ofyear)?|db_(?:id|name)|decode|default|degrees|des_(?:de|en)crypt|elt|encode|encrypt|exp|export_set|extract(?:value)?|field|find_in_set|floor|format|found_rows|from_(?:base64|days|unixtime)|get_(?:format|lock)|getdate|glob|greatest|group_concat|hex(?:toraw)?|hour|if(?:null)?|iif|in|inet_(?:aton|ntoa)|insert|instr|interval|is(?:date|null|numeric)?|is_(?:free|used)_lock|json(?:_[a-z]+)?|last(?:_day|_insert_id|val)?|lcase|least|left|len(?:gth)?|ln|load_(?:extension|file)|local(?:time|timestamp)|locate|log(?:10|2)?|lower|lpad|ltrim|make(?:_set|date)|master_pos_wait|max|md5|microsecond|mid|min(?:ute)?|mod|month(?:name)?|name_const|not_in|now|nullif|nvl2?|oct(?:et_length)?|old_password|ord|overlay|password|period_(?:add|diff)|pg_[a-z_]+|pi|position|pow(?:er)?|procedure_analyse|quarter|quote(?:name|_ident|_literal)?|radians|rand(?:om|omblob)?|rawtohex(?:tonhex)?|release_lock|repeat|replace|reverse|right|round|row(?:_count|_number)?|rpad|rtrim|schema|sec_to_time|second|session_user|sha[12]?|sign|sin|sleep|soundex|space|sqrt|std(?:dev(?:_pop|_samp)?)?|str(?:_to_date|cmp|ftime|ing_agg)?|stuff|sub(?:date|str|string|string_index|time)|sum|sys(?:date|tem_user)|tan|time(?:_format|_to_sec|diff|stamp(?:add|diff)?)?|to_(?:base64|char|date|days|n?clob|number|seconds|single_byte)|trim|truncate|typeof|ucase|uncompress(?:ed_length)?|unhex|unicode|unix_timestamp|unnest|updatexml|upper|user|utc_(?:date|time|timestamp)|utl_[a-z_.]+|uuid(?:_short)?|values|var(?:_pop|_samp|iance)|version|week(?:day|ofyear)?|xmltype|year(?:week)?|zeroblob)\s*\(",
        // Operators alone, or with an operand.
        r"^\s*(?:[!<>=]=|<=>|<>|\|\||&&|::|:=|<<|>>|~\*?|\^|%)\s*$|[\w'\x22)]\s*(?:<=>|!=|<>|==|=|>=|<=|<<|>>)\s*['\x22(\d!-]",
        r"\b(?:not\s+)?(?:like|rlike|regexp|glob|match|similar\s+to|sounds\s+like|between|in)\s+(?:null|binary|['\x22(\d%]|\w+\s+and\b)|\bis\s+(?:not\s+)?(?:null|true|false|\d)|\bnot\s+(?:like|in|between|null|glob|regexp|rlike)\b|\bsounds\s+like\b|\bnot\?--",
        r"(?:&&|\|\||;|=)\s*(?:[(!{]?\s*)?(?:\(\s*\w+|!|set\s+@|['\x22`]?\w+['\x22`]?\s*(?:=|!=|<|>)|[=(])|@@?[a-z]\w*\s*(?::?=|,|;)",
        r"(?:^|[\s'\x22`)\d(])(?:or|and|xor|having|div|mod|nand|nor)\s*(?:[-+~!@(]\s*)*(?:['\x22`\d(]|\s(?:true|false|null|not)\b|\s\w+\s*(?:[=<>!;-]|like\b|is\b))",
        // A quote and language behind it.
        r"['\x22`]\s*(?:[;,)|&#=<>*+/%-]|--|/\*|\b(?:or|and|xor|union|alter|select|insert|update|delete|drop|create|desc|describe|exec|execute|having|order|group|limit|where|into|as|is|in|not|like|glob|sounds|between|div|mod|regexp|collate|case|when|print|from)\b)|^\s*['\x22`][;)]?\s*$|\\['\x22`]",
        r"['\x22`][^'\x22`]*['\x22`]\s*,\s*(?:['\x22`]|\d)|['\x22]\s*:?\d+\s*[*+,-]?|\d\s*['\x22`]\s*[;,)]?\s*$|^\s*['\x22`][\w\s]*['\x22`]\s*$|,\s*\w+['\x22`]\s*$",
        // Pieces of statements.
        r"\)\s*(?:as\s+['\x22`]?\w+['\x22`]?\s*(?:from|,|$)|when\s|then\b|like\b|union\b|order\b)|\bas['\x22`]?\s+['\x22`]?\w+['\x22`]?\s+from\b|\bas['\x22`]\s*from\b",
        r"\b(?:order|group)\s+by\b|\bunion\s+(?:all|select|distinct)\b|\bhaving\s+(?:\d|[\x27\x22(@]|\w+\s*[(=<>])|\bselect\s+(?:[*'\x22(\d@]|\w+\s+(?:from|as)\b|\w+\s*,)|\bfrom\s+\S+\s+where\b|\bwhere\s+\S+\s*(?:=|<|>|like\b|in\b)|\bwhen\s+\S+\s+then\b|\bcase\s+when\b|\bexcept\s+(?:select|values)",
        r"\b(?:insert\s+into|delete\s+from|drop\s+\w|dr/\*|alter\s+\w|create\s+(?:table|view|user|function|procedure|database|index|or\s+replace)|truncate\s+table|replace\s+into|update\s+\S+\s+set|execute\s*(?:immediate|\()|exec\s*[(@]|declare\s+[@\w]|merge\s+\S+\s+using|load\s+data|limit\s+\d|procedure\s+analyse|waitfor\s+delay)",
        r"\bdrop\s*(?:/\*|\S)|\b(?:n?varchar|nchar|sp_executesql|sp_\w+|xp_\w+|openrowset|openquery|opendatasource|tb_\w+|sysobjects|syscolumns|information_schema|pg_catalog|sqlite_master|mysql\.user|rowid|rownum|dual)\b|::\s*(?:int|text|bool|varchar|numeric|json|regclass|date)|\bcurrent_user\b|\bplacing\b",
        // Comments, codes, and heaps of signs.
        r"/\*.*|\*/|--\s*(?:$|[\s-])|#\s*$|;\s*--|\\?\\x[0-9a-f]{2}|0x[0-9a-f]{3,}|\\0x",
        r"(?:[!-/:-@\[-`{-~][\s]*){6,}|(?:[~!@#$%^&*()\-+={}\[\]|:;'\x22`<>][^~!@#$%^&*()\-+={}\[\]|:;'\x22`<>]{0,3}){8,}",
    ])
});

/// Whether a value, in small letters, has a fragment of SQL in it.
pub fn is_fragment(small: &str) -> bool {
    PATTERNS.any(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_told_from_prose() {
        assert!(PATTERNS.is_built());
        for value in ["substr(", "<=>", "1 order by 3", "x' or", "1 is not null", "' having 1=1"] {
            assert!(is_fragment(value), "{value}");
        }
        for value in [
            "o'brien",
            "men's wear",
            "coffee or tea",
            "a-b",
            "2026-11-23",
            "john@mail.example",
            "a + b",
            "who, what",
            "c++ in action",
            "tea (green)",
            "50% off",
            "rock & roll",
        ] {
            assert!(!is_fragment(value), "{value}");
        }
    }
}
