//! One event of a mapping, read and checked.

use model::{EntityKind, Error, Outcome, Role};
use ocsf::{Class, Path, Scalar};
use regex::Regex;

use super::load::{Names, pattern};
use super::rule::{EventRule, From, Part, Put, Verdict};
use super::table::{Entry, Table, choice};

/// What is said of one sort of record.
const KEYS: &[&str] = &[
    "action",
    "activity",
    "class",
    "entities",
    "ocsf",
    "outcome",
    "pattern",
    "reads_only",
    "when",
];
const ROLES: &[(&str, Role)] = &[
    ("actor", Role::Actor),
    ("created", Role::Created),
    ("place", Role::Place),
    ("target", Role::Target),
];

/// Reads the table of an event; `shared` is the pattern of those that have none.
pub fn event(table: Table<'_>, shared: Option<&Regex>, is_json: bool) -> Result<EventRule, Error> {
    table.allow(KEYS)?;
    let own = match table.get("pattern") {
        Some(entry) if is_json => {
            return Err(entry.wrong("pattern is for lines only", "Use when = { name = \"…\" }."));
        }
        entry => entry.map(pattern).transpose()?,
    };
    if !is_json && own.is_none() && shared.is_none() {
        let remedy = "Add pattern = '^(?P<when>\\S+) …' to the event or to the mapping.";
        return Err(table.wrong("the event has no pattern", remedy));
    }
    let names = Names { pattern: own.as_ref().or(shared), is_json };
    let class = class(table.need("class", "class = \"authentication\"")?)?;
    Ok(EventRule {
        when: when(table, &names)?,
        activity: table.get("activity").map_or(Ok(0), |entry| activity(entry, class))?,
        action: action(table.need("action", "action = \"open {door}\"")?, &names)?,
        outcome: table
            .get("outcome")
            .map_or(Ok(Verdict::Always(Outcome::Unknown)), |entry| verdict(entry, &names))?,
        reads_only: table.get("reads_only").map(|entry| entry.truth()).transpose()?,
        ocsf: attributes(table, class, &names)?,
        entities: entities(table, &names)?,
        pattern: own,
        class,
    })
}

fn when(table: Table<'_>, names: &Names<'_>) -> Result<Vec<(String, Vec<String>)>, Error> {
    let Some(entry) = table.get("when") else { return Ok(Vec::new()) };
    let wanted = |entry: Entry<'_>| Ok((names.field(entry, entry.key)?, entry.list()?));
    entry.table()?.entries().map(wanted).collect()
}

fn class(entry: Entry<'_>) -> Result<Class, Error> {
    let said = entry.scalar()?;
    let found = Class::ALL.iter().find(|c| c.name == said || c.uid.to_string() == said);
    found.copied().ok_or_else(|| {
        let known = Class::ALL.iter().map(|class| class.name);
        entry.wrong(format!("there is no OCSF class {said:?}"), choice(&said, known))
    })
}

fn activity(entry: Entry<'_>, class: Class) -> Result<i64, Error> {
    let said = entry.scalar()?;
    let all = ocsf::activities(class);
    let same = |(id, caption): &&(&str, &str)| *id == said || caption.eq_ignore_ascii_case(&said);
    let found = all.iter().find(same).and_then(|(id, _)| id.parse().ok());
    found.ok_or_else(|| {
        let listed: Vec<String> = all.iter().map(|(id, name)| format!("{id} ({name})")).collect();
        let what = format!("{} has no activity {said:?}", class.name);
        entry.wrong(what, format!("It has {}.", listed.join(", ")))
    })
}

