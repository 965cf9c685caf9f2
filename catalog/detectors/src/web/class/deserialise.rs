//! Serialised objects: what Java, PHP, .NET, Python and Ruby make objects of.

/// Whether a value is or holds such an object. Its case matters: base64 has one.
pub fn is_attack(value: &str) -> bool {
    const STARTS: &[&str] = &["rO0AB", "H4sIAAAA", "AAEAAAD/////", "gASV", "gAJ", "BAhvO", "/wEy"];
    let long = value.len() >= 24;
    if long && STARTS.iter().any(|start| value.starts_with(start)) && value.starts_with("rO0AB") {
        return true;
    }
    if long && (value.starts_with("AAEAAAD/////") || value.starts_with("\u{ac}\u{ed}\0\u{5}")) {
        return true;
    }
    php(value)
        || value.contains("!!python/object")
        || value.contains("!ruby/object")
        || value.contains("ysoserial")
        || value.contains("_$$ND_FUNC$$_")
}

/// `O:8:"Evil":1:{…}`: an object, not only an array of texts.
fn php(value: &str) -> bool {
    let Some(at) = value.find("O:").or_else(|| value.find("C:")) else { return false };
    let rest = value.get(at + 2..).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && rest.get(digits..).is_some_and(|r| r.starts_with(":\""))
}
