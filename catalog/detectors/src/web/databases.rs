//! Injected statements in a database's log that no known request explains.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Reached;
use model::finding::{Detail, Taken};
use model::seam::detector::Joined;
use sqli::{Feature, Features, features, tables};

use super::detector::Web;
use super::marks::Said;
use super::tell;
use super::verdict::Judged;

/// Different statements of one application that make a finding.
const STATEMENTS_MIN: usize = 3;
/// Records that a finding cites.
const CITED_MAX: usize = 8;

/// What was injected, by who gave it to the database.
pub fn join(web: &Web, said: &[Said], judged: &[Judged]) -> Vec<Joined> {
    let known: BTreeSet<&str> = judged
        .iter()
        .filter_map(|one| one.statement.and_then(|at| said.get(at)))
        .map(|one| one.sql.as_str())
        .collect();
    let mut by: BTreeMap<&str, Vec<(&Said, Features)>> = BTreeMap::new();
    for one in said.iter().filter(|one| !known.contains(one.sql.as_str())) {
        let found = features(&one.sql, one.dialect);
        if is_injected(found) && !is_of_a_tool(one, found) {
            by.entry(one.by.as_str()).or_default().push((one, found));
        }
    }
    by.into_iter().filter_map(|(by, all)| finding(web, by, &all)).collect()
}

/// Whether a statement has what programs do not write by themselves: language that belongs to
/// attacks, together with a sign that it was put into a statement of another.
fn is_injected(found: Features) -> bool {
    let put_in = [Feature::CommentTail, Feature::Constant, Feature::CharBuilding];
    let does = [
        Feature::Union,
        Feature::Sleep,
        Feature::ErrorFunction,
        Feature::Catalog,
        Feature::FileRead,
        Feature::FileWrite,
        Feature::Command,
    ];
    found.any(&put_in) && found.any(&does)
}

/// Whether a statement asks the database's catalogue to begin with, as its own tools and those of
/// administrators do. What a page asks for is its application's, and the catalogue comes after it.
fn is_of_a_tool(one: &Said, found: Features) -> bool {
    let first = tables(&one.sql, one.dialect).into_iter().next();
    first.is_some_and(|table| sqli::names_catalogue(&table)) && !found.has(Feature::CommentTail)
}

fn finding(web: &Web, by: &str, all: &[(&Said, Features)]) -> Option<Joined> {
    let texts: BTreeSet<&str> = all.iter().map(|(one, _)| one.sql.as_str()).collect();
    if texts.len() < STATEMENTS_MIN {
        return None;
    }
    let failed: BTreeSet<&str> =
        all.iter().filter(|(one, _)| one.failed).map(|(one, _)| one.sql.as_str()).collect();
    let ran: Vec<_> = all.iter().filter(|(one, _)| !failed.contains(one.sql.as_str())).collect();
    let reads = |one: &Said, found: Features| {
        found.has(Feature::Union) && tables(&one.sql, one.dialect).len() > 1
    };
    let reached = if ran.iter().any(|(one, found)| reads(one, *found)) {
        Reached::DataReturned
    } else if ran.is_empty() {
        Reached::EscapedWithError
    } else {
        Reached::Executed
    };
    let read: BTreeSet<String> = ran
        .iter()
        .filter(|(one, found)| reads(one, *found))
        .flat_map(|(one, _)| tables(&one.sql, one.dialect))
        .collect();
    let tables: Vec<String> = read.iter().cloned().collect();
    let read_out = ran.iter().filter(|(one, found)| reads(one, *found)).count() as u64;
    let taken = (reached == Reached::DataReturned).then_some(Taken {
        tables,
        rows: read_out,
        exact: false,
    });
    let (text, text_ja) = tell::statements(by, texts.len(), failed.len(), &read);
    let of_best = ran.iter().map(|(one, _)| one.mark).chain(all.iter().map(|(one, _)| one.mark));
    Some(Joined {
        rule: Arc::clone(&web.statements),
        effect: reached.effect(),
        group: super::text::hash(by),
        first: all.first()?.0.time,
        last: all.last()?.0.time,
        count: all.len() as u64,
        marks: of_best.take(CITED_MAX).collect(),
        detail: Some(Detail {
            reached,
            confidence: 0.8,
            text,
            text_ja,
            door: None,
            taken,
            blocks: Vec::new(),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Time;
    use sqli::Dialect;

    fn found(statements: &[&str]) -> usize {
        let said: Vec<Said> = (0_i64..).zip(statements).map(|(at, sql)| said(at, sql)).collect();
        join(&Web::new(&[]), &said, &[]).len()
    }

    fn said(at: i64, sql: &str) -> Said {
        Said {
            mark: at as usize,
            time: Time::seconds(at),
            sql: sql.to_owned(),
            by: "shop".to_owned(),
            error: String::new(),
            dialect: Dialect::Postgres,
            failed: false,
            judged: true,
            rows: None,
        }
    }

    #[test]
    fn what_a_page_was_made_to_ask_is_told_and_what_a_tool_asks_is_not() {
        let page = [
            "SELECT name FROM goods WHERE id = 7 UNION SELECT relname FROM pg_class -- ",
            "SELECT name FROM goods WHERE id = 7 UNION SELECT usename FROM pg_shadow -- ",
            "SELECT name FROM goods WHERE id = 7 UNION SELECT chr(65)||passwd FROM pg_shadow",
        ];
        assert_eq!(found(&page), 1);
        let completion = [
            "SELECT name FROM (SELECT pg_catalog.lower(name) AS name FROM pg_catalog.pg_settings \
             UNION ALL SELECT 'all') ss WHERE substring(name,1,3)='wor' LIMIT 1000",
            "SELECT name FROM (SELECT pg_catalog.lower(name) AS name FROM pg_catalog.pg_settings \
             UNION ALL SELECT 'role') ss WHERE substring(name,1,3)='cli' LIMIT 1000",
            "SELECT pg_catalog.quote_ident(relname) FROM pg_catalog.pg_class WHERE \
             substring(relname,1,2)='us' UNION SELECT nspname FROM pg_catalog.pg_namespace",
        ];
        assert_eq!(found(&completion), 0);
    }
}
