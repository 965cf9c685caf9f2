//! The schema as data: classes, objects, attributes and enums, read once from the table.
//!
//! The table is `schema/ocsf-1.5.0.tsv`; the README beside it says where it comes from and how it
//! is laid out.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

const TABLE: &str = include_str!("../schema/ocsf-1.5.0.tsv");

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::parse(TABLE));

/// Everything that the table says.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    /// The schema's version.
    pub version: &'static str,
    types: BTreeMap<&'static str, &'static str>,
    classes: BTreeMap<u64, Item>,
    objects: BTreeMap<&'static str, Item>,
}

/// A class or an object.
#[derive(Debug, Default, Clone)]
pub(crate) struct Item {
    /// The schema's name.
    pub name: &'static str,
    /// Profiles that may be applied; classes only.
    pub profiles: Vec<&'static str>,
    /// Rules over several attributes.
    pub constraints: Vec<Constraint>,
    /// By name.
    pub attributes: BTreeMap<&'static str, Arc<Attribute>>,
}

/// A rule over several attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Constraint {
    /// `at_least_one` or `just_one`.
    pub kind: &'static str,
    /// The attributes.
    pub of: Vec<&'static str>,
}

/// How strongly the schema asks for an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Recommended,
    Optional,
}

/// An attribute of a class or an object.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// A type of the table (`ip_t`) or the name of an object.
    pub kind: &'static str,
    pub is_array: bool,
    pub need: Need,
    /// The profile that brings it, if it is not the class's own.
    pub profile: Option<&'static str>,
    /// Allowed values and their captions; empty for any.
    pub values: Vec<(&'static str, &'static str)>,
}

impl Schema {
    /// The schema, parsed at first use.
    pub fn get() -> &'static Schema {
        &SCHEMA
    }

    /// A class by its uid.
    pub fn class(&self, uid: u64) -> Option<&Item> {
        self.classes.get(&uid)
    }

    /// An object by its name.
    pub fn object(&self, name: &str) -> Option<&Item> {
        self.objects.get(name)
    }

    /// The JSON type that a type is built on (`string_t` for `ip_t`); `None` for objects.
    pub fn base_type(&self, kind: &str) -> Option<&'static str> {
        self.types.get(kind).copied()
    }

    /// Whether some class has an attribute at a dotted path, with `[]` where arrays are.
    #[cfg(test)]
    pub fn has_path(&self, path: &str) -> bool {
        // Every class has `unmapped`, and anything may stand below it.
        if path.starts_with("unmapped.") {
            return true;
        }
        self.classes.values().any(|class| {
            let mut item = Some(class);
            path.split('.').all(|step| {
                let (name, is_array) = step.strip_suffix("[]").map_or((step, false), |n| (n, true));
                let found = item.and_then(|i| i.attributes.get(name));
                item = found.and_then(|a| self.object(a.kind));
                found.is_some_and(|a| a.is_array == is_array)
            })
        })
    }

    fn parse(table: &'static str) -> Schema {
        let mut schema = Schema::default();
        let mut open = Open::Nothing;
        for line in table.lines() {
            let columns: Vec<&'static str> = line.split('\t').collect();
            let column = |at: usize| columns.get(at).copied().unwrap_or("");
            match column(0) {
                "schema" => schema.version = column(1),
                "type" => drop(schema.types.insert(column(1), column(2))),
                "class" => {
                    let uid = column(2).parse().unwrap_or(u64::MAX);
                    let item = Item {
                        name: column(1),
                        profiles: column(4).split(',').filter(|p| !p.is_empty()).collect(),
                        constraints: constraints(column(5)),
                        // Classes add to the base event, which is the first in the table.
                        attributes: schema
                            .class(0)
                            .map(|i| i.attributes.clone())
                            .unwrap_or_default(),
                    };
                    schema.classes.insert(uid, item);
                    open = Open::Class(uid);
                }
                "object" => {
                    let constraints = constraints(column(2));
                    let item = Item { name: column(1), constraints, ..Item::default() };
                    schema.objects.insert(column(1), item);
                    open = Open::Object(column(1));
                }
                _ => {
                    let item = match open {
                        Open::Class(uid) => schema.classes.get_mut(&uid),
                        Open::Object(name) => schema.objects.get_mut(name),
                        Open::Nothing => None,
                    };
                    let attribute = Arc::new(attribute(column(2), column(3), column(4)));
                    item.and_then(|i| i.attributes.insert(column(1), attribute));
                }
            }
        }
        schema
    }
}

/// What the attribute lines below belong to.
#[derive(Clone, Copy)]
enum Open {
    Nothing,
    Class(u64),
    Object(&'static str),
}

fn constraints(text: &'static str) -> Vec<Constraint> {
    text.split(';')
        .filter_map(|one| one.split_once('='))
        .map(|(kind, of)| Constraint { kind, of: of.split(',').collect() })
        .collect()
}

fn attribute(kind: &'static str, profile: &'static str, values: &'static str) -> Attribute {
    let (kind, need) = match (kind.strip_suffix('!'), kind.strip_suffix('+')) {
        (Some(kind), _) => (kind, Need::Required),
        (_, Some(kind)) => (kind, Need::Recommended),
        _ => (kind, Need::Optional),
    };
    let (kind, is_array) = kind.strip_suffix("[]").map_or((kind, false), |k| (k, true));
    let values = values.split('|').filter_map(|v| v.split_once('=')).collect();
    Attribute { kind, is_array, need, profile: (!profile.is_empty()).then_some(profile), values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Path, VERSION};

    #[test]
    fn every_class_and_every_registered_path_is_in_the_schema() {
        let schema = Schema::get();
        assert_eq!(schema.version, VERSION);
        for class in Class::ALL {
            let item = schema.class(u64::from(class.uid)).expect(class.name);
            assert_eq!(item.name, class.name);
            let category = item.attributes["category_uid"].values.first().copied();
            let uid = class.category_uid().to_string();
            assert_eq!(category, Some((uid.as_str(), class.category())), "{}", class.name);
            let caption = item.attributes["class_uid"].values.first().map(|v| v.1);
            assert_eq!(caption, Some(class.caption));
        }
        let strange: Vec<_> = Path::all().map(Path::name).filter(|n| !schema.has_path(n)).collect();
        assert!(strange.is_empty(), "no class of the schema has {strange:#?}");
    }

    #[test]
    fn every_type_that_is_named_is_known() {
        let schema = Schema::get();
        let items = schema.classes.values().chain(schema.objects.values());
        for (item, (name, a)) in items.flat_map(|i| i.attributes.iter().map(move |a| (i.name, a))) {
            let known = a.kind == "object"
                || schema.object(a.kind).is_some()
                || schema.base_type(a.kind).is_some();
            assert!(known, "{item}.{name}: {}", a.kind);
        }
    }
}
