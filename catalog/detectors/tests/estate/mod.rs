//! An invented estate: roles and people with habits that change, and intruders of several kinds.

use model::seam::detector::{Findings, Mark, Marked};
use model::{Body, Effect, Entity, Event, Outcome, Position, Rule, Time};
use ocsf::{Class, Flat, Scalar};
use std::sync::Arc;

/// Seconds of a day.
pub const DAY: i64 = 86_400;
/// The first day: a Monday.
pub const START: i64 = 20_577 * DAY;

/// Numbers that look random and are the same on every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (self.0 >> 33) % below.max(1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    /// One of `all`, the first far more often than the last.
    pub fn leaning(&mut self, all: usize) -> usize {
        let (a, b) = (self.roll(all as u64), self.roll(all as u64));
        let c = self.roll(all as u64);
        a.min(b).min(c) as usize
    }
}

/// A call: who, what, from where, with what, when.
#[derive(Clone, Debug)]
pub struct Call {
    pub who: String,
    pub is_role: bool,
    pub action: String,
    pub network: String,
    pub agent: String,
    pub second: i64,
}

impl Body for Call {
    fn ocsf(&self) -> Flat<'_> {
        Flat::new(Class::API_ACTIVITY, 1)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let (service, action) = self.action.split_once(':').unwrap();
        let text = match name {
            "userIdentity.type" if self.is_role => "AssumedRole".to_owned(),
            "userIdentity.type" => "IAMUser".to_owned(),
            "userIdentity.sessionContext.sessionIssuer.arn" if self.is_role => {
                format!("arn:aws:iam::111122223333:role/{}", self.who)
            }
            "userIdentity.arn" => format!("arn:aws:iam::111122223333:user/{}", self.who),
            "eventSource" => format!("{service}.amazonaws.com"),
            "eventName" => action.to_owned(),
            "awsRegion" => "eu-west-1".to_owned(),
            "userAgent" => self.agent.clone(),
            _ => return,
        };
        each(Scalar::from(text));
    }

    fn entities<'s>(&'s self, _out: &mut Vec<Entity<'s>>) {}

    fn action(&self) -> String {
        self.action.clone()
    }
}

/// Marks as they come.
#[derive(Default)]
pub struct Marks(pub Vec<Marked>);

impl Findings for Marks {
    fn add(&mut self, _event: &Event<'_>, _said: &[(&Arc<Rule>, Effect)]) {}

    fn mark(&mut self, event: &Event<'_>, mark: Mark) {
        self.0.push(Marked { time: event.time, uid: 0, mark });
    }
}

impl Call {
    /// Hands the call as an event to `to`, with an access key or without.
    pub fn event(&self, with_key: bool, to: &mut dyn FnMut(&Event<'_>)) {
        let key = format!("ASIAEXAMPLE{}", self.who);
        let address = format!("{}.{}", self.network, 1 + self.second % 200);
        to(&Event {
            source: "aws.cloudtrail",
            time: Time::seconds(self.second),
            uid: None,
            at: Position::default(),
            outcome: Outcome::Success,
            credential: with_key.then_some(key.as_str()),
            address: Some(&address),
            raw: "",
            body: self,
        });
    }
}

const SERVICES: &[&str] = &["s3", "ec2", "ecs", "rds", "logs", "sqs", "lambda", "cloudwatch"];
const VERBS: &[&str] = &["Describe", "List", "Get", "Update", "Tag", "Put"];

/// Something that somebody may do: the earlier, the more usual; none of it is on a list.
fn action(number: usize) -> String {
    let (service, verb) = (SERVICES[number % SERVICES.len()], VERBS[number / 8 % VERBS.len()]);
    format!("{service}:{verb}Thing{number}")
}

/// Somebody with habits.
struct Somebody {
    name: String,
    is_role: bool,
    actions: Vec<usize>,
    network: String,
    agent: String,
    hours: (i64, i64),
    travels: i64,
}

/// The estate of a seed, and what happens in it day by day.
pub struct Estate {
    dice: Dice,
    all: Vec<Somebody>,
}

impl Estate {
    /// Twelve roles and fifteen people.
    pub fn new(seed: u64) -> Estate {
        let mut dice = Dice(seed.wrapping_mul(977) + 5);
        let mut all = Vec::new();
        for n in 0..27 {
            let is_role = n < 12;
            let count = 4 + dice.roll(if is_role { 6 } else { 12 });
            let actions = (0..count).map(|_| dice.leaning(160)).collect();
            all.push(Somebody {
                name: if is_role { format!("role-{n}") } else { format!("person-{n}") },
                is_role,
                actions,
                network: format!("203.0.{}", if is_role { n % 3 } else { 100 }),
                agent: if is_role { "Boto3/1.40".into() } else { "Mozilla/5.0 (X11)".into() },
                hours: if is_role { (0, 24) } else { (8, 10) },
                travels: 0,
            });
        }
        Estate { dice, all }
    }

