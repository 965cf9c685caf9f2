//! One request: its parameters are judged one by one, in every form they may take.

use super::class::{Class, class, is_shell, is_upload};
use super::decode;
use super::prefilter::{signs, worth};
use super::text::cut;

/// Parameters of one request that are judged.
const PARAMETERS_MAX: usize = 64;
/// Bytes of a value that are kept.
const SHOWN_MAX: usize = 2048;

/// An attack in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attack {
    /// What it is.
    pub class: Class,
    /// The parameter that carried it; empty for the path.
    pub parameter: String,
    /// The value as a server decodes it once: what a program would have put to use.
    pub value: String,
}

/// Judges a request by its method and its target, as the log has them. Each class is told once.
pub fn judge(method: &str, target: &str) -> Vec<Attack> {
    let mut found = Vec::new();
    let lower = method == "PUT" || method == "MOVE" || method == "COPY";
    if !lower && !worth(target) {
        return found;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    value("", path, false, &mut found);
    for pair in query.split(['&', ';']).take(PARAMETERS_MAX) {
        let (name, text) = pair.split_once('=').unwrap_or(("", pair));
        value(name, text, true, &mut found);
        if signs(name) && worth(name) {
            value(name, name, true, &mut found);
        }
    }
    let small = decode::once(path).to_lowercase();
    let mut add = |class, parameter: &str, value: &str| {
        add(&mut found, Attack { class, parameter: parameter.into(), value: value.into() });
    };
    if !query.is_empty() && is_shell(&small, &decode::once(query).to_lowercase()) {
        add(Class::Shell, "", cut(target, SHOWN_MAX));
    }
    if lower && is_upload(method, &small) {
        add(Class::Upload, "", cut(target, SHOWN_MAX));
    }
    found
}

fn add(found: &mut Vec<Attack>, attack: Attack) {
    if !found.iter().any(|known| known.class == attack.class) {
        found.push(attack);
    }
}

/// Judges one value in all its forms; the first that speaks counts.
fn value(name: &str, text: &str, plus: bool, found: &mut Vec<Attack>) {
    if text.len() < 2 {
        return;
    }
    let mut spoken = None;
    decode::forms(text, plus, &mut |form| {
        spoken = if signs(form) || form != text { class(form) } else { None };
        spoken.is_none()
    });
    // A path is a place, not a value that programs build statements of.
    let Some(class) = spoken.filter(|class| plus || is_of_paths(*class, text)) else { return };
    let value = cut(&if plus { decode::once(text) } else { text.to_owned() }, SHOWN_MAX).to_owned();
    let parameter = decode::once(cut(name, 128));
    add(found, Attack { class, parameter, value });
}

fn is_of_paths(class: Class, path: &str) -> bool {
    match class {
        Class::Sqli => path.contains(['\'', '"']) || path.contains("%27") || path.contains("%22"),
        Class::Ssrf | Class::Header => false,
        _ => true,
    }
}
