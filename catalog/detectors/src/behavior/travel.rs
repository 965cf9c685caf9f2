//! Impossible travel: one account at two places, sooner than anybody gets from one to the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::IpAddr;

use model::Outcome;
use model::seam::detector::Marked;

use super::marks::{Kind, Seen, seen};
use super::places::{Place, Places, read, region};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::HOUR;

/// Nearer places may be one: a database is off by that much.
const FAR: f64 = 500.0;
/// Kilometres an hour, from door to door.
const FAST: f64 = 900.0;
/// Without places: two regions of the world within this time.
const REGION_WIDTH: i64 = 2 * HOUR;
/// Who logs in so often from both places, on so many days each, lives with both: a VPN, a phone.
const HABIT_DAYS: usize = 3;
const DAY: i64 = 24 * HOUR;
/// Words in the names of networks that let machines, not homes: VPNs and rented servers end there.
const RENTED: &[&str] = &[
    "amazon",
    "aws",
    "azure",
    "cloud",
    "colo",
    "contabo",
    "data center",
    "datacamp",
    "datacenter",
    "digitalocean",
    "google",
    "hetzner",
    "hosting",
    "leaseweb",
    "linode",
    "m247",
    "microsoft",
    "netskope",
    "oracle",
    "ovh",
    "server",
    "vpn",
    "vultr",
    "zscaler",
];

const USER: usize = 0;
const ADDRESS: usize = 1;
const STATED: usize = 3;

/// A login that worked, and where it came from.
struct Login<'m> {
    seen: Seen<'m>,
    address: IpAddr,
    place: Option<Place>,
}

impl Login<'_> {
    fn day(&self) -> i64 {
        self.seen.time.start.div_euclid(DAY)
    }
}

/// Accounts that were at two places at once.
pub fn finds(marks: &[Marked], places: &Places) -> Vec<Find> {
    let mut users: BTreeMap<String, Vec<Login<'_>>> = BTreeMap::new();
    let mut known: BTreeMap<IpAddr, Option<Place>> = BTreeMap::new();
    for seen in seen(marks, Kind::Login) {
        let Ok(address) = seen.text(ADDRESS).parse::<IpAddr>() else { continue };
        if seen.outcome != Outcome::Success || seen.text(USER).is_empty() {
            continue;
        }
        let found = known.entry(address).or_insert_with(|| places.of(address));
        let place = found.clone().or_else(|| read(seen.text(STATED)));
        let user = seen.text(USER).to_lowercase();
        users.entry(user).or_default().push(Login { seen, address, place });
    }
    users.values().filter_map(|logins| travelled(logins, places)).collect()
}

/// The first pair of logins one after the other that nobody travels between.
fn travelled(logins: &[Login<'_>], places: &Places) -> Option<Find> {
    let pairs = logins.windows(2).filter_map(|pair| match pair {
        [from, to] if from.address != to.address => Some((from, to)),
        _ => None,
    });
    let mut rough = None;
    for (from, to) in pairs {
        let between = to.seen.time.start.saturating_sub(from.seen.time.start);
        if let (Some(here), Some(there)) = (&from.place, &to.place) {
            let far = here.distance(there);
            let hours = between as f64 / HOUR as f64;
            let unlike = here.country.is_empty() || here.country != there.country;
            let same = |login: &&Login<'_>, place: &Place| {
                login.place.as_ref().is_some_and(|p| p.distance(place) < FAR)
            };
            let days = |place: &Place| -> BTreeSet<i64> {
                logins.iter().filter(|one| same(one, place)).map(Login::day).collect()
            };
            let habit = days(here).len() >= HABIT_DAYS && days(there).len() >= HABIT_DAYS;
            if far > FAR && far > FAST * hours && unlike && !habit {
                return Some(impossible((from, here), (to, there), (far, between), places));
            }
        } else if rough.is_none() && from.place.is_none() && to.place.is_none() {
            rough = regions(from, to, between, logins);
        }
    }
    rough
}

fn minutes(nanos: i64) -> i64 {
    nanos / 60_000_000_000
}

