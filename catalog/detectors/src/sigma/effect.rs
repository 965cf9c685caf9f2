//! What a matched record shows: the rule says what a done deed is, the record whether it was done.

use ::sigma::{Meta, Problem, Weight};
use model::event::Outcome;
use model::finding::Effect;

/// The attribute for records that say the deed was done.
const EFFECT: &str = "effect";
/// The attribute for records that do not say.
const WHEN_UNKNOWN: &str = "effect_when_unknown";

/// A rule's effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// What a record shows that says the deed was done.
    pub on_success: Effect,
    /// What a record shows that does not say.
    pub when_unknown: Effect,
}

impl Effects {
    /// Reads a rule's effects. Without the attributes a done deed is a success, and a record that
    /// does not say shows an attempt.
    pub fn of(meta: &Meta, problems: &mut Vec<Problem>) -> Effects {
        let mut read = |name: &str, default: Effect| {
            let Some(word) = meta.attributes.get(name) else { return default };
            let all = [Effect::Attempt, Effect::Success, Effect::Impact];
            let effect = all.into_iter().find(|effect| effect.word() == word);
            if effect.is_none() {
                problems.push(unknown(meta, name, word, default));
            }
            effect.unwrap_or(default)
        };
        let on_success = read(EFFECT, Effect::Success);
        Effects { on_success, when_unknown: read(WHEN_UNKNOWN, on_success.min(Effect::Attempt)) }
    }

    /// What a record with that outcome shows. A refused deed is an attempt, whatever the rule says.
    pub fn shown(self, outcome: Outcome) -> Effect {
        match outcome {
            Outcome::Success => self.on_success,
            Outcome::Failure => Effect::Attempt,
            Outcome::Unknown => self.when_unknown,
        }
    }
}

fn unknown(meta: &Meta, name: &str, word: &str, default: Effect) -> Problem {
    Problem {
        weight: Weight::Warning,
        file: meta.file.clone(),
        line: None,
        rule: Some(meta.title.clone()),
        what: format!("has `{name}: {word}`, which is no effect; `{}` is taken", default.word()),
        remedy: "Write attempt, success or impact.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_s_outcome_decides() {
        let mut problems = Vec::new();
        let mut meta = Meta::default();
        meta.attributes.insert(EFFECT.to_owned(), "impact".to_owned());
        let effects = Effects::of(&meta, &mut problems);
        assert_eq!(effects.shown(Outcome::Success), Effect::Impact);
        assert_eq!(effects.shown(Outcome::Failure), Effect::Attempt);
        assert_eq!(effects.shown(Outcome::Unknown), Effect::Attempt);
        meta.attributes.insert(WHEN_UNKNOWN.to_owned(), "success".to_owned());
        assert_eq!(Effects::of(&meta, &mut problems).shown(Outcome::Unknown), Effect::Success);
        assert!(problems.is_empty());
        meta.attributes.insert(EFFECT.to_owned(), "doom".to_owned());
        assert_eq!(Effects::of(&meta, &mut problems).on_success, Effect::Success);
        assert_eq!(problems.len(), 1);
    }
}
