//! Making a valid event of attributes that somebody else wrote: what the class does not know is
//! left out, what it requires and nobody said is filled in as unknown.

use crate::class::Class;
use crate::flat::{Attribute, Flat, Scalar};
use crate::path::{Path, paths};
use crate::schema::{Attribute as Wanted, Item, Need, Schema};
use crate::types::{fits, fits_text};

/// Objects nest no deeper than this in what is filled in.
const DEPTH_MAX: usize = 8;

/// An event of `class` with the attributes of `given` that the schema lets it have.
///
/// Attributes that follow from class and activity are written anew. Attributes that a profile
/// brings name their profile in `metadata.profiles`, if the class may have it. `None` if the
/// class requires what no registered path can say.
pub fn fit(class: Class, activity_id: i64, given: Vec<Attribute<'_>>) -> Option<Flat<'_>> {
    let schema = Schema::get();
    let item = schema.class(u64::from(class.uid))?;
    // An activity that the class does not list is some other one.
    let listed = |id: i64| {
        let values = item.attributes.get("activity_id").map_or(&[][..], |a| a.values.as_slice());
        values.iter().any(|(value, _)| *value == id.to_string())
    };
    let activity_id = [activity_id, 99].into_iter().find(|id| listed(*id)).unwrap_or(0);
    let flat = Flat::new(class, activity_id);
    let mut work = Work { schema, flat, profiles: Vec::new(), is_changed: false };
    let own: Vec<Path> = work.flat.attributes().iter().map(|a| a.path).collect();
    for attribute in given {
        let is_ours = own.contains(&attribute.path) || attribute.path == paths::METADATA_PROFILES;
        if !is_ours && let Some(profile) = work.admits(item, &attribute) {
            if !profile.is_empty() && !work.profiles.contains(&profile) {
                work.profiles.push(profile);
            }
            work.flat.put_in(attribute.path, attribute.slot, attribute.value);
        }
    }
    // What a rule of the first pass adds may be an object that has requirements of its own.
    let mut is_whole = work.complete(item, "", 0, 0);
    if is_whole && work.is_changed {
        is_whole = work.complete(item, "", 0, 0);
    }
    is_whole.then_some(())?;
    work.profiles.sort_unstable();
    for profile in std::mem::take(&mut work.profiles) {
        work.flat.put(paths::METADATA_PROFILES, profile);
    }
    Some(work.flat)
}

/// The same event with what its class does not know left out and what it requires filled in.
pub fn fitted(flat: Flat<'_>) -> Flat<'_> {
    let activity = match flat.get(paths::ACTIVITY_ID) {
        Some(Scalar::Int(id)) => *id,
        _ => 0,
    };
    fit(flat.class, activity, flat.attributes().to_vec()).unwrap_or(flat)
}

struct Work<'a> {
    schema: &'static Schema,
    flat: Flat<'a>,
    profiles: Vec<&'static str>,
    /// Whether anything was added or taken out.
    is_changed: bool,
}

impl<'a> Work<'a> {
    /// Whether the class may have the attribute: the profile that brings it, empty for none.
    fn admits(&self, class: &Item, attribute: &Attribute<'_>) -> Option<&'static str> {
        let (mut item, mut profile) = (class, "");
        let mut steps = attribute.path.name().split('.').peekable();
        while let Some(step) = steps.next() {
            let (name, is_array) = step.strip_suffix("[]").map_or((step, false), |n| (n, true));
            let wanted = item.attributes.get(name)?;
            if wanted.is_array != is_array && !(steps.peek().is_none() && wanted.is_array) {
                return None;
            }
            if let Some(needed) = wanted.profile {
                class.profiles.contains(&needed).then_some(())?;
                profile = needed;
            }
            if steps.peek().is_none() {
                return self.suits(wanted, &attribute.value).then_some(profile);
            }
            item = self.schema.object(wanted.kind)?;
        }
        None
    }

    fn suits(&self, wanted: &Wanted, value: &Scalar<'_>) -> bool {
        let Some(base) = self.schema.base_type(wanted.kind) else { return false };
        if let Scalar::Str(text) = value {
            let listed = wanted.values.is_empty() || wanted.values.iter().any(|(v, _)| v == text);
            return listed && fits_text(text, wanted.kind, base);
        }
        let json = value.to_json();
        let is_listed = || {
            let written = json.to_string();
            wanted.values.iter().any(|(v, _)| *v == written)
        };
        (wanted.values.is_empty() || is_listed()) && fits(&json, wanted.kind, base)
    }

    /// Fills in what an object at `prefix` requires; false if it cannot be.
    fn complete(&mut self, item: &Item, prefix: &str, slot: u16, depth: usize) -> bool {
        if depth > DEPTH_MAX {
            return false;
        }
        self.complete_parts(item, prefix, slot, depth);
        for (name, wanted) in &item.attributes {
            let applies = wanted.profile.is_none_or(|p| self.profiles.contains(&p));
            let is_needed = wanted.need == Need::Required && applies;
            if is_needed && !self.has(prefix, name, slot) {
                self.fill(prefix, name, wanted, slot, depth);
                if !self.has(prefix, name, slot) {
                    return false;
                }
            }
        }
        item.constraints.iter().all(|rule| {
            rule.of.iter().any(|name| self.has(prefix, name, slot))
                || rule.of.iter().any(|name| {
                    match (item.attributes.get(name), Path::find(name)) {
                        (Some(wanted), _) => self.fill(prefix, name, wanted, slot, depth),
                        // Some rules ask for attributes below an object: `device.name`.
                        (None, Some(path)) if prefix.is_empty() => {
                            self.is_changed = true;
                            self.flat.put(path, "Unknown");
                        }
                        (None, _) => {}
                    }
                    self.has(prefix, name, slot)
                })
        })
    }

    /// Completes the objects that are there; one that cannot be is taken out.
    fn complete_parts(&mut self, item: &Item, prefix: &str, slot: u16, depth: usize) {
        for name in self.parts(prefix) {
            let Some((name, wanted)) = item.attributes.get_key_value(name) else { continue };
            let Some(object) = self.schema.object(wanted.kind) else { continue };
            let below = join(prefix, name, wanted.is_array) + ".";
            let mut slots: Vec<u16> = self.below(&below).map(|a| a.slot).collect();
            slots.sort_unstable();
            slots.dedup();
            if !wanted.is_array && !prefix.contains("[]") {
                slots.truncate(1);
            } else if prefix.contains("[]") {
                slots.retain(|s| *s == slot);
            }
            for slot in slots {
                if !self.complete(object, &below, slot, depth + 1) {
                    self.take_out(&below, slot);
                }
            }
            if wanted.is_array {
                self.close_gaps(&below);
            }
        }
    }

    /// The names of the objects that are there, in their order.
    fn parts(&self, prefix: &str) -> Vec<&'static str> {
        let inside = |a: &Attribute<'_>| {
            let rest: &'static str = a.path.name().strip_prefix(prefix)?;
            let (name, _) = rest.split_once('.')?;
            Some(name.strip_suffix("[]").unwrap_or(name))
        };
        let mut names: Vec<&'static str> =
            self.flat.attributes().iter().filter_map(inside).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn take_out(&mut self, below: &str, slot: u16) {
        let before = self.flat.attributes().len();
        self.flat.retain(|a| a.slot != slot || !a.path.name().starts_with(below));
        self.is_changed |= self.flat.attributes().len() != before;
    }

    /// Numbers the elements of an array from 0 without gaps.
    fn close_gaps(&mut self, below: &str) {
        let mut slots: Vec<u16> = self.below(below).map(|a| a.slot).collect();
        slots.sort_unstable();
        slots.dedup();
        if slots.iter().zip(0..).all(|(slot, rank)| *slot == rank) {
            return;
        }
        self.is_changed = true;
        self.flat.renumber(|a| {
            let rank = slots.iter().position(|s| *s == a.slot).unwrap_or(0);
            if a.path.name().starts_with(below) { rank as u16 } else { a.slot }
        });
    }

    fn below<'s>(&'s self, start: &'s str) -> impl Iterator<Item = &'s Attribute<'a>> {
        self.flat.attributes().iter().filter(move |a| a.path.name().starts_with(start))
    }

    fn has(&self, prefix: &str, name: &str, slot: u16) -> bool {
        let in_array = prefix.contains("[]");
        self.below(prefix).any(|a| {
            let rest = a.path.name().get(prefix.len()..).unwrap_or("");
            let rest = rest.strip_prefix(name);
            let is_it = rest.is_some_and(|r| r.is_empty() || r.starts_with(['.', '[']));
            is_it && (!in_array || a.slot == slot)
        })
    }

    /// Writes an attribute as unknown, if a path for it is registered.
    fn fill(&mut self, prefix: &str, name: &str, wanted: &Wanted, slot: u16, depth: usize) {
        let path = join(prefix, name, wanted.is_array);
        if let Some(object) = self.schema.object(wanted.kind) {
            let below = path + ".";
            if !self.complete(object, &below, slot, depth + 1) {
                self.take_out(&below, slot);
            } else if self.below(&below).next().is_none() {
                // Nothing in it is required, but the object itself is.
                let mut may: Vec<_> = object.attributes.iter().collect();
                may.sort_by_key(|(_, wanted)| wanted.need != Need::Recommended);
                for (name, wanted) in may {
                    if self.below(&below).next().is_none() && depth < DEPTH_MAX {
                        self.fill(&below, name, wanted, slot, depth + 1);
                    }
                }
            }
            return;
        }
        let Some(path) = Path::find(&path).or_else(|| Path::find(path.trim_end_matches("[]")))
        else {
            return;
        };
        if let Some(value) = self.unknown(wanted) {
            self.is_changed = true;
            self.flat.put_in(path, slot, value);
        }
    }

    /// What stands for "nobody said" in a type.
    fn unknown(&self, wanted: &Wanted) -> Option<Scalar<'static>> {
        let base = self.schema.base_type(wanted.kind)?;
        let listed = |value: &str| wanted.values.iter().any(|(v, _)| *v == value);
        let first = wanted.values.first().map(|(value, _)| *value);
        let id = match first {
            None => "0",
            Some(_) if listed("0") => "0",
            Some(_) if listed("99") => "99",
            Some(first) => first,
        };
        let value = match base {
            "integer_t" | "long_t" => Scalar::Int(id.parse().ok()?),
            "float_t" => Scalar::Float(0.0),
            "boolean_t" => Scalar::Bool(false),
            _ if wanted.kind == "email_t" => Scalar::from("unknown@unknown.invalid"),
            _ => Scalar::from(first.unwrap_or("Unknown")),
        };
        self.suits(wanted, &value).then_some(value)
    }
}

