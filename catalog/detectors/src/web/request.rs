//! One request: its parameters are judged one by one, in every form they may take.

use super::class::{Class, class, is_fragment, is_hidden, is_script, is_shell, is_upload};
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
    /// Whether it is an attack by itself. A fragment of SQL is none: many of them are a probe.
    pub sure: bool,
}

/// An attack by itself.
fn sure(class: Class, parameter: &str, value: &str) -> Attack {
    let (parameter, value) = (cut(parameter, 128).to_owned(), cut(value, SHOWN_MAX).to_owned());
    Attack { class, parameter, value, sure: true }
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
    pairs(query, &mut found);
    let small = decode::once(path).to_lowercase();
    let mut add = |class| add(&mut found, sure(class, "", target));
    if !query.is_empty() && is_shell(&small, &decode::once(query).to_lowercase()) {
        add(Class::Shell);
    }
    if lower && is_upload(method, &small) {
        add(Class::Upload);
    }
    if is_hidden(&small) {
        add(Class::Hidden);
    }
    found
}

/// Judges a form or a query: names and values.
fn pairs(query: &str, found: &mut Vec<Attack>) {
    // A semicolon parts pairs for some servers, and belongs to the value for others.
    let parts = |at: char| query.split(at).take(PARAMETERS_MAX);
    for pair in parts('&').chain(parts(';').filter(|_| query.contains(';'))) {
        let (name, text) = pair.split_once('=').unwrap_or(("", pair));
        value(name, text, true, found);
        if signs(name) && worth(name) {
            value(name, name, true, found);
        }
        // `?a==b`, `?;id=`: the whole of it is what some programs read.
        if text.contains('=') || name.contains([';', '|', '`', '(']) {
            value(name, pair, true, found);
        }
    }
}

/// Judges a header that a client sends, as far as logs have it, by its name and its value.
/// The parameter of what is found is the header's name.
pub fn judge_header(name: &str, text: &str) -> Vec<Attack> {
    let mut found = Vec::new();
    let small = name.to_ascii_lowercase();
    if small.contains("file") && small.contains("name") && is_script(&text.to_lowercase()) {
        add(&mut found, sure(Class::Upload, &small, text));
    }
    let known = matches!(small.as_str(), "user-agent" | "referer");
    if known && is_usual(text) {
        return found;
    }
    match small.as_str() {
        "cookie" => text.split("; ").take(PARAMETERS_MAX).for_each(|pair| {
            let (name, text) = pair.split_once('=').unwrap_or(("", pair));
            value(name, text, true, &mut found);
            value(name, name, true, &mut found);
        }),
        "referer" => {
            let (place, query) = text.split_once('?').unwrap_or((text, ""));
            value(name, place, false, &mut found);
            pairs(query, &mut found);
        }
        _ => value(name, text, false, &mut found),
    }
    // Agents and pages before are full of signs: what only looks like an attack does not count.
    let loose = [Class::Ssrf, Class::Query, Class::Template];
    let agent = matches!(small.as_str(), "user-agent" | "referer");
    found.retain(|a| !(agent && (loose.contains(&a.class) || is_loose(a))));
    for one in &mut found {
        one.parameter.clone_from(&small);
    }
    found
}

/// SQL that only libinjection sees in an agent's name is none: `(a; b; c)` looks like it.
fn is_loose(attack: &Attack) -> bool {
    attack.class == Class::Sqli && !attack.value.contains(['\'', '"', '*'])
}

/// Whether a header holds nothing but what browsers write.
fn is_usual(text: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b' ' | b'_' | b'-' | b'.' | b',' | b'/' | b':' | b'+' | b'?' | b'=')
    };
    let browser =
        text.starts_with("Mozilla/") && text.bytes().all(|b| plain(b) || b"();&".contains(&b));
    let words = text.bytes().all(plain) && !text.contains(' ') && !text.contains("..");
    (browser && !text.contains("&&") || words) && !text.contains("/etc/")
}

/// Judges a body, as far as logs have it: a form, JSON or XML, the parts of a multipart body.
pub fn judge_body(text: &str) -> Vec<Attack> {
    let mut found = Vec::new();
    let text = cut(text, decode::VALUE_MAX);
    for named in text.split("filename=").skip(1).take(PARAMETERS_MAX) {
        let name = named.trim_start_matches('"').split(['"', '\r', '\n']).next().unwrap_or("");
        if is_script(&name.to_lowercase()) {
            add(&mut found, sure(Class::Upload, "filename", name));
        }
    }
    let start = text.trim_start();
    if start.starts_with(['{', '[']) {
        for piece in text.split('"').take(2 * PARAMETERS_MAX) {
            value("", piece, false, &mut found);
        }
    } else if !start.starts_with('<') {
        pairs(text, &mut found);
    }
    value("", text, true, &mut found);
    found
}

fn add(found: &mut Vec<Attack>, attack: Attack) {
    match found.iter_mut().find(|known| known.class == attack.class) {
        Some(known) if attack.sure && !known.sure => *known = attack,
        Some(_) => {}
        None => found.push(attack),
    }
}

/// Judges one value in all its forms; the first that speaks counts.
fn value(name: &str, text: &str, plus: bool, found: &mut Vec<Attack>) {
    if text.len() < 2 {
        return;
    }
    let (mut spoken, mut piece) = (None, false);
    decode::forms(text, plus, &mut |form| {
        if signs(form) || form != text {
            spoken = class(form);
            piece |= plus && is_fragment(&form.to_lowercase());
        }
        spoken.is_none()
    });
    // A path is a place, not a value that programs build statements of.
    let spoken = spoken.filter(|class| plus || is_of_paths(*class, text));
    let Some(class) = spoken.or_else(|| piece.then_some(Class::Sqli)) else { return };
    let value = if plus { decode::once(text) } else { text.to_owned() };
    let sure = sure(class, &decode::once(cut(name, 128)), &value);
    add(found, Attack { sure: spoken.is_some(), ..sure });
}

fn is_of_paths(class: Class, path: &str) -> bool {
    const SIGNS: &[&str] = &["'", "\"", " ", "%27", "%22", "%20", "+"];
    match class {
        Class::Sqli => SIGNS.iter().any(|sign| path.contains(sign)),
        Class::Ssrf | Class::Header => false,
        // The name of a file that is not for visitors is a class of its own.
        Class::Traversal => ["..", "%2e", "%c0", "://", "%00"].iter().any(|s| path.contains(s)),
        _ => true,
    }
}
