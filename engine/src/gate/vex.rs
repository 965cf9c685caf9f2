//! Which statement of a supplier applies to a vulnerability of a component.

use model::advisory::Statement;
use model::component::Component;
use model::verdict::Vulnerability;
use versions::Purl;

/// The last statement that speaks of this vulnerability in this component.
pub fn find<'a>(
    statements: &'a [Statement],
    found: &Vulnerability,
    component: &Component,
) -> Option<&'a Statement> {
    statements.iter().rev().find(|statement| {
        let named = |id: &String| *id == found.id || found.aliases.contains(id);
        statement.ids.iter().any(named) && speaks_of(statement, component)
    })
}

fn speaks_of(statement: &Statement, component: &Component) -> bool {
    statement.products.iter().any(|product| {
        let listed = |at: &String| {
            let id = at.strip_prefix(&statement.from).and_then(|rest| rest.strip_prefix('#'));
            id == Some(product.as_str())
        };
        if component.at.iter().any(listed) {
            return true;
        }
        let (Ok(theirs), Some(own)) = (Purl::parse(product), &component.purl) else { return false };
        theirs.kind == own.kind
            && theirs.namespace == own.namespace
            && theirs.name == own.name
            && (theirs.version.is_empty() || theirs.version == component.version)
    })
}

/// Whether a status says that there is nothing to do.
pub fn clears(status: &str) -> bool {
    matches!(status, "not_affected" | "fixed")
}
