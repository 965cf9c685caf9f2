//! Where an address is: its network, and, by databases, its country and who runs the network.

use rustc_hash::FxHashMap;

use super::super::super::places::Places;
use super::super::facts::Facts;
use super::super::feature::Feature;
use super::words;

/// Addresses whose places are remembered; then all are forgotten.
const REMEMBERED_MAX: usize = 4096;

/// Asks databases, each address once.
pub struct Whence<'p> {
    places: &'p Places,
    known: FxHashMap<String, [String; 2]>,
    network: String,
}

impl<'p> Whence<'p> {
    pub fn new(places: &'p Places) -> Whence<'p> {
        Whence { places, known: FxHashMap::default(), network: String::new() }
    }

    /// As much of an address as its place depends on.
    pub fn coarse<'a>(&self, address: &'a str) -> &'a str {
        if self.places.is_empty() { words::coarse(address) } else { address }
    }

    /// Adds where an address is.
    pub fn add(&mut self, address: &str, facts: &mut Facts) {
        words::network(address, &mut self.network);
        facts.add(Feature::Network, &[&self.network]);
        if self.places.is_empty() {
            return;
        }
        if !self.known.contains_key(address) {
            let Ok(ip) = address.parse() else { return };
            if self.known.len() >= REMEMBERED_MAX {
                self.known.clear();
            }
            let found = [self.places.country(ip), self.places.network(ip)];
            self.known.insert(address.to_owned(), found.map(Option::unwrap_or_default));
        }
        if let Some([country, system]) = self.known.get(address) {
            facts.add(Feature::Country, &[country]);
            facts.add(Feature::System, &[system]);
        }
    }
}
