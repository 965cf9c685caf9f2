//! What the words of products mean in OCSF: how bad it is, what was done about it, whose hash.

/// OCSF's number of a word for how bad it is. A number says nothing without its scale.
pub fn severity(word: &str) -> i64 {
    match word.to_lowercase().as_str() {
        "info" | "information" | "informational" | "notice" | "情報" => 1,
        "low" | "minor" | "低" => 2,
        "medium" | "moderate" | "warning" | "中" | "警告" => 3,
        "high" | "major" | "高" => 4,
        "critical" | "severe" | "very-high" | "very high" | "緊急" | "重大" | "致命的" => 5,
        _ => 0,
    }
}

/// OCSF's disposition, where a product's word for what it did is a plain one.
pub fn disposition(word: &str) -> Option<(i64, &'static str)> {
    Some(match word.to_lowercase().as_str() {
        "allow" | "allowed" | "accept" | "accepted" | "permit" | "permitted" | "pass"
        | "passed" | "passthrough" | "close" | "許可" | "通過" => (1, "Allowed"),
        "block" | "blocked" | "deny" | "denied" | "prevent" | "prevented" | "reject"
        | "rejected" | "遮断" | "ブロック" | "拒否" | "防御" => (2, "Blocked"),
        "quarantine" | "quarantined" | "隔離" | "隔離済み" => (3, "Quarantined"),
        "delete" | "deleted" | "remove" | "removed" | "clean" | "cleaned" | "削除" | "駆除" => {
            (5, "Deleted")
        }
        "drop" | "dropped" | "discard" | "discarded" | "破棄" => (6, "Dropped"),
        _ => return None,
    })
}

/// OCSF's number of the algorithm that a hash in hexadecimal digits is of, by its length.
pub fn algorithm(hash: &str) -> Option<i64> {
    let id = match hash.len() {
        32 => 1,
        40 => 2,
        64 => 3,
        _ => return None,
    };
    hash.bytes().all(|b| b.is_ascii_hexdigit()).then_some(id)
}
