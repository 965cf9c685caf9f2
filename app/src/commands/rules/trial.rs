//! One log in memory, read and judged: what the cases of a rule and explanations need.

use std::sync::Arc;

use detectors::sigma::Sigma;
use model::finding::{Effect, Rule};
use model::frame::{Content, Input};
use model::seam::detector::{Detector as _, Findings, Judge, Mark, Marked};
use model::seam::source::{Intake, ReadSettings, Source};
use model::{Event, Reject};

/// What a log gave.
#[derive(Default)]
pub struct Trial {
    /// Rules that spoke, correlations last.
    pub fired: Vec<Arc<Rule>>,
    /// Events read.
    pub events: usize,
    /// Why records were refused.
    pub rejects: Vec<String>,
}

/// Reads a log as the kind it is taken for, or as the kind that is named, and judges it. `None`
/// if no kind of log knows it.
pub fn run(sigma: &Sigma, log: &[u8], named: Option<&'static dyn Source>) -> Option<Trial> {
    let settings = ReadSettings::default();
    let mut input = Input::new(Content::Whole(log));
    let source = named.or_else(|| sources::recognise(input.sample()).map(|(source, _)| source))?;
    let mut desk =
        Desk { judge: sigma.judge(), heard: Heard::default(), events: 0, rejects: Vec::new() };
    source.read(&mut input, &settings, &mut desk);
    let Desk { heard, events, rejects, .. } = desk;
    let Heard { mut fired, mut marks } = heard;
    marks.sort_by_key(|marked| marked.time);
    let (joined, _) = sigma.join(&marks);
    fired.extend(joined.into_iter().map(|one| one.rule));
    Some(Trial { fired, events, rejects })
}

struct Desk<'d> {
    judge: Box<dyn Judge + 'd>,
    heard: Heard,
    events: usize,
    rejects: Vec<String>,
}

#[derive(Default)]
struct Heard {
    fired: Vec<Arc<Rule>>,
    marks: Vec<Marked>,
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.events += 1;
        self.judge.observe(event, &mut self.heard);
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject.why);
    }
}

impl Findings for Heard {
    fn add(&mut self, _: &Event<'_>, said: &[(&Arc<Rule>, Effect)]) {
        self.fired.extend(said.iter().map(|(rule, _)| Arc::clone(rule)));
    }

    fn mark(&mut self, event: &Event<'_>, mark: Mark) {
        self.marks.push(Marked { time: event.time, uid: 0, mark });
    }
}
