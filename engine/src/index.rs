//! Grants by what an investigation asks for: address, parent, issuing record.

use model::Id;
use model::finding::Evidence;
use model::session::{Grant, Sessions};
use rustc_hash::{FxHashMap, FxHashSet};

/// A grant and the record of the issuing call.
pub(crate) type Issued = (Grant, Evidence);

/// Grants, found without walking through all of them.
pub(crate) struct Index<'s> {
    pub(crate) sessions: &'s Sessions,
    by_address: FxHashMap<&'s str, Vec<&'s Issued>>,
    by_parent: FxHashMap<&'s str, Vec<&'s Issued>>,
    by_event: FxHashMap<Id, &'s Issued>,
}

impl<'s> Index<'s> {
    pub(crate) fn new(sessions: &'s Sessions) -> Self {
        let mut index = Index {
            sessions,
            by_address: FxHashMap::default(),
            by_parent: FxHashMap::default(),
            by_event: FxHashMap::default(),
        };
        for issued in sessions.all() {
            if let Some(address) = &issued.0.address {
                index.by_address.entry(address).or_default().push(issued);
            }
            if let Some(parent) = &issued.0.parent {
                index.by_parent.entry(parent).or_default().push(issued);
            }
            index.by_event.insert(issued.1.event, issued);
        }
        index
    }

    /// What was handed out at an address.
    pub(crate) fn at(&self, address: &str) -> &[&'s Issued] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// What a credential handed out.
    pub(crate) fn of(&self, parent: &str) -> &[&'s Issued] {
        self.by_parent.get(parent).map_or(&[], Vec::as_slice)
    }

    /// What a record handed out.
    pub(crate) fn by(&self, event: Id) -> Option<&'s Issued> {
        self.by_event.get(&event).copied()
    }

    /// How many different callers got credentials at an address.
    pub(crate) fn callers(&self, address: &str) -> usize {
        let callers: FxHashSet<&str> =
            self.at(address).iter().map(|(grant, _)| grant.principal.as_str()).collect();
        callers.len()
    }
}
