//! Requests: which routes a site answers, and which parameters in which form each of them takes.

use model::Event;

use super::super::facts::Facts;
use super::super::feature::{Feature, Kind};
use super::super::learn::minute;
use super::{Texts, field, number, words};

/// Parameters of a request that are looked at.
const PARAMS_MAX: usize = 12;

/// The site and the route. What was refused is no route of the site.
pub fn request(
    event: &Event<'_>,
    texts: &mut Texts,
    facts: &mut Facts,
    each: &mut dyn FnMut(&Facts),
) {
    let answered = number(event, "sc-status").is_none_or(|status| status < 400);
    let Texts { a: target, b: site, c: route } = texts;
    field(event, "cs-uri", target);
    if target.is_empty() || !answered {
        return;
    }
    field(event, "cs-host", site);
    if site.is_empty() {
        site.push_str("site without a name");
    }
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // A target may be a whole URL.
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => path,
    };
    words::route(path, route);
    let mut method = String::new();
    field(event, "cs-method", &mut method);
    facts.begin(Kind::Service, site);
    facts.add(Feature::Path, &[&method, " ", route]);
    facts.add(Feature::Hours, &[words::hours(minute(event))]);
    each(facts);
    if query.is_empty() {
        return;
    }
    let name = [site.as_str(), " ", &method, " ", route].concat();
    facts.begin(Kind::Route, &name);
    facts.everybody(&[site]);
    for pair in query.split('&').take(PARAMS_MAX) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        facts.add(Feature::Params, &[name, "=", words::form(value)]);
    }
    each(facts);
}
