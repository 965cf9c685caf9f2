//! SQL: tokens cover the text in order, and whatever else reads it takes any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sqli::Dialect;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (value, sql) = text.split_once('\n').unwrap_or(("", &text));
    let _ = sqli::attempt(&text);
    for dialect in Dialect::ALL {
        let mut at = 0;
        for token in sqli::lex(sql, *dialect) {
            assert!(token.start >= at && token.end > token.start, "tokens are in order");
            assert!(token.end <= sql.len(), "tokens stand in the text");
            at = token.end;
        }
        let _ = sqli::features(sql, *dialect);
        let _ = sqli::skeleton(sql, *dialect);
        let _ = sqli::skeleton_hash(sql, *dialect);
        let _ = sqli::tables(sql, *dialect);
        if let Some(found) = sqli::taint(sql, *dialect, value) {
            assert!(found.start < found.end && found.end <= sql.len(), "a span in the text");
        }
    }
});
