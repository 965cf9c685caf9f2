//! Images of containers: what the topmost layers let through is there, and nothing else.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use inventories::Pile;
use model::component::Component;
use serde_json::json;

fn status(packages: &[(&str, &str)]) -> String {
    let one = |(name, version): &(&str, &str)| {
        format!("Package: {name}\nStatus: install ok installed\nVersion: {version}\n\n")
    };
    packages.iter().map(one).collect()
}

fn pile(files: &[(&str, &str)]) -> Pile {
    let mut pile = Pile::default();
    for (name, text) in files {
        pile.file(name, text.as_bytes());
    }
    pile
}

/// Package URLs of all components, sorted.
fn labels(pile: Pile) -> Result<Vec<String>, String> {
    let lists = pile.finish()?;
    let mut all: Vec<String> =
        lists.iter().flat_map(|list| &list.components).map(Component::label).collect();
    all.sort();
    Ok(all)
}

const BOOKWORM: &str = "ID=debian\nVERSION_ID=\"12\"\n";

#[test]
fn upper_layers_replace_and_remove_what_lies_below() {
    let manifest = json!([{"Config": "c.json", "Layers": ["a/layer.tar", "b/layer.tar"]}]);
    let (low, high) = (status(&[("old", "1.0"), ("tool", "1.0")]), status(&[("tool", "2.0")]));
    let lock = "[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n";
    let files = [
        ("i.tar!a/layer.tar!var/lib/dpkg/status", low.as_str()),
        ("i.tar!a/layer.tar!var/lib/dpkg/status-old", low.as_str()),
        ("i.tar!a/layer.tar!usr/lib/os-release", BOOKWORM),
        ("i.tar!a/layer.tar!app/Cargo.lock", lock),
        ("i.tar!a/layer.tar!gone/Cargo.lock", lock),
        ("i.tar!b/layer.tar!./var/lib/dpkg/status", high.as_str()),
        ("i.tar!b/layer.tar!.wh.gone", ""),
        ("i.tar!manifest.json", &manifest.to_string()),
    ];
    let seen = labels(pile(&files)).unwrap();
    assert_eq!(seen, ["pkg:cargo/serde@1.0.0", "pkg:deb/debian/tool@2.0?distro=debian-12"]);
}

#[test]
fn an_index_of_oci_leads_to_its_layers() {
    let index = json!({"schemaVersion": 2, "manifests": [
        {"digest": "sha256:11", "annotations": {"vnd.docker.reference.type": "attestation-manifest"}},
        {"digest": "sha256:22", "mediaType": "application/vnd.oci.image.index.v1+json"}]});
    let inner = json!({"manifests": [{"digest": "sha256:33", "platform": {"os": "linux"}}]});
    let image = json!({"config": {}, "layers": [{"digest": "sha256:aa"}, {"digest": "sha256:bb"}]});
    let apk = "P:tool\nV:1.0-r0\nA:x86_64\n\n";
    let (index, inner, image) = (index.to_string(), inner.to_string(), image.to_string());
    let files = [
        ("img/oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}"),
        ("img/index.json", index.as_str()),
        ("img/blobs/sha256/22", inner.as_str()),
        ("img/blobs/sha256/33", image.as_str()),
        ("img/blobs/sha256/aa!lib/apk/db/installed", apk),
        ("img/blobs/sha256/aa!etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
        ("img/blobs/sha256/aa!opt/x/go.sum", "example.com/m v1.0.0 h1:x=\n"),
        ("img/blobs/sha256/bb!opt/.wh..wh..opq", ""),
    ];
    let seen = labels(pile(&files)).unwrap();
    assert_eq!(seen, ["pkg:apk/alpine/tool@1.0-r0?arch=x86_64&distro=alpine-3.18.4"]);
    // A layer that was not saved is no empty one.
    let cut: Vec<(&str, &str)> = files.iter().filter(|f| !f.0.contains("/bb!")).copied().collect();
    assert!(
        labels(pile(&cut)).unwrap_err().contains("sha256/bb: the layer of an image is missing")
    );
    // One that was opened and holds no file is.
    let mut empty = pile(&cut);
    empty.archive("img/blobs/sha256/bb");
    assert_eq!(labels(empty).unwrap().len(), 2);
    let cut: Vec<(&str, &str)> = files.iter().filter(|f| !f.0.ends_with("/33")).copied().collect();
    assert!(labels(pile(&cut)).unwrap_err().contains("manifest of an image is missing"));
}

#[test]
fn a_folder_of_a_system_names_its_distribution() {
    let text = status(&[("tool", "1.0")]);
    let files = [
        ("host/var/lib/dpkg/status", text.as_str()),
        ("host/etc/os-release", "ID=ubuntu\nVERSION_ID=\"22.04\"\n"),
        ("other/var/lib/dpkg/status", text.as_str()),
    ];
    let seen = labels(pile(&files)).unwrap();
    assert_eq!(seen, ["pkg:deb/debian/tool@1.0", "pkg:deb/ubuntu/tool@1.0?distro=ubuntu-22.04"]);
}

#[test]
fn what_is_broken_in_an_image_counts_only_where_it_is_a_list() {
    let manifest = json!([{"Layers": ["a.tar"]}]).to_string();
    let text = status(&[("tool", "1.0")]);
    let files = [
        ("i.tar!a.tar!var/lib/dpkg/status", text.as_str()),
        ("i.tar!manifest.json", manifest.as_str()),
    ];
    let mut page = pile(&files);
    page.broken("i.tar!a.tar!usr/share/man/a.xz", "is packed by xz");
    assert_eq!(labels(page).unwrap().len(), 1);
    let mut layer = pile(&files);
    layer.broken("i.tar!a.tar", "breaks off");
    assert!(labels(layer).unwrap_err().contains("breaks off"));
    let mut lock = pile(&files);
    lock.file("i.tar!a.tar!app/Cargo.lock", b"[[package");
    assert!(labels(lock).unwrap_err().contains("app/Cargo.lock: cargo.lock: broken TOML"));
    let mut journal = pile(&files);
    journal.file("i.tar!a.tar!var/lib/rpm/rpmdb.sqlite-wal", b"7");
    assert!(labels(journal).unwrap_err().contains("rpm -qa"));
}
