//! JSON as a tree of values, within bounds.

use sonic_rs::Value;

/// Deeper nesting than this is refused: no log is written so, and a parser's stack is finite.
pub const DEPTH_MAX: usize = 128;

/// Parses one document; the error names what is wrong.
pub fn parse(text: &str) -> Result<Value, String> {
    if deeper_than(text.as_bytes(), DEPTH_MAX) {
        return Err(format!("JSON nested deeper than {DEPTH_MAX} levels"));
    }
    shallow(text).map_err(|error| {
        let whole = error.to_string();
        format!("not valid JSON: {}", whole.lines().next().unwrap_or("unknown"))
    })
}

/// Parses a text that is known to be no deeper than [`DEPTH_MAX`].
pub(crate) fn shallow(text: &str) -> sonic_rs::Result<Value> {
    sonic_rs::from_str(text)
}

/// Whether brackets nest deeper than `max`; brackets inside strings do not count.
fn deeper_than(bytes: &[u8], max: usize) -> bool {
    // Most records have fewer opening brackets than the bound: no need to look closer.
    // (Summed in bytes, block by block, which the compiler turns into vector code.)
    let block = |block: &[u8]| block.iter().map(|b| u8::from(matches!(b, b'{' | b'['))).sum::<u8>();
    let opening: usize = bytes.chunks(255).map(|part| usize::from(block(part))).sum();
    if opening <= max {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > max {
            return true;
        }
    }
    false
}
