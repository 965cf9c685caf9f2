//! Images of containers: which layers there are, in which order, and what of a layer is seen.
//!
//! OCI's layout and Docker's archive, in a folder or packed. A file of a lower layer is hidden by
//! one of the same place above it, by a whiteout (`.wh.name`), or by an opaque folder.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{list, text};

/// Docker's name of a whiteout, and of one that hides all of its folder.
pub const WHITEOUT: &str = ".wh.";
const OPAQUE: &str = ".wh..wh..opq";
/// How deep indexes of images may lie in each other.
const DEEPEST: usize = 4;
/// The most images that are read of one index.
const IMAGES: usize = 1000;

/// The names of an image's layers, the lowest first.
pub type Layers = Vec<String>;

/// The images that the documents tell of. `marks` are small JSON files by their names.
pub fn all(marks: &BTreeMap<String, Value>) -> Result<Vec<Layers>, String> {
    let mut out = Vec::new();
    for (name, mark) in marks {
        if let Some(place) = at_root(name, "manifest.json")
            && let Some(images) = docker(mark, place)
        {
            out.extend(images);
        }
    }
    for (name, mark) in marks {
        if let Some(place) = at_root(name, "index.json")
            // What Docker saves is of both kinds; its own list names the same layers.
            && marks.get(&format!("{place}manifest.json")).is_none_or(|m| docker(m, place).is_none())
            && mark.get("manifests").is_some()
        {
            index(mark, place, marks, 0, &mut out)?;
        }
    }
    if out.len() > IMAGES {
        return Err(format!("more than {IMAGES} images"));
    }
    out.sort();
    out.dedup();
    Ok(out)
}

/// The folder or archive that a file lies in.
fn at_root<'a>(name: &'a str, file: &str) -> Option<&'a str> {
    let place = name.strip_suffix(file)?;
    (place.is_empty() || place.ends_with(['/', '!'])).then_some(place)
}

/// Docker's `manifest.json`: a list of images with the names of their layers.
fn docker(mark: &Value, place: &str) -> Option<Vec<Layers>> {
    let images = mark.as_array()?;
    let layers = |image: &Value| {
        let names = image.get("Layers")?.as_array()?;
        names.iter().map(|name| Some(format!("{place}{}", name.as_str()?))).collect()
    };
    images.iter().map(layers).collect()
}

/// OCI's `index.json`: images, or further indexes, each a blob by its digest.
fn index(
    value: &Value,
    place: &str,
    marks: &BTreeMap<String, Value>,
    depth: usize,
    out: &mut Vec<Layers>,
) -> Result<(), String> {
    for entry in list(value, "manifests") {
        let blob = |of: &Value| format!("{place}blobs/{}", text(of, "digest").replace(':', "/"));
        let name = blob(entry);
        // Attestations are listed beside images, and are none.
        let kind = entry.get("annotations").map_or("", |a| text(a, "vnd.docker.reference.type"));
        if kind == "attestation-manifest" {
            continue;
        }
        let Some(manifest) = marks.get(&name) else {
            // An index may name images of other platforms that were not saved.
            if entry.get("platform").is_some() && list(value, "manifests").len() > 1 {
                continue;
            }
            return Err(format!("{name}: the manifest of an image is missing"));
        };
        if manifest.get("manifests").is_some() && depth < DEEPEST {
            index(manifest, place, marks, depth + 1, out)?;
        } else if manifest.get("layers").is_some() {
            out.push(list(manifest, "layers").iter().map(blob).collect());
        } else {
            return Err(format!("{name}: neither an image nor an index of images"));
        }
    }
    Ok(())
}

/// The place of a file in its layer, without `./`; members of archives in it do not count.
fn inside<'a>(name: &'a str, layer: &str) -> Option<&'a str> {
    let rest = name.strip_prefix(layer)?.strip_prefix('!')?;
    Some(rest.split('!').next().unwrap_or(rest))
}

/// A path as layers are compared by: without `./` and `/` at its front.
fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/')
}

/// Which files of which layers are there.
#[derive(Default)]
pub struct Tree {
    layers: Vec<BTreeSet<String>>,
}

impl Tree {
    /// The files of the layers, out of the names of all files.
    pub fn of(layers: &[String], names: &BTreeSet<String>) -> Self {
        let files = |layer: &String| {
            let start = format!("{layer}!");
            let own = names.range(start.clone()..).take_while(|name| name.starts_with(&start));
            own.filter_map(|name| inside(name, layer)).map(|path| plain(path).to_owned()).collect()
        };
        Self { layers: layers.iter().map(files).collect() }
    }

    /// Whether a file of a layer is seen, under all layers above it.
    pub fn sees(&self, layer: usize, path: &str) -> bool {
        !self.layers.iter().skip(layer + 1).any(|above| hides(above, plain(path)))
    }
}

fn hides(layer: &BTreeSet<String>, path: &str) -> bool {
    if layer.contains(path) || layer.contains(OPAQUE) {
        return true;
    }
    let cuts = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    cuts.filter_map(|end| path.get(..end)).any(|part| {
        let (folder, name) = part.rsplit_once('/').map_or(("", part), |(f, n)| (f, n));
        let slash = if folder.is_empty() { "" } else { "/" };
        let opaque = part.len() < path.len() && layer.contains(&format!("{part}/{OPAQUE}"));
        // A file where the lower layer had a folder takes the folder's place.
        opaque
            || layer.contains(part)
            || layer.contains(&format!("{folder}{slash}{WHITEOUT}{name}"))
    })
}

/// The layer of an image that a file lies in, and its place there.
pub fn layer_of<'a>(name: &'a str, layers: &[String]) -> Option<(usize, &'a str)> {
    layers.iter().enumerate().rev().find_map(|(n, layer)| Some((n, inside(name, layer)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_layers_hide_what_lies_below() {
        let names = ["0!etc/a", "0!etc/b", "0!opt/x/y", "0!srv/q", "0!kept/k", "0!old/f"];
        let above = ["1!etc/a", "1!etc/.wh.b", "1!opt/.wh..wh..opq", "1!.wh.srv", "1!./old"];
        let names = names.iter().chain(&above).map(|n| (*n).to_owned()).collect();
        let tree = Tree::of(&["0".to_owned(), "1".to_owned()], &names);
        for hidden in ["etc/a", "etc/b", "opt/x/y", "srv/q", "./old/f"] {
            assert!(!tree.sees(0, hidden), "{hidden}");
        }
        assert!(tree.sees(0, "kept/k") && tree.sees(1, "etc/a"));
    }

    #[test]
    fn the_same_layer_may_be_used_twice() {
        let layers = ["a".to_owned(), "b".to_owned(), "a".to_owned()];
        assert_eq!(layer_of("a!etc/x!y", &layers), Some((2, "etc/x")));
    }
}
