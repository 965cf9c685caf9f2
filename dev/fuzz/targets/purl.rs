//! Package URLs round-trip, and versions stand in one order in every scheme.
#![no_main]

use libfuzzer_sys::fuzz_target;
use versions::{Purl, Scheme};

/// Ecosystems of all schemes.
const ECOSYSTEMS: &[&str] = &[
    "npm",
    "PyPI",
    "Maven",
    "RubyGems",
    "Packagist",
    "NuGet",
    "Pub",
    "Go",
    "crates.io",
    "Hex",
    "Debian",
    "Alpine",
    "Red Hat",
    "CRAN",
    "Hackage",
];

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(purl) = Purl::parse(&text) {
        assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
    }
    let mut parts = text.splitn(3, '\n');
    let [a, b, c] = [(); 3].map(|()| parts.next().unwrap_or_default());
    for scheme in ECOSYSTEMS.iter().filter_map(|name| Scheme::of(name)) {
        let order = |x, y| scheme.compare(x, y);
        assert_eq!(order(a, b), order(b, a).reverse(), "{scheme:?}: {a:?} {b:?}");
        assert!(order(a, a).is_eq(), "{scheme:?}: {a:?}");
        if order(a, b).is_le() && order(b, c).is_le() {
            assert!(order(a, c).is_le(), "{scheme:?}: {a:?} {b:?} {c:?}");
        }
    }
});
