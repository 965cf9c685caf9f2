//! Similar incidents: by the shape of the attack and by words, never by a shared address.
//!
//! Two rankings are fused by their ranks (reciprocal rank fusion): shapes by the share of tokens
//! in common, rare ones counting more; texts by BM25. Both are exact, over inverted lists.

mod because;
mod past;
mod public;
mod ranking;
mod text;
mod tokens;

use std::collections::BTreeMap;

use model::case::Kept;
use rustc_hash::FxHashMap;

pub use past::{Like, Tried, like, tried, why};
pub use public::{Public, public};
use ranking::{best, rarity};

/// Softens the first ranks of a ranking, as the fusion's authors have it.
const FUSION: f64 = 60.0;
/// How far down a ranking still counts.
const DEPTH: usize = 200;
/// BM25: how soon a repeated word stops counting.
const K1: f64 = 1.2;
/// BM25: how much long texts are held back.
const B: f64 = 0.75;
/// The share of the weight of tokens that must be in common.
const LEAST: f64 = 0.15;
/// The longest chain whose order is compared.
const CHAIN_MAX: usize = 100;

/// An incident that is like another.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Its place in the list that the index was made of.
    pub at: usize,
    /// How alike the shapes are, from 0 to 1.
    pub score: f64,
    /// Tokens that both have, the rarest first.
    pub shared: Vec<String>,
}

/// Incidents, ready to be searched.
#[derive(Default)]
pub struct Index {
    names: Vec<String>,
    numbers: FxHashMap<String, u32>,
    /// By token: the incidents that have it.
    having: Vec<Vec<u32>>,
    /// By incident: the weight of all its tokens, made up once all are there.
    weights: Vec<f64>,
    shapes: Vec<Vec<u32>>,
    chains: Vec<Vec<String>>,
    words: FxHashMap<String, Vec<(u32, u32)>>,
    lengths: Vec<u32>,
    /// Whether tokens that no incident here has are passed over: of shapes told in few words.
    is_sketchy: bool,
}

