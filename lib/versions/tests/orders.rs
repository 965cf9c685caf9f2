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

proptest! {
    #[test]
    fn any_texts_have_an_order_that_turns_around(a in "\\PC{0,24}", b in "[0-9a-z.~^_+:-]{0,16}") {
        for scheme in ALL {
            prop_assert_eq!(scheme.compare(&a, &b), scheme.compare(&b, &a).reverse(), "{:?}", scheme);
            prop_assert_eq!(scheme.compare(&a, &a), Ordering::Equal);
        }
    }
}
