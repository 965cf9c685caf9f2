//! One incident on the page: facts, gaps, what to do, lanes, steps, entities.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use model::incident::{Incident, Part};
use model::{Effect, Step};

use super::{NAME_MAX, Page, SENTENCE_MAX, clock, text};
use crate::sentence;

/// Steps shown of one incident.
const STEPS_MAX: usize = 1_000;
/// Entities shown of one incident.
const ENTITIES_MAX: usize = 300;

impl Page<'_> {
    pub(super) fn incident(&mut self, at: usize, incident: &Incident) {
        let severity = sentence::severity(incident.severity, self.language);
        let (word, title) = (incident.severity.word(), text(&incident.title, SENTENCE_MAX));
        let name = format!("{}i{at}", self.prefix);
        self.put(&format!(
            "<section class=\"incident {word}\" aria-labelledby=\"{name}\">\n<h2 id=\"{name}\">\
             <span class=\"badge {word}\">{severity}</span> {title}</h2>"
        ));
        self.facts(incident);
        self.actions(incident);
        self.put(&format!("<h3>{}</h3>", self.words.timeline));
        let lanes = super::lanes::svg(&name, incident, self.words);
        self.put(&lanes);
        self.steps(&name, incident);
        self.put(&format!("<h3>{}</h3>", self.words.graph));
        let graph = super::graph::svg(incident);
        self.put(&graph);
        self.entities(incident);
        self.put("</section>");
    }

    fn facts(&mut self, incident: &Incident) {
        let words = self.words;
        self.tiles(incident);
        self.put("<dl class=\"facts\">");
        let fact = |page: &mut Self, label: &str, said: &str| {
            page.put(&format!("<dt>{label}</dt><dd>{said}</dd>"));
        };
        let claims = std::iter::once((words.entry, &incident.entry));
        let causes = incident.root_cause.iter().map(|cause| (words.cause, cause));
        for (label, claim) in claims.chain(causes) {
            let said =
                format!("{}{}", text(&claim.text, SENTENCE_MAX), self.cites(&claim.evidence));
            fact(self, label, &said);
        }
        for impact in &incident.impact {
            let cites = self.cites(&impact.evidence);
            fact(self, words.damage, &format!("{}{cites}", text(&impact.text, SENTENCE_MAX)));
        }
        for gap in &incident.gaps {
            fact(self, words.gaps, &text(&gap.text, SENTENCE_MAX));
        }
        self.put("</dl>");
    }

    /// What is asked first: since when, whether it worked, whether it did damage, how sure.
    fn tiles(&mut self, incident: &Incident) {
        let words = self.words;
        let time = |time: Option<model::Time>| time.map_or_else(|| "–".to_owned(), clock);
        let worked = match incident.outcome {
            Effect::Attempt => words.tried.to_owned(),
            _ => time(incident.succeeded_at),
        };
        let mut tiles =
            vec![(words.began, clock(incident.first), ""), (words.succeeded, worked, "success")];
        if incident.outcome == Effect::Impact {
            tiles.push((words.damage_from, time(incident.impact_at), "impact"));
        }
        tiles.push((words.ended, clock(incident.last.closing()), ""));
        tiles.push((words.confidence, format!("{:.0}%", incident.confidence * 100.0), ""));
        self.put("<div class=\"tiles\">");
        for (label, said, class) in tiles {
            self.put(&format!(
                "<div class=\"tile {class}\"><span>{label}</span><b>{said}</b></div>"
            ));
        }
        self.put("</div>");
    }

    fn actions(&mut self, incident: &Incident) {
        if incident.recommendations.is_empty() {
            return;
        }
        self.put(&format!("<h3>{}</h3>\n<ol class=\"actions\">", self.words.next));
        for action in &incident.recommendations {
            let mut targets = String::new();
            for (_, value) in &action.targets {
                targets.extend([" <code>", &text(value, NAME_MAX), "</code>"]);
            }
            let (tier, said) = (action.tier, text(&action.text, SENTENCE_MAX));
            let why = text(&action.why, SENTENCE_MAX);
            self.put(&format!(
                "<li><span class=\"badge {tier}\">{tier}</span> {said}{targets}<br>\
                 <span class=\"note\">{why}</span></li>"
            ));
        }
        self.put("</ol>");
        self.put(&format!("<p class=\"note\">{}</p>", self.words.tiers));
    }

    fn steps(&mut self, name: &str, incident: &Incident) {
        let lanes: BTreeSet<&str> = incident.steps.iter().map(|s| s.stage.as_str()).collect();
        self.put(&format!("<div class=\"filter\"><span>{}:</span>", self.words.filter));
        for lane in lanes {
            let (slug, lane) = (text(lane, NAME_MAX), text(&self.words.stage(lane), NAME_MAX));
            self.put(&format!(
                "<button type=\"button\" data-lane=\"{slug}\" data-list=\"{name}s\" \
                 aria-pressed=\"false\">{lane}</button>"
            ));
        }
        self.put(&format!("</div>\n<ol class=\"steps\" id=\"{name}s\">"));
        for (n, step) in incident.steps.iter().enumerate().take(STEPS_MAX) {
            self.step(name, n + 1, step);
        }
        self.put("</ol>");
        let hidden = incident.steps.len().saturating_sub(STEPS_MAX);
        if hidden > 0 {
            self.put(&format!("<p class=\"note\">+{hidden} {}</p>", self.words.see_json));
        }
    }

    fn step(&mut self, name: &str, n: usize, step: &Step) {
        let (word, lane) = (step.effect.word(), text(&step.stage, NAME_MAX));
        let effect = sentence::effect(step.effect, self.language);
        let times = if step.count > 1 {
            format!(" ×{}", sentence::grouped(step.count))
        } else {
            String::new()
        };
        let said = text(&step.text, SENTENCE_MAX);
        let cites = self.cites(&step.evidence);
        let when = clock(step.start);
        let mut causes = String::new();
        for (cause, why) in &step.caused_by {
            let why = text(why, SENTENCE_MAX);
            let link = format!("<a href=\"#{name}s{cause}\">{cause}</a>");
            let _ = write!(causes, "<span class=\"why\">← {link} {why}</span>");
        }
        let stage = text(&self.words.stage(&step.stage), NAME_MAX);
        self.put(&format!(
            "<li id=\"{name}s{n}\" class=\"{word}\" data-lane=\"{lane}\"><p class=\"when\"><b>{n}</b> \
             <time>{when}</time> <span class=\"effect\">{effect}</span> <span class=\"lane\">{stage}\
             </span></p><p>{said}{times}{cites}</p>{causes}</li>"
        ));
    }

    fn entities(&mut self, incident: &Incident) {
        self.put(&format!("<details><summary>{}</summary><table><tbody>", self.words.involved));
        for part in [
            Part::Attacker,
            Part::Victim,
            Part::Affected,
            Part::Created,
            Part::Used,
            Part::Bystander,
        ] {
            let of_part = incident.entities.iter().filter(|entity| entity.part == part);
            for entity in of_part.take(ENTITIES_MAX) {
                self.put(&format!(
                    "<tr><td>{}</td><td>{}</td><td>{}</td><td>{} – {}</td></tr>",
                    self.words.part(part),
                    entity.kind.word(),
                    text(&entity.value, NAME_MAX),
                    clock(entity.first),
                    clock(entity.last.closing())
                ));
            }
        }
        self.put("</tbody></table></details>");
    }
}
