//! External entities: XML that makes the server read a file or an address.

use super::super::text::any;

/// Whether a value, in small letters, declares an entity from outside.
pub fn is_attack(small: &str) -> bool {
    any(small, &["<!doctype", "<!entity", "<xi:include", "xinclude"])
        && any(small, &["system", "public", "<!entity", "href="])
}
