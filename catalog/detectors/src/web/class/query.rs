//! Injection into other query languages: LDAP filters, XPath, the operators of MongoDB.

use std::sync::LazyLock;

use super::pattern::Patterns;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        // LDAP: a filter is closed and another opened, as RFC 4515 writes them.
        r"[\w*]\s*\)\s*\(?\s*[|&!]\s*(?:\(|\)|$|[a-z]+\s*[~<>]?=)",
        r"\)\s*\(\s*[a-z][\w;-]*\s*[~<>:]?=",
        r"\*\s*\)\s*(?:\(\s*)?[|&!(]|\)\s*\(\s*[|&!]",
        r"^\s*\(\s*[|&!]\s*\(\s*[a-z]",
        // MongoDB: an operator where a value belongs.
        r"\[\s*\$(?:ne|eq|gt|gte|lt|lte|in|nin|regex|where|exists|not|or|and|type|expr|func)\s*\]",
        r"['\x22{\s]\$(?:ne|gt|gte|lt|lte|nin|regex|where|exists|expr|func|accumulator)['\x22]?\s*:",
        r"\bdb\.\w+\.(?:find|insert|drop|remove|update|mapreduce)\w*\s*\(",
        r"this\.\w+\s*(?:===?|!==?|\.match|\.length)|;\s*return\s+(?:true|this|1)\b",
        // XPath.
        r"\bcount\s*\(\s*/|/\*\[|/(?:child|parent|descendant|ancestor|following|self)::|\bstring-length\s*\(",
    ])
});

/// Whether a value, in small letters, would change a query that is not SQL.
pub fn is_attack(small: &str) -> bool {
    small.contains(['(', ')', '$', ':', '[', '=']) && PATTERNS.any(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_told_from_prose() {
        assert!(PATTERNS.is_built());
        for value in
            ["*)(uid=*))(|(uid=*", "admin)(&)", "[$ne]", "{\"$gt\":\"\"}", "x' or count(/*)"]
        {
            assert!(is_attack(value), "{value}");
        }
        for value in ["f(x) (see below)", "a & b (c)", "smile :) | sad :(", "cost $5", "(a=1)"] {
            assert!(!is_attack(value), "{value}");
        }
    }
}
