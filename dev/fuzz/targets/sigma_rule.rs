//! Rule files: anything compiles or is told as a problem; no rule goes without a word.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigma::{Collection, Ruleset, Settings};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut collection = Collection::default();
    collection.read("rule.yml", &text);
    let read = collection.len();
    let (ruleset, problems) = Ruleset::build(collection, &Settings::default());
    assert!(ruleset.len() <= read && read <= ruleset.len() + problems.len());
    assert!(read + problems.len() > 0, "a file that says nothing is told");
    assert!(problems.iter().all(|p| !p.what.is_empty() && !p.remedy.is_empty()));
    assert_eq!(ruleset.route_all().len(), ruleset.len());
});