fn impossible(
    (from, here): (&Login<'_>, &Place),
    (to, there): (&Login<'_>, &Place),
    (far, between): (f64, i64),
    places: &Places,
) -> Find {
    let rented = [from.address, to.address].into_iter().find_map(|address| {
        let network = places.network(address)?;
        let low = network.to_lowercase();
        RENTED.iter().any(|word| low.contains(word)).then_some((address, network))
    });
    let (user, after) = (name(to.seen.text(USER)), minutes(between));
    let (a, b) = (name(&here.name()), name(&there.name()));
    let ([mut text, mut japanese], mut confidence) = (
        [
            format!(
                "{user} logged in from {} ({a}) and {after} minutes later from {} ({b}): {far:.0} km apart, farther than {FAST:.0} km an hour go",
                from.address, to.address
            ),
            format!(
                "{user} が {}（{a}）からログインした {after} 分後に {}（{b}）からログインした：距離 {far:.0} km、時速 {FAST:.0} km でも間に合わない",
                from.address, to.address
            ),
        ],
        0.7,
    );
    if let Some((address, network)) = rented {
        let network = name(&network);
        let _ = write!(text, "; {address} is of {network}, where VPNs end too");
        let _ =
            write!(japanese, "。ただし {address} は {network} のもので、VPN の出口の可能性もある");
        confidence = 0.4;
    }
    find(Found::Travel, (from, to), [text, japanese], confidence)
}

/// Two regions of the world, by the registries of addresses: only that can be said without places.
fn regions(from: &Login<'_>, to: &Login<'_>, between: i64, logins: &[Login<'_>]) -> Option<Find> {
    let (here, there) = (region(from.address)?, region(to.address)?);
    let days = |of| -> BTreeSet<i64> {
        logins.iter().filter(|one| region(one.address) == Some(of)).map(Login::day).collect()
    };
    let habit = days(here).len() >= HABIT_DAYS && days(there).len() >= HABIT_DAYS;
    if here == there || between > REGION_WIDTH || habit {
        return None;
    }
    let (user, after) = (name(to.seen.text(USER)), minutes(between));
    let ([a, a_ja], [b, b_ja]) = (here, there);
    let text = [
        format!(
            "{user} logged in from {} and {after} minutes later from {}: by the registries of addresses, {a} and {b}. Which country that is cannot be said without --geoip, and networks are passed on",
            from.address, to.address
        ),
        format!(
            "{user} が {} からログインした {after} 分後に {} からログインした：アドレスの割り当て機関は {a_ja} と {b_ja}。--geoip がないため国は特定できず、ネットワークが譲渡されている可能性もある",
            from.address, to.address
        ),
    ];
    Some(find(Found::TravelMaybe, (from, to), text, 0.3))
}

fn find(
    found: Found,
    (from, to): (&Login<'_>, &Login<'_>),
    text: [String; 2],
    confidence: f64,
) -> Find {
    Find {
        found,
        about: to.seen.text(USER).to_lowercase(),
        span: (from.seen.time, to.seen.time),
        count: 2,
        cited: vec![from.seen.at, to.seen.at],
        confidence,
        text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use testkit::mmdb;

    use super::super::testing::marked;
    use super::*;

    fn places() -> Places {
        let mut places = Places::default();
        let rows = [
            mmdb::city(("192.0.2.0", 24), "Tokyo", "JP", (35.69, 139.69)),
            mmdb::city(("198.51.100.0", 24), "Berlin", "DE", (52.52, 13.41)),
            mmdb::city(("203.0.113.0", 24), "Osaka", "JP", (34.69, 135.5)),
        ];
        places.add(mmdb::build(&rows)).unwrap();
        let network = json!({"autonomous_system_organization": "Example Hosting Ltd"});
        places.add(mmdb::build(&[("198.51.100.128", 25, network)])).unwrap();
        places
    }

    fn login(minute: i64, address: &str, stated: &str) -> Marked {
        let texts = ["mei@example.com", address, "saas.okta ", stated];
        marked(Kind::Login, minute * 60, &texts, Outcome::Success)
    }

    #[test]
    fn nobody_is_in_tokyo_and_ten_minutes_later_in_berlin() {
        let pair = |minutes, to| [login(0, "192.0.2.7", ""), login(minutes, to, "")];
        let found = finds(&pair(10, "198.51.100.9"), &places());
        assert_eq!(found[0].found, Found::Travel);
        let [text, japanese] = &found[0].text;
        assert!(text.contains("(Tokyo, JP) and 10 minutes later from 198.51.100.9 (Berlin, DE)"));
        assert!(text.contains("8916 km") && japanese.contains("8916 km"), "{text}");
        assert!(finds(&pair(12 * 60, "198.51.100.9"), &places()).is_empty(), "a flight");
        assert!(finds(&pair(10, "203.0.113.9"), &places()).is_empty(), "not far");
        let rented = finds(&pair(10, "198.51.100.200"), &places());
        assert!(rented[0].confidence < 0.5 && rented[0].text[0].contains("VPNs end too"));
        assert!(finds(&pair(10, "198.51.100.9"), &Places::default()).is_empty(), "no places");
    }

    #[test]
    fn the_logs_own_places_count_and_habits_are_none() {
        let stated = ["35.69\t139.69\tTokyo\tJapan", "-33.9\t151.2\tSydney\tAustralia"];
        let pair = |day: i64| {
            let at = day * 24 * 60;
            [login(at, "192.0.2.7", stated[0]), login(at + 20, "198.51.100.9", stated[1])]
        };
        assert_eq!(finds(&pair(0), &Places::default()).len(), 1);
        let days: Vec<Marked> = (0..4).flat_map(pair).collect();
        assert!(finds(&days, &Places::default()).is_empty(), "a VPN of every day");
    }

    #[test]
    fn without_places_registries_say_a_little() {
        let pair = [login(0, "1.72.0.9", ""), login(30, "200.16.0.9", "")];
        let found = finds(&pair, &Places::default());
        assert_eq!((found[0].found, found[0].confidence), (Found::TravelMaybe, 0.3));
        assert!(found[0].text[0].contains("cannot be said without --geoip"));
        let later = [login(0, "1.72.0.9", ""), login(300, "200.16.0.9", "")];
        assert!(finds(&later, &Places::default()).is_empty());
    }
}
