//! The gate on images of containers: real archives with packed layers.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::yagura;

/// A tar archive of files.
fn tar(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn status(version: &str) -> Vec<u8> {
    format!("Package: libexample\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n")
        .into_bytes()
}

/// Exit code and verdict.
fn check(folder: &Path, image: &str) -> (i32, Value) {
    let advisory = json!({"id": "EX-1", "modified": "2026-05-01T00:00:00Z",
        "database_specific": {"severity": "HIGH"},
        "affected": [{"package": {"ecosystem": "Debian:12", "name": "libexample"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0-1"}]}]},
            {"package": {"ecosystem": "Debian:13", "name": "libexample"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.0-1"}]}]}]});
    let osv = folder.join("osv.json");
    std::fs::write(&osv, advisory.to_string()).unwrap();
    let (image, osv) = (folder.join(image), osv.to_str().unwrap().to_owned());
    let image = image.to_str().unwrap();
    let output = yagura(&[
        "gate",
        "check",
        "--quiet",
        "--format",
        "json",
        "--sbom",
        image,
        "--advisories",
        &osv,
        "--now",
        "2026-05-02",
    ]);
    let verdict = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), verdict)
}

#[test]
fn an_image_is_judged_by_what_its_last_layer_left() {
    let folder = tempfile::tempdir().unwrap();
    let base = tar(&[
        ("usr/lib/os-release", b"ID=debian\nVERSION_ID=\"12\"\n".to_vec()),
        ("var/lib/dpkg/status", status("1.0-1")),
        ("usr/share/doc/broken.gz", b"\x1f\x8b\x08 no gzip".to_vec()),
        ("usr/bin/program", vec![0; 2 << 20]),
    ]);
    let update = tar(&[("var/lib/dpkg/status", status("2.0-1"))]);
    let docker = |layers: &[&str]| json!([{"Config": "c.json", "Layers": layers}]).to_string();
    let write = |name: &str, layers: &[&str]| {
        let image = tar(&[
            ("a/layer.tar", base.clone()),
            ("b/layer.tar", gzip(&update)),
            ("manifest.json", docker(layers).into_bytes()),
        ]);
        std::fs::write(folder.path().join(name), image).unwrap();
    };
    write("old.tar", &["a/layer.tar"]);
    write("new.tar", &["a/layer.tar", "b/layer.tar"]);
    write("cut.tar", &["a/layer.tar", "c/layer.tar"]);
    let (code, verdict) = check(folder.path(), "old.tar");
    let purl = "pkg:deb/debian/libexample@1.0-1?arch=amd64&distro=debian-12";
    assert_eq!((code, &verdict["vulnerabilities"][0]["purl"]), (1, &json!(purl)));
    assert_eq!(verdict["vulnerabilities"][0]["fixed_in"], json!(["2.0-1"]));
    let (code, verdict) = check(folder.path(), "new.tar");
    assert_eq!((code, verdict["vulnerabilities"].as_array().map(Vec::len)), (0, Some(0)));
    assert_eq!(verdict["components"]["total"], 1);
    let (code, verdict) = check(folder.path(), "cut.tar");
    assert_eq!(code, 4);
    assert!(
        verdict["reasons"][0]["text"].as_str().unwrap().contains("layer of an image is missing")
    );
}
