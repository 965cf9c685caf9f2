//! Each line of `orders.txt` is a chain: `ecosystem: a < b = c`. Every pair of a chain is checked.

use std::cmp::Ordering;

use proptest::prelude::*;
use versions::Scheme;

#[test]
fn chains_hold() {
    for line in include_str!("orders.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let (ecosystem, chain) = line.split_once(": ").unwrap();
        let scheme = Scheme::of(ecosystem).unwrap_or_else(|| panic!("{ecosystem}"));
        let mut placed: Vec<(usize, &str)> = Vec::new();
        let mut place = 0;
        for word in chain.split_whitespace() {
            match word {
                "<" => place += 1,
                "=" => {}
                version => placed.push((place, version)),
            }
        }
        for (i, a) in &placed {
            for (j, b) in &placed {
                assert_eq!(scheme.compare(a, b), i.cmp(j), "{ecosystem}: {a} and {b}");
            }
        }
    }
}

const ALL: [Scheme; 11] = [
    Scheme::Semver,
    Scheme::Pub,
    Scheme::Pypi,
    Scheme::Maven,
    Scheme::Gem,
    Scheme::Nuget,
    Scheme::Composer,
    Scheme::Debian,
    Scheme::Rpm,
    Scheme::Alpine,
    Scheme::Dotted,
];

/// Texts near to versions: few numbers and words, many ways to put them together.
/// Maven's own order is none where zeros stand between words (`1-x-0.rc`), so it has its own.
const MAVEN: &str = "[0-2](\\.(0|1|01|10)){0,3}(-(alpha|beta|rc|sp|final|x|snapshot)(-?[0-2])?)?";
const VERSION: &str = "v?([0-2]:)?(0|1|01|10|2)([.-](0|1|01|10|a|rc|beta|final|ga|sp|x)){0,4}([~^_+-](1|a|rc1|p1|r1|dev|0)){0,2}";

proptest! {
    #[test]
    fn any_texts_have_an_order_that_turns_around(a in "\\PC{0,24}", b in "[0-9a-z.~^_+:-]{0,16}") {
        for scheme in ALL {
            prop_assert_eq!(scheme.compare(&a, &b), scheme.compare(&b, &a).reverse(), "{:?}", scheme);
            prop_assert_eq!(scheme.compare(&a, &a), Ordering::Equal);
        }
    }

    #[test]
    fn what_is_before_another_is_before_all_that_follow_it(
        all in [VERSION; 3], maven in [MAVEN; 3],
    ) {
        for scheme in ALL {
            let texts = if scheme == Scheme::Maven { &maven } else { &all };
            let mut sorted = texts.each_ref().map(String::as_str);
            sorted.sort_by(|x, y| scheme.compare(x, y));
            let [x, y, z] = sorted;
            prop_assert!(scheme.compare(x, y).is_le(), "{:?}: {} {} {}", scheme, x, y, z);
            prop_assert!(scheme.compare(y, z).is_le(), "{:?}: {} {} {}", scheme, x, y, z);
            prop_assert!(scheme.compare(x, z).is_le(), "{:?}: {} {} {}", scheme, x, y, z);
            if scheme.compare(x, y).is_eq() {
                prop_assert_eq!(scheme.compare(x, z), scheme.compare(y, z), "{:?}: {} {} {}", scheme, x, y, z);
            }
        }
    }
}