fn join(prefix: &str, name: &str, is_array: bool) -> String {
    format!("{prefix}{name}{}", if is_array { "[]" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate;

    #[test]
    fn every_class_can_be_filled_in() {
        let wrong = |class: &Class| match fit(*class, 0, Vec::new()) {
            None => Some(format!("{} cannot be", class.name)),
            Some(flat) => {
                let found = validate(&flat.to_json());
                (!found.is_empty()).then(|| format!("{}: {found:?}", class.name))
            }
        };
        let wrong: Vec<String> = Class::ALL.iter().filter_map(wrong).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let at = |path, slot, value: &'static str| Attribute { path, slot, value: value.into() };
        let given = vec![
            at(paths::SRC_ENDPOINT_IP, 0, "not an address"),
            at(paths::CLOUD_REGION, 0, "ap-northeast-1"),
            at(paths::RESOURCES_UID, 1, "i-0abc"),
            at(paths::QUERY_HOSTNAME, 0, "www.example.com"),
            at(paths::METADATA_PRODUCT_NAME, 0, "Scanner"),
        ];
        let event = fit(Class::DETECTION_FINDING, 1, given).unwrap().to_json();
        assert_eq!(validate(&event), [], "{event}");
        assert_eq!(event["cloud"]["provider"], "Unknown");
        assert_eq!(event["metadata"]["profiles"][0], "cloud");
        assert_eq!(event["resources"][0]["uid"], "i-0abc");
        assert!(event.get("query").is_none() && event.get("src_endpoint").is_none());
    }
}