impl Index {
    /// An index of incidents, each with more text on it (notes, how it was resolved).
    pub fn new<'k>(all: impl IntoIterator<Item = (&'k Kept, &'k str)>) -> Index {
        let mut index = Index::default();
        for (kept, more) in all {
            index.add(kept, more);
        }
        let weigh = |shape: &Vec<u32>| shape.iter().map(|token| index.weight(*token)).sum();
        index.weights = index.shapes.iter().map(weigh).collect();
        index
    }

    fn add(&mut self, kept: &Kept, more: &str) {
        let number = self.shapes.len() as u32;
        let mut shape = Vec::new();
        for token in tokens::of(kept) {
            let next = self.names.len() as u32;
            let id = *self.numbers.entry(token.clone()).or_insert(next);
            if id == next {
                self.names.push(token);
                self.having.push(Vec::new());
            }
            if let Some(having) = self.having.get_mut(id as usize) {
                having.push(number);
            }
            shape.push(id);
        }
        self.shapes.push(shape);
        self.chains.push(short_chain(kept));
        let counts = count(kept, more);
        self.lengths.push(counts.values().sum());
        for (word, times) in counts {
            self.words.entry(word).or_default().push((number, times));
        }
    }

    /// How much a token tells: the rarer, the more.
    fn weight(&self, token: u32) -> f64 {
        let having = self.having.get(token as usize).map_or(0, Vec::len);
        rarity(self.shapes.len(), having)
    }

    /// The incidents most like one, best first; `not` is left out (the incident itself).
    pub fn search(&self, kept: &Kept, more: &str, not: Option<usize>, most: usize) -> Vec<Hit> {
        let own: Vec<String> = tokens::of(kept).into_iter().collect();
        let alike = self.by_shape(&own);
        let shapes = best(&alike, not, DEPTH);
        let texts = best(&self.by_text(kept, more), not, DEPTH);
        let mut fused: BTreeMap<u32, f64> = BTreeMap::new();
        for ranking in [&shapes, &texts] {
            for (rank, at) in ranking.iter().enumerate() {
                *fused.entry(*at).or_default() += 1.0 / (FUSION + 1.0 + rank as f64);
            }
        }
        // Words alone are no likeness: log texts share many.
        let chain = short_chain(kept);
        let none = Vec::new();
        let mut all: Vec<(u32, [f64; 3])> = fused
            .into_iter()
            .filter_map(|(at, fused)| Some((at, fused, *alike.get(at as usize)?)))
            .filter(|(_, _, alike)| *alike >= LEAST)
            .map(|(at, fused, alike)| {
                let theirs = self.chains.get(at as usize).unwrap_or(&none);
                (at, [fused, because::order(&chain, theirs), alike])
            })
            .collect();
        all.sort_by(|a, b| {
            let by = |n: usize| b.1.get(n).partial_cmp(&a.1.get(n));
            let ties = (0..3).filter_map(by).find(|order| order.is_ne());
            ties.unwrap_or(a.0.cmp(&b.0))
        });
        let hit = |(at, [_, _, alike]): (u32, [f64; 3])| Hit {
            at: at as usize,
            score: (alike * 1000.0).round() / 1000.0,
            shared: self.shared(&own, at),
        };
        all.into_iter().take(most).map(hit).collect()
    }

    /// By incident: the share of the weight of tokens that both have.
    fn by_shape(&self, own: &[String]) -> Vec<f64> {
        let mut shared = vec![0.0; self.shapes.len()];
        let mut whole = 0.0;
        for token in own {
            let Some(id) = self.numbers.get(token) else {
                whole += if self.is_sketchy { 0.0 } else { rarity(self.shapes.len(), 0) };
                continue;
            };
            let weight = self.weight(*id);
            whole += weight;
            for at in self.having.get(*id as usize).into_iter().flatten() {
                if let Some(shared) = shared.get_mut(*at as usize) {
                    *shared += weight;
                }
            }
        }
        for (both, theirs) in shared.iter_mut().zip(&self.weights) {
            *both /= (whole + theirs - *both).max(f64::EPSILON);
        }
        shared
    }

    fn by_text(&self, kept: &Kept, more: &str) -> Vec<f64> {
        let total: u32 = self.lengths.iter().sum();
        let average = f64::from(total) / self.lengths.len().max(1) as f64;
        let mut scores = vec![0.0; self.lengths.len()];
        for word in count(kept, more).into_keys() {
            let Some(places) = self.words.get(&word) else { continue };
            let rare = rarity(self.lengths.len(), places.len());
            for (at, times) in places {
                let length = self.lengths.get(*at as usize).copied().unwrap_or(0);
                let held = K1 * (1.0 - B + B * f64::from(length) / average.max(1.0));
                let times = f64::from(*times);
                if let Some(score) = scores.get_mut(*at as usize) {
                    *score += rare * times * (K1 + 1.0) / (times + held);
                }
            }
        }
        scores
    }

    fn shared(&self, own: &[String], at: u32) -> Vec<String> {
        let theirs = self.shapes.get(at as usize).map_or(&[][..], Vec::as_slice);
        let mut both: Vec<(f64, &str)> = own
            .iter()
            .filter_map(|token| self.numbers.get(token).copied())
            .filter(|id| theirs.contains(id))
            .filter_map(|id| Some((self.weight(id), self.names.get(id as usize)?.as_str())))
            .collect();
        both.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        both.into_iter().map(|(_, token)| token.to_owned()).collect()
    }
}

fn short_chain(kept: &Kept) -> Vec<String> {
    let mut chain = tokens::chain(kept);
    chain.truncate(CHAIN_MAX);
    chain
}

/// Words of title, story and damage, and of what people wrote.
fn count(kept: &Kept, more: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    let told = kept.list("steps").iter().chain(kept.list("impact"));
    let told = told.filter_map(|one| one.get("text").and_then(serde_json::Value::as_str));
    for text in told.chain([kept.title(), more]) {
        text::words(text, &mut |word| *counts.entry(word).or_default() += 1);
    }
    counts
}

#[cfg(test)]
mod tests;
