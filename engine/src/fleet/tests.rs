//! Lives from few and broken words.

use jiff::tz::TimeZone;
use model::fleet::{Address, Phase, Sighting, Told, Trait};
use model::{Assets, Time};

use super::gather::Gathered;
use super::{Bounds, Ledger, Month, usage};

/// A day in May 2026.
const DAY: i64 = 1_777_939_200;

fn told(words: &[(&str, i64, Phase, Told)]) -> Ledger {
    let mut gathered = Gathered::default();
    for (id, at, phase, told) in words {
        let time = Time::seconds(DAY + at);
        let mut sighting = Sighting::new(*id, time, Some((*phase, *told)));
        sighting.know(Trait::Account, Some("111122223333"));
        sighting.know(Trait::Region, Some("eu-west-1"));
        if *told == Told::Seen {
            let ip = if *at < 5000 { "192.0.2.1" } else { "192.0.2.2" };
            sighting.addresses.push(Address { ip: ip.into(), eni: None, public: false });
        }
        gathered.sighted("test", &sighting);
    }
    Ledger::new(gathered, &Assets::default())
}

/// The runs of one instance, relative to the day.
fn runs(ledger: &Ledger, id: &str) -> Vec<(i64, Option<i64>)> {
    let life = ledger.life(id).unwrap();
    life.runs.iter().map(|r| (r.from.at - DAY, r.to.map(|to| to.at - DAY))).collect()
}

#[test]
fn stopped_and_started_it_ran_twice() {
    use Phase::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated};
    let ledger = told(&[
        ("i-1", 0, Pending, Told::State),
        ("i-1", 10, Running, Told::State),
        ("i-1", 1000, Stopping, Told::State),
        ("i-1", 1030, Stopped, Told::State),
        ("i-1", 2000, Pending, Told::State),
        ("i-1", 2010, Running, Told::State),
        ("i-1", 3000, Stopping, Told::State),
        ("i-1", 3030, Stopped, Told::State),
        ("i-1", 9000, ShuttingDown, Told::Call),
        ("i-1", 9040, Terminated, Told::State),
    ]);
    assert_eq!(runs(&ledger, "i-1"), [(10, Some(1000)), (2010, Some(3000))]);
    let life = ledger.life("i-1").unwrap();
    assert_eq!(life.gone.unwrap().at, DAY + 9040);
    assert_eq!((life.state, life.estimated()), (Terminated, 0));
}

#[test]
fn the_order_of_files_does_not_matter() {
    use Phase::{Pending, Running, ShuttingDown};
    let mut words = vec![
        ("i-1", 0, Pending, Told::Call),
        ("i-1", 12, Running, Told::State),
        ("i-1", 500, ShuttingDown, Told::Call),
        ("i-1", 502, ShuttingDown, Told::State),
        ("i-1", 502, ShuttingDown, Told::State),
    ];
    let forth = told(&words).lives;
    words.reverse();
    assert_eq!(told(&words).lives, forth);
    assert_eq!(runs(&told(&words), "i-1"), [(12, Some(502))]);
}

#[test]
fn what_never_ran_does_not_count() {
    let ledger = told(&[
        ("i-1", 0, Phase::Pending, Told::State),
        ("i-1", 0, Phase::ShuttingDown, Told::State),
        ("i-1", 5, Phase::Terminated, Told::State),
    ]);
    assert_eq!(runs(&ledger, "i-1"), []);
}

#[test]
fn an_end_that_nobody_tells_lies_before_the_list_that_no_longer_names_it() {
    let seen = |id, at| (id, at, Phase::Running, Told::Seen);
    let words = [
        seen("i-1", 1000),
        seen("i-2", 1000),
        seen("i-2", 9000),
        seen("i-3", 9000),
        seen("i-2", 20_000),
    ];
    let ledger = told(&words);
    let end = ledger.life("i-1").unwrap().runs[0].to.unwrap();
    assert_eq!((end.at - DAY, end.low - DAY, end.high - DAY), (9000, 1000, 9000));
    assert_eq!(runs(&ledger, "i-2"), [(1000, None)]);
    // A list of one was asked for one: with three named before, it says nothing of the others.
    let filtered = [seen("i-1", 1000), seen("i-2", 1000), seen("i-3", 1000), seen("i-2", 9000)];
    assert_eq!(runs(&told(&filtered), "i-1"), [(1000, None)]);
}

#[test]
fn a_list_whose_time_is_too_early_moves_no_end() {
    let ledger = told(&[
        ("i-1", 0, Phase::Running, Told::State),
        // Asked at 5000, but the latest time that the answer mentions is that of its launch.
        ("i-1", 0, Phase::ShuttingDown, Told::Seen),
        ("i-1", 5000, Phase::ShuttingDown, Told::State),
    ]);
    assert_eq!(runs(&ledger, "i-1"), [(0, Some(5000))]);
}

#[test]
fn an_address_that_is_no_longer_told_is_given_back() {
    let seen = |at| ("i-1", at, Phase::Running, Told::Seen);
    let ledger = told(&[seen(1000), seen(6000), seen(7000)]);
    let owner = |ip: &str, at: i64| {
        let owners = ledger.owners(ip);
        owners.iter().any(|owner| owner.binding.holds(DAY + at))
    };
    assert!(owner("192.0.2.1", 1000) && owner("192.0.2.1", 5999) && !owner("192.0.2.1", 6000));
    assert!(!owner("192.0.2.2", 5999) && owner("192.0.2.2", 6000) && owner("192.0.2.2", 99_999));
}

#[test]
fn months_begin_at_local_midnight_even_where_clocks_change() {
    let hours = |month: &str, zone: &str| {
        let month = Month::parse(month, TimeZone::get(zone).unwrap()).unwrap();
        let (from, to) = month.span();
        let ledger = told(&[("i-1", 0, Phase::Running, Told::State)]);
        let usage = usage(ledger.lives.iter(), &month, (from, to), Bounds::Best);
        (usage.hours.len(), usage.days.len(), usage.growth)
    };
    assert_eq!(hours("2026-05", "Asia/Tokyo"), (744, 31, 1.0));
    assert_eq!(hours("2026-03", "Europe/Berlin"), (743, 31, 1.0));
    assert_eq!(hours("2026-10", "Europe/Berlin"), (745, 31, 1.0));
    assert_eq!(hours("2026-05", "Asia/Kathmandu"), (744, 31, 1.0));
    for wrong in ["2026-13", "26-05", "2026", "2026-5", "x-05"] {
        assert!(Month::parse(wrong, TimeZone::UTC).is_none(), "{wrong}");
    }
}
