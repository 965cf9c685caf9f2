//! Cross-site scripting: markup or script where a value belongs.

use std::sync::LazyLock;

use super::super::text::any;
use super::pattern::Patterns;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        r"\b(?:document|window|self|top|parent|frames|globalthis)(?:/\*.{0,64}?\*/|[\s)])*(?:\.(?:/\*.{0,64}?\*/|\s)*(?:alert|body|cookie|domain|location|write(?:ln)?|createelement|open|name|eval|innerhtml|getelement\w*)\b|\[\s*(?:/\*.{0,64}?\*/)?\s*[/'\x22`a-z])",
        r"\b(?:atob|btoa|settimeout|setinterval|requestanimationframe|importscripts|eval|msgbox|unescape|decodeuricomponent|fetch|navigator\.sendbeacon)\s*(?:\(|`)",
        r"\.\s*(?:call|apply|bind|sort|map|find|foreach|innerhtml|outerhtml|insertadjacenthtml|constructor)\s*(?:\(|`|=)\s*(?:alert|`|\$|confirm|prompt|<)|\.call\s*`|\breflect\s*\.",
        r"\[\]\s*\[\s*(?:\(|!|\[|['\x22`])|!\[\]\s*\+|\+\[\]\]|\(!\[\]",
        r"<[^a-z<>]{0,4}(?:script|svg|math|iframe|object|embed|applet|base|meta|link|style|marquee|isindex|vmlframe|video|audio|details|template|form|bgsound|layer|frameset|xml)\b[^<]{0,400}(?:=|>|$)",
        r"[\s'\x22/;`]on[a-z]{3,24}\s{0,4}(?:\x0b|\x0c)?=\s*\S",
        r"(?:^|[\s'\x22=:(;])(?:j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|v\s*b\s*s\s*c\s*r\s*i\s*p\s*t|ja&tab;vascript|livescript|wyciwyg)\s*(?::|&colon;)",
        r"<[a-z]+:[a-z]+\s+xmlns:|@import\s|@\\?i\\|behaviou?r\s*:\s*url|style\s*=[^>]{0,200}(?:expression|url\s*\(|@i|\\)|xlink:href|formaction\s*=|\+adw-|\xbcscript",
        r"<!--.{0,40}(?:>|$)|-->|<!\[cdata|\]\]>",
    ])
});

/// Whether a value would run in a browser.
pub fn is_attack(value: &str, small: &str) -> bool {
    const SCRIPT: &[&str] = &[
        "javascript:",
        "vbscript:",
        "<script",
        "</script",
        "data:text/html",
        "expression(",
        "document.cookie",
        "document.write",
        "document.location",
        "window.location",
        "string.fromcharcode",
        "alert(",
        "alert`",
        "prompt(",
        "confirm(",
        "<svg",
        "<iframe",
        "onerror=",
        "onload=",
        "srcdoc=",
        "-moz-binding",
        "livescript:",
        "<!entity",
    ];
    if !any(small, &["<", ">", "(", "`", ":", "=", "[", "."]) {
        return false;
    }
    let script = any(small, SCRIPT);
    if script && any(small, &["<", "script:", "on", "(", "`", "document."]) {
        return true;
    }
    if PATTERNS.any(small) {
        return true;
    }
    (small.contains('<') || small.contains('='))
        && libinjectionrs::detect_xss(value.as_bytes()).is_injection()
}

/// Whether a value, in small letters, is markup that runs script, whatever else it names.
pub fn is_certain(small: &str) -> bool {
    any(small, &["<script", "data:text/html", "javascript:", "<svg", "<iframe", "<embed"])
}