/// A phrase with `{names}` in it.
fn action(entry: Entry<'_>, names: &Names<'_>) -> Result<Vec<Part>, Error> {
    let mut parts = Vec::new();
    let mut rest = entry.text()?;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return Err(entry.wrong("a { is not closed", "Write a field as {name}."));
        };
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        parts.push(Part::Field(names.field(entry, name)?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    if parts.is_empty() {
        return Err(entry.wrong("the action is empty", "Say what was done: \"open {door}\"."));
    }
    Ok(parts)
}

fn verdict(entry: Entry<'_>, names: &Names<'_>) -> Result<Verdict, Error> {
    let example = "Write outcome = \"success\" or outcome = { field = \"result\", success = \
                   [\"OK\"], failure = [\"DENIED\"] }.";
    if entry.is_text() {
        return match entry.text()? {
            "success" => Ok(Verdict::Always(Outcome::Success)),
            "failure" => Ok(Verdict::Always(Outcome::Failure)),
            other => Err(entry.wrong(format!("there is no outcome {other:?}"), example)),
        };
    }
    let table = entry.table()?;
    table.allow(&["failure", "field", "success"])?;
    let field = table.need("field", "field = \"result\"")?;
    let list = |key: &str| table.get(key).map_or(Ok(Vec::new()), |entry| entry.list());
    let (success, failure) = (list("success")?, list("failure")?);
    if success.is_empty() && failure.is_empty() {
        return Err(entry.wrong("the outcome names no value", example));
    }
    if let Some(both) = success.iter().find(|value| failure.contains(value)) {
        return Err(entry.wrong(format!("{both:?} is success and failure"), example));
    }
    Ok(Verdict::Field { name: names.field(field, field.text()?)?, success, failure })
}

fn attributes(table: Table<'_>, class: Class, names: &Names<'_>) -> Result<Vec<Put>, Error> {
    let Some(entry) = table.get("ocsf") else { return Ok(Vec::new()) };
    entry.table()?.entries().map(|entry| attribute(entry, class, names)).collect()
}

fn attribute(entry: Entry<'_>, class: Class, names: &Names<'_>) -> Result<Put, Error> {
    let known = || Path::all().filter(|path| ocsf::has(class, *path)).map(Path::name);
    let found = Path::find(entry.key).filter(|path| ocsf::has(class, *path));
    let Some(path) = found else {
        let meant = model::text::nearest(entry.key, known());
        let what = format!("{} has no attribute {:?}", class.name, entry.key);
        let remedy = match meant {
            Some(meant) => format!("Is {meant:?} meant?"),
            None => format!("See https://schema.ocsf.io/1.5.0/classes/{}.", class.name),
        };
        return Err(entry.wrong(what, remedy));
    };
    let value = |entry: Entry<'_>| -> Result<Scalar<'static>, Error> {
        let text = entry.scalar()?;
        ocsf::value_of(class, path, text.clone().into()).ok_or_else(|| {
            let what = format!("{text:?} is no value of {}", path.name());
            entry.wrong(what, "Write a number or a truth value where the schema wants one.")
        })
    };
    if entry.is_text() {
        let name = names.field(entry, entry.text()?)?;
        let from = From::Field { name, values: Vec::new(), otherwise: None };
        return Ok(Put { path, from });
    }
    let table = entry.table()?;
    table.allow(&["field", "otherwise", "value", "values"])?;
    if let Some(always) = table.get("value") {
        table.allow(&["value"])?;
        return Ok(Put { path, from: From::Always(value(always)?) });
    }
    let field = table.need("field", "field = \"level\"")?;
    let listed = table.get("values").map(|entry| entry.table()).transpose()?;
    let values = listed.iter().flat_map(Table::entries);
    let values = values.map(|entry| Ok((entry.key.to_owned(), value(entry)?)));
    Ok(Put {
        path,
        from: From::Field {
            name: names.field(field, field.text()?)?,
            values: values.collect::<Result<_, Error>>()?,
            otherwise: table.get("otherwise").map(value).transpose()?,
        },
    })
}

fn entities(table: Table<'_>, names: &Names<'_>) -> Result<Vec<(EntityKind, Role, String)>, Error> {
    let Some(entry) = table.get("entities") else { return Ok(Vec::new()) };
    entry.tables()?.into_iter().map(|table| entity(table, names)).collect()
}

fn entity(table: Table<'_>, names: &Names<'_>) -> Result<(EntityKind, Role, String), Error> {
    table.allow(&["field", "kind", "role"])?;
    let kind = table.need("kind", "kind = \"user\"")?;
    let role = table.need("role", "role = \"actor\"")?;
    let field = table.need("field", "field = \"user\"")?;
    let found = EntityKind::ALL.iter().find(|k| Ok(k.word()) == kind.text().map_err(drop));
    let kind = found.copied().ok_or_else(|| {
        let said = kind.scalar().unwrap_or_default();
        let known = EntityKind::ALL.iter().map(|kind| kind.word());
        kind.wrong(format!("there is no kind of entity {said:?}"), choice(&said, known))
    })?;
    let found = ROLES.iter().find(|(word, _)| Ok(*word) == role.text().map_err(drop));
    let (_, role) = found.ok_or_else(|| {
        let said = role.scalar().unwrap_or_default();
        let known = ROLES.iter().map(|(word, _)| *word);
        role.wrong(format!("there is no role {said:?}"), choice(&said, known))
    })?;
    Ok((kind, *role, names.field(field, field.text()?)?))
}
