//! Lookup strings that a logging library resolves (Log4Shell and its disguises).

/// Whether a value, in small letters, holds one: `${jndi:`, also written in pieces.
pub fn is_attack(small: &str) -> bool {
    let Some((_, rest)) = small.split_once("${") else { return false };
    if rest.trim_start().starts_with("jndi:") || small.contains("jndi:") {
        return true;
    }
    // `${${lower:j}ndi:…}`, `${${::-j}${::-n}…}`: lookups within lookups.
    let nested = ["${lower:", "${upper:", "${env:", "${sys:", "${::-", "${date:", "${base64:"];
    let inner = nested.iter().map(|piece| small.matches(piece).count()).sum::<usize>();
    inner >= 2 || (inner == 1 && (small.contains("://") || small.starts_with("${${")))
}