    /// What happens on a day: habits, and what changes in any estate.
    pub fn day(&mut self, number: i64) -> Vec<Call> {
        let weekend = number % 7 > 4;
        if number % 14 == 13 {
            self.newcomer(number);
        }
        // A deployment brings several roles the same new call.
        let deployed = self.dice.chance(8).then(|| 200 + self.dice.roll(400) as usize);
        let dice = &mut self.dice;
        let mut calls = Vec::new();
        for one in &mut self.all {
            if weekend && !one.is_role {
                continue;
            }
            // People learn, travel, change programs, work late.
            if dice.chance(if one.is_role { 2 } else { 10 }) {
                one.actions.push(dice.leaning(160));
            }
            if one.is_role
                && dice.chance(40)
                && let Some(new) = deployed
            {
                one.actions.push(new);
            }
            if !one.is_role && one.travels == 0 && dice.chance(2) {
                one.travels = 3;
            }
            if dice.chance(1) {
                one.agent = format!("aws-cli/{}.1", 2 + dice.roll(3));
            }
            let late = if !one.is_role && dice.chance(4) { 8 } else { 0 };
            let network = match one.travels {
                0 => one.network.clone(),
                left => {
                    one.travels = left - 1;
                    format!("192.0.{}", dice.roll(200))
                }
            };
            for _ in 0..20 {
                let hour = one.hours.0 + late + dice.roll(one.hours.1 as u64) as i64;
                calls.push(Call {
                    who: one.name.clone(),
                    is_role: one.is_role,
                    action: action(one.actions[dice.leaning(one.actions.len())]),
                    network: network.clone(),
                    agent: one.agent.clone(),
                    second: START + number * DAY + hour * 3600 + dice.roll(3600) as i64,
                });
            }
        }
        calls
    }

    fn newcomer(&mut self, number: i64) {
        let actions = (0..8).map(|_| self.dice.leaning(160)).collect();
        self.all.push(Somebody {
            name: format!("role-new-{number}"),
            is_role: true,
            actions,
            network: "203.0.1".into(),
            agent: "Boto3/1.40".into(),
            hours: (0, 24),
            travels: 0,
        });
    }
}

/// A kind of intruder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intruder {
    /// Uses a role's credential from elsewhere, with another program, and takes what it can.
    Fast,
    /// The same, one call a day.
    SlowFromElsewhere,
    /// On the role's own machine, with its own program: one new call a day.
    SlowFromInside,
    /// Does only what the role does, from elsewhere.
    Mimic,
}

/// What an intruder who has the role `who` does from a day on.
pub fn attack(kind: Intruder, who: &str, day: i64, usual: &Call) -> Vec<Call> {
    let wanted = [
        "sts:GetCallerIdentity",
        "iam:ListRoles",
        "secretsmanager:ListSecrets",
        "secretsmanager:GetSecretValue",
        "rds:CreateDBSnapshot",
        "iam:CreateAccessKey",
    ];
    let inside = kind == Intruder::SlowFromInside;
    let step = if kind == Intruder::Fast { 120 } else { DAY };
    let call = |(n, action): (usize, &&str)| Call {
        who: who.to_owned(),
        is_role: true,
        action: if kind == Intruder::Mimic { usual.action.clone() } else { (*action).to_owned() },
        network: if inside { usual.network.clone() } else { "198.51.100".into() },
        agent: if matches!(kind, Intruder::Fast | Intruder::SlowFromElsewhere) {
            "python-requests/2.32".into()
        } else {
            usual.agent.clone()
        },
        second: START + day * DAY + 3 * 3600 + n as i64 * step,
    };
    wanted.iter().enumerate().map(call).collect()
}
