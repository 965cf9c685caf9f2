//! An advisory as one short text, for the book: lines of fields, with control characters between.

use model::advisory::{Advisory, Affected, Known};
use versions::{Bound, Package};

/// Between fields.
const FIELD: char = '\u{1f}';
/// Between lines.
const LINE: char = '\u{1e}';
/// The longest summary that is kept, in characters.
const SUMMARY: usize = 200;

fn line(out: &mut String, mark: char, fields: &[&str]) {
    out.push(mark);
    for field in fields {
        out.push(FIELD);
        out.extend(field.chars().filter(|c| *c != FIELD && *c != LINE));
    }
    out.push(LINE);
}

/// Writes what an advisory says of one package.
pub fn write(out: &mut String, advisory: &Advisory, key: &str) {
    let summary: String = advisory.summary.chars().take(SUMMARY).collect();
    let fields = [&advisory.id, &advisory.modified, &advisory.published, &advisory.rating];
    let mut head: Vec<&str> = fields.iter().map(|f| f.as_str()).collect();
    head.push(&summary);
    head.push(if advisory.withdrawn { "withdrawn" } else { "" });
    line(out, 'A', &head);
    line(out, 'L', &advisory.aliases.iter().map(String::as_str).collect::<Vec<_>>());
    line(out, 'C', &advisory.cvss.iter().map(String::as_str).collect::<Vec<_>>());
    for affected in advisory.affected.iter().filter(|a| a.package.key() == key) {
        let mut fields =
            vec![affected.ecosystem.as_str(), &affected.package.name, &affected.rating];
        fields.extend(affected.cvss.iter().map(String::as_str));
        line(out, 'P', &fields);
        for range in &affected.ranges {
            let events: Vec<String> =
                range.iter().map(|(b, v)| format!("{}{v}", sign(*b))).collect();
            line(out, 'R', &events.iter().map(String::as_str).collect::<Vec<_>>());
        }
        if !affected.versions.is_empty() {
            line(out, 'V', &affected.versions.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}

fn sign(bound: Bound) -> char {
    match bound {
        Bound::Introduced => '+',
        Bound::Fixed => '-',
        Bound::LastAffected => '=',
        Bound::Limit => '<',
    }
}

/// Writes what is known of a CVE.
pub fn write_known(out: &mut String, known: &Known) {
    let epss = known.epss.map_or(String::new(), |score| score.to_string());
    let kev = known.kev.as_deref();
    line(out, 'K', &[if kev.is_some() { "1" } else { "" }, kev.unwrap_or(""), &epss]);
}

/// Reads advisories back.
pub fn read(text: &str) -> Vec<Advisory> {
    let mut out: Vec<Advisory> = Vec::new();
    for line in text.split(LINE) {
        let mut fields = line.split(FIELD);
        let mark = fields.next().unwrap_or("");
        let mut next = || fields.next().unwrap_or("").to_owned();
        if mark == "A" {
            let (id, modified, published, rating, summary) =
                (next(), next(), next(), next(), next());
            let withdrawn = next() == "withdrawn";
            out.push(Advisory {
                id,
                modified,
                published,
                rating,
                summary,
                withdrawn,
                ..Advisory::default()
            });
            continue;
        }
        let Some(advisory) = out.last_mut() else { continue };
        match mark {
            "L" => advisory.aliases = fields.map(ToOwned::to_owned).collect(),
            "C" => advisory.cvss = fields.map(ToOwned::to_owned).collect(),
            "P" => {
                let (ecosystem, name, rating) = (next(), next(), next());
                advisory.affected.push(Affected {
                    package: Package::named(&ecosystem, &name),
                    ecosystem,
                    ranges: Vec::new(),
                    versions: Vec::new(),
                    cvss: fields.map(ToOwned::to_owned).collect(),
                    rating,
                });
            }
            "R" => {
                let events = fields.filter_map(event).collect();
                advisory
                    .affected
                    .last_mut()
                    .into_iter()
                    .for_each(|a| a.ranges.push(Vec::clone(&events)));
            }
            "V" => {
                let versions: Vec<String> = fields.map(ToOwned::to_owned).collect();
                advisory
                    .affected
                    .last_mut()
                    .into_iter()
                    .for_each(|a| a.versions.clone_from(&versions));
            }
            _ => {}
        }
    }
    out
}

fn event(field: &str) -> Option<(Bound, String)> {
    let mut chars = field.chars();
    let bound = match chars.next()? {
        '+' => Bound::Introduced,
        '-' => Bound::Fixed,
        '=' => Bound::LastAffected,
        '<' => Bound::Limit,
        _ => return None,
    };
    Some((bound, chars.as_str().to_owned()))
}

/// Reads back what is known of a CVE; of several lines, all.
pub fn read_known(text: &str) -> Known {
    let mut known = Known::default();
    for line in text.split(LINE) {
        let fields: Vec<&str> = line.split(FIELD).collect();
        if let ["K", kev, added, epss] = fields.as_slice() {
            if *kev == "1" {
                known.kev = Some((*added).to_owned());
            }
            known.epss = epss.parse().ok().or(known.epss);
        }
    }
    known
}
