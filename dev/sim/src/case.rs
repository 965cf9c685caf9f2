//! A case: one or two attacks among honest people, as logs and as the truth about them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::random::Random;
use crate::story::{CredentialOf, Step, Story};
use crate::world::{Credential, Line, World};
use crate::{cloudtrail, cluster, hosts, noise};

/// What a seed is made into.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much honest traffic, about so many records of each kind.
    pub noise: u64,
    /// Percent of records that are lost.
    pub loss: u64,
    /// By how many milliseconds at most the clock of a host is wrong.
    pub skew: u64,
}

/// A step as it happened.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    /// Milliseconds since 1970: the first and the last record of it that is left.
    pub first: i64,
    /// See `first`.
    pub last: i64,
    /// Right tactics.
    pub stage: Vec<String>,
    /// Right techniques.
    pub techniques: Vec<String>,
    /// `attempt`, `success`, `impact`.
    pub effect: String,
    /// Names by which it is known.
    pub names: Vec<String>,
    /// Whether an answer may leave it out.
    pub optional: bool,
    /// How many records are left of it.
    pub records: usize,
}

/// The truth of one attack.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    /// The family.
    pub family: String,
    /// Names that a right cause has all of, as far as records are left that bear them.
    pub cause: Vec<String>,
    /// The intruder's addresses.
    pub attackers: Vec<String>,
    /// What was taken, changed, made.
    pub affected: Vec<String>,
    /// What happened; a step without records that are left is no part of it.
    pub steps: Vec<Happened>,
    /// Damage in numbers, as far as records are left.
    pub damage: BTreeMap<String, f64>,
}

/// Logs and truth.
#[derive(Debug)]
pub struct Case {
    /// The seed.
    pub seed: u64,
    /// All lines, in order of time.
    pub lines: Vec<Line>,
    /// The attacks.
    pub truths: Vec<Truth>,
    /// Instances and users that no attack has to do with.
    pub honest: Vec<String>,
}

/// Seconds from 1970 to the first of January 2026.
const YEAR: i64 = 1_767_225_600;

/// Makes the case of a seed of these stories.
pub fn case(seed: u64, stories: &[Story], options: &Options) -> Case {
    let mut random = Random::new(seed ^ 0x5117);
    let day = random.within(5, 300) as i64;
    let start = (YEAR + day * 86_400 + random.within(3_600, 72_000) as i64) * 1_000;
    let mut world = World::new(seed, start);
    let own = world.names.clone();
    let mut told = Vec::new();
    let mut honest = Vec::new();
    let mut end = start;
    for (number, story) in stories.iter().enumerate() {
        world.names.clone_from(&own);
        world.credentials.clear();
        world.now = start + 1_800_000 + random.within(0, 1_200_000) as i64;
        begin(&mut world, story, options);
        let damage = play(&mut world, story, number);
        end = end.max(world.now);
        told.push(known(&mut world, story, damage));
        world.step = None;
        noise::beside(&mut world, story, start, end + 1_800_000, options.noise);
    }
    world.names = own;
    world.step = None;
    honest.extend(noise::account(&mut world, start, end.max(start + 3_600_000), options.noise));
    let mut lines = std::mem::take(&mut world.lines);
    lines.sort_by_key(|line| line.at);
    let kept = lines.into_iter().filter(|_| !random.percent(options.loss)).collect::<Vec<_>>();
    let truths =
        told.into_iter().enumerate().map(|(at, told)| told.with(at, stories, &kept)).collect();
    Case { seed, lines: kept, truths, honest }
}

/// What is known of a story once it is played.
struct Told {
    truth: Truth,
    /// Damage by step: kind and the value of each record, in order.
    damage: Vec<(usize, String, i64, f64)>,
    names: Vec<Vec<String>>,
}

fn begin(world: &mut World, story: &Story, options: &Options) {
    for [name, kind] in &story.draw {
        world.draw(name, kind);
    }
    for CredentialOf { name, kind, who, session, .. } in &story.credential {
        let key = world.random.draw(if kind == "user" { "key" } else { "session-key" });
        let id = world.random.draw(if kind == "user" { "user-id" } else { "role-id" });
        let (who, session) = (world.fill(who), world.fill(session));
        let (account, made) = (world.get("account"), world.now - 1_200_000);
        world.names.insert(name.clone(), key.clone());
        let credential = Credential { kind: kind.clone(), key, who, id, session, account, made };
        world.credentials.insert(name.clone(), credential);
    }
    if let Some(site) = &story.site {
        hosts::begin(world, site, options.skew);
    }
}

/// Plays a story; the damage that its records do.
fn play(world: &mut World, story: &Story, number: usize) -> Vec<(usize, String, i64, f64)> {
    let mut damage = Vec::new();
    for (at, step) in story.step.iter().enumerate() {
        world.step = Some((number, at));
        let gap = |[low, high]: [u64; 2]| (low, high);
        let (low, high) = gap(step.gap);
        world.now += world.random.within(low * 1_000, high * 1_000) as i64;
        let (low, high) = gap(step.times);
        for turn in 0..world.random.within(low, high) {
            if turn > 0 {
                world.now += world.random.within(step.pace[0], step.pace[1]) as i64;
            }
            for [name, kind] in &step.fresh {
                world.draw(name, kind);
            }
            act(world, step);
            for done in step.damage.iter().chain(&step.also) {
                let each = world.names.get(&done.each).unwrap_or(&done.each);
                damage.push((at, done.kind.clone(), world.now, each.parse().unwrap_or(1.0)));
            }
        }
    }
    damage
}

fn act(world: &mut World, step: &Step) {
    match step.kind.as_str() {
        "api" => cloudtrail::step(world, step),
        "cluster" => cluster::step(world, step),
        _ => hosts::step(world, step),
    }
}

fn known(world: &mut World, story: &Story, damage: Vec<(usize, String, i64, f64)>) -> Told {
    let mut fill =
        |all: &[String]| all.iter().map(|text| world.fill(text)).collect::<Vec<String>>();
    let truth = Truth {
        family: story.family.clone(),
        cause: fill(&story.cause),
        attackers: fill(&story.attackers),
        affected: fill(&story.affected),
        steps: Vec::new(),
        damage: BTreeMap::new(),
    };
    let names = story.step.iter().map(|step| fill(&step.names)).collect();
    Told { truth, damage, names }
}

impl Told {
    /// The truth as far as lines are left.
    fn with(self, number: usize, stories: &[Story], lines: &[Line]) -> Truth {
        let Told { mut truth, damage, names } = self;
        let Some(story) = stories.get(number) else { return truth };
        for (at, (step, names)) in story.step.iter().zip(names).enumerate() {
            let mine: Vec<i64> = lines
                .iter()
                .filter(|line| line.step == Some((number, at)))
                .map(|line| line.at)
                .collect();
            let (Some(first), Some(last)) = (mine.first(), mine.last()) else { continue };
            truth.steps.push(Happened {
                first: *first,
                last: *last,
                stage: step.stage.clone(),
                techniques: step.techniques.clone(),
                effect: step.effect.clone(),
                names,
                optional: step.optional,
                records: mine.len(),
            });
        }
        // What no record names any more cannot be asked for.
        let mine = |line: &&Line| line.step.is_some_and(|(of, _)| of == number);
        truth
            .cause
            .retain(|name| lines.iter().filter(mine).any(|l| l.text.contains(name.as_str())));
        for (at, kind, time, each) in damage {
            let left = |line: &Line| line.step == Some((number, at)) && line.at == time;
            if lines.iter().any(left) {
                *truth.damage.entry(kind).or_insert(0.0) += each;
            }
        }
        truth
    }
}
