//! Statements of suppliers: OpenVEX and CSAF 2.0. (CycloneDX's stand in its bills of materials.)

use std::collections::BTreeMap;

use model::advisory::Statement;
use serde_json::Value;

/// Reads a document; `None` if it is of neither kind.
pub fn read(name: &str, value: &Value) -> Option<Vec<Statement>> {
    let context = text(value, "@context");
    if context.contains("openvex") {
        return Some(open(name, value));
    }
    if value.get("document").is_some_and(|d| d.get("csaf_version").is_some()) {
        return Some(csaf(name, value));
    }
    None
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn open(name: &str, value: &Value) -> Vec<Statement> {
    list(value, "statements").iter().map(|s| open_statement(name, s)).collect()
}

fn open_statement(name: &str, statement: &Value) -> Statement {
    let vulnerability = statement.get("vulnerability");
    // Early editions had the id as a text; later ones an object with a name and aliases.
    let mut ids: Vec<String> = Vec::new();
    match vulnerability {
        Some(Value::String(id)) => ids.push(id.clone()),
        Some(object) => {
            ids.push(text(object, "name").to_owned());
            let aliases = list(object, "aliases").iter().filter_map(Value::as_str);
            ids.extend(aliases.map(ToOwned::to_owned));
        }
        None => {}
    }
    ids.retain(|id| !id.is_empty());
    let mut products = Vec::new();
    for product in list(statement, "products") {
        let subcomponents = list(product, "subcomponents");
        let named: Vec<&Value> =
            if subcomponents.is_empty() { vec![product] } else { subcomponents.iter().collect() };
        products.extend(named.into_iter().filter_map(purl_of));
    }
    let words = [text(statement, "justification"), text(statement, "impact_statement")];
    Statement {
        ids,
        products,
        status: text(statement, "status").to_owned(),
        why: words.iter().filter(|w| !w.is_empty()).copied().collect::<Vec<_>>().join(": "),
        from: name.to_owned(),
    }
}

fn purl_of(product: &Value) -> Option<String> {
    let identified = product.get("identifiers").map_or("", |i| text(i, "purl"));
    let candidates = [identified, text(product, "@id"), product.as_str().unwrap_or("")];
    candidates.into_iter().find(|id| !id.is_empty()).map(ToOwned::to_owned)
}

fn csaf(name: &str, value: &Value) -> Vec<Statement> {
    let mut purls = BTreeMap::new();
    let tree = value.get("product_tree").unwrap_or(&Value::Null);
    collect(tree, &mut purls, 0);
    for relation in list(tree, "relationships") {
        let made = relation.get("full_product_name").map_or("", |p| text(p, "product_id"));
        if let Some(purl) = purls.get(text(relation, "product_reference")).cloned() {
            purls.insert(made.to_owned(), purl);
        }
    }
    let mut out = Vec::new();
    for vulnerability in list(value, "vulnerabilities") {
        let listed = list(vulnerability, "ids").iter().map(|id| text(id, "text"));
        let ids = std::iter::once(text(vulnerability, "cve")).chain(listed);
        let ids: Vec<String> = ids.filter(|i| !i.is_empty()).map(ToOwned::to_owned).collect();
        let status = vulnerability.get("product_status").unwrap_or(&Value::Null);
        for (key, word) in [
            ("known_not_affected", "not_affected"),
            ("fixed", "fixed"),
            ("known_affected", "affected"),
            ("under_investigation", "under_investigation"),
        ] {
            let named = list(status, key).iter().filter_map(Value::as_str);
            let products: Vec<String> =
                named.map(|id| purls.get(id).cloned().unwrap_or_else(|| id.to_owned())).collect();
            if !products.is_empty() {
                let flags = list(vulnerability, "flags");
                let why = flags.first().map_or("", |flag| text(flag, "label")).to_owned();
                let (ids, status) = (ids.clone(), word.to_owned());
                out.push(Statement { ids, products, status, why, from: name.to_owned() });
            }
        }
    }
    out
}

/// Package URLs by product id, over the branches of a product tree.
fn collect(value: &Value, to: &mut BTreeMap<String, String>, depth: usize) {
    /// The deepest tree that is followed.
    const DEEPEST: usize = 64;
    if depth > DEEPEST {
        return;
    }
    for product in list(value, "full_product_names").iter().chain(value.get("product")) {
        let helper = product.get("product_identification_helper");
        let purl = helper.map_or("", |h| text(h, "purl"));
        if !purl.is_empty() {
            to.insert(text(product, "product_id").to_owned(), purl.to_owned());
        }
    }
    for branch in list(value, "branches") {
        collect(branch, to, depth + 1);
    }
}
