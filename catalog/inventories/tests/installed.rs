//! What is installed in images and folders, by the files that package managers leave behind.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::io::Write as _;

use inventories::Pile;
use model::component::Component;
use serde_json::json;

fn labels(files: &[(&str, &[u8])]) -> Vec<String> {
    let mut pile = Pile::default();
    for (name, bytes) in files {
        for (at, _) in name.match_indices('!') {
            pile.archive(name.split_at(at).0);
        }
        pile.file(name, bytes);
    }
    let lists = pile.finish().unwrap();
    let mut all: Vec<String> =
        lists.iter().flat_map(|list| &list.components).map(Component::label).collect();
    all.sort();
    all
}

#[test]
fn files_of_package_managers_are_read() {
    let site = "app/lib/python3.12/site-packages";
    let metadata = format!("{site}/Example_Lib-1.2.0.dist-info/METADATA");
    let egg = format!("{site}/old.egg-info/PKG-INFO");
    let odd = format!("{site}/odd-1.dist-info/METADATA");
    let files: [(&str, &[u8]); 12] = [
        (&metadata, b"Metadata-Version: 2.1\nName: Example_Lib\nVersion: 1.2.0\n\nName: body\n"),
        (&egg, b"Name: old\r\nVersion: 0.9\r\n"),
        (&odd, b"nothing of use\n"),
        ("app/node_modules/left/package.json", br#"{"name": "left", "version": "1.0.0"}"#),
        (
            "app/node_modules/@example/render/package.json",
            br#"{"name":"@example/render","version":"2.3.0"}"#,
        ),
        ("app/node_modules/left/esm/package.json", br#"{"name": "none", "version": "9"}"#),
        ("app/node_modules/left/node_modules/mark/package.json", br#"{"type": "module"}"#),
        ("app/node_modules/broken/package.json", b"{"),
        ("app/package.json", br#"{"name": "own", "version": "1.0.0"}"#),
        (
            "usr/lib/ruby/gems/3.3.0/specifications/rake-13.0.6.gemspec",
            b"# -*- encoding: utf-8 -*-\n# stub: rake 13.0.6 ruby lib\n",
        ),
        (
            "usr/lib/ruby/gems/3.3.0/specifications/default/json-2.7.1.gemspec",
            b"Gem::Specification.new do |s|\n  s.name = \"json\".freeze\n  s.version = \"2.7.1\"\n",
        ),
        (
            "app/own.gemspec",
            b"Gem::Specification.new do |s|\n  s.name = 'own'\n  s.version = '1'\n",
        ),
    ];
    assert_eq!(
        labels(&files),
        [
            "broken",
            "odd-1.dist-info",
            "pkg:gem/json@2.7.1",
            "pkg:gem/rake@13.0.6",
            "pkg:npm/%40example/render@2.3.0",
            "pkg:npm/left@1.0.0",
            "pkg:pypi/example-lib@1.2.0",
            "pkg:pypi/old@0.9",
        ]
    );
}

#[test]
fn archives_of_java_are_read_into_their_depth() {
    let files: [(&str, &[u8]); 7] = [
        ("app.war!WEB-INF/lib/core-1.2.jar!META-INF/maven/org.example/core/pom.properties",
            b"#Generated\ngroupId=org.example\nartifactId=core\nversion=1.2.3\n"),
        ("app.war!WEB-INF/lib/core-1.2.jar!META-INF/MANIFEST.MF",
            b"Bundle-SymbolicName: org.wrong.core\nBundle-Version: 9\n"),
        ("app.war!WEB-INF/lib/web-util-5.0.1.jar!META-INF/MANIFEST.MF",
            b"Manifest-Version: 1.0\r\nBundle-SymbolicName: org.example.\r\n web-util;singleton\r\n"),
        ("app.war!WEB-INF/lib/tools-2.0.jar!META-INF/MANIFEST.MF",
            b"Implementation-Vendor-Id: com.example.tools\nImplementation-Version: 2.0\n"),
        ("app.war!WEB-INF/lib/plain-3.1.jar!META-INF/MANIFEST.MF", b"Created-By: example\n"),
        ("app.war!WEB-INF/lib/silent-7.0.jar!org/example/A.class", b"\xca\xfe\xba\xbe\0"),
        ("shaded.jar!META-INF/maven/org.example/inner/pom.properties",
            b"version=4.5\r\ngroupId=org.example\r\nartifactId=inner\r\n"),
    ];
    assert_eq!(
        labels(&files),
        [
            "pkg:maven/com.example.tools/tools@2.0",
            "pkg:maven/org.example/core@1.2.3",
            "pkg:maven/org.example/inner@4.5",
            "pkg:maven/org.example/web-util@5.0.1",
            "plain@3.1",
            "silent@7.0",
        ]
    );
}

/// Seven bits a byte, the lowest first.
fn length(mut n: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while n > 0x7f {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

/// A program as Go's linker writes it: the mark, the version, and the modules between two marks.
fn program_of_go(version: &str, modules: &str) -> Vec<u8> {
    let mut out = b"\x7fELF\x02\x01\x01".to_vec();
    out.resize(64, 0);
    out.extend(b"\xff Go buildinf:\x08\x02");
    out.resize(96, 0);
    out.extend(length(version.len()));
    out.extend(version.as_bytes());
    let marks =
        [0x30, 0x77, 0xaf, 0x0c, 0x92, 0x74, 8, 2, 0x41, 0xe1, 0xc1, 7, 0xe6, 0xd6, 0x18, 0xe6];
    let list = [&marks[..], modules.as_bytes(), &marks[..]].concat();
    out.extend(length(list.len()));
    out.extend(list);
    out
}

/// A program of 64 bits with one section.
fn program_with(section: &str, content: &[u8]) -> Vec<u8> {
    let names = format!("\0{section}\0.shstrtab\0");
    let (start, texts) = (64usize, 64 + content.len());
    let table = texts + names.len();
    let mut out = b"\x7fELF\x02\x01\x01".to_vec();
    out.resize(0x28, 0);
    out.extend((table as u64).to_le_bytes());
    out.resize(0x3a, 0);
    out.extend([64, 0, 3, 0, 2, 0]);
    out.extend(content);
    out.extend(names.as_bytes());
    let mut header = |name: u32, at: usize, size: usize| {
        let mut one = name.to_le_bytes().to_vec();
        one.resize(0x18, 0);
        one.extend((at as u64).to_le_bytes());
        one.extend((size as u64).to_le_bytes());
        one.resize(64, 0);
        out.extend(one);
    };
    header(0, 0, 0);
    header(1, start, content.len());
    header(2 + section.len() as u32, texts, names.len());
    out
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn programs_tell_what_was_built_into_them() {
    let go = program_of_go(
        "go1.22.3",
        "path\texample.com/shop\nmod\texample.com/shop\t(devel)\t\n\
         dep\texample.com/lib/render\tv1.2.0\th1:x=\n\
         dep\texample.com/old\tv0.1.0\n=>\texample.com/new\tv0.2.0\th1:y=\n\
         dep\texample.com/here\tv0.0.0\n=>\t./here\t(devel)\n\
         build\t-compiler=gc\n",
    );
    let crates = json!({"packages": [
        {"name": "serde", "version": "1.0.0", "source": "crates.io"},
        {"name": "cc", "version": "1.0.1", "source": "crates.io", "kind": "build"},
        {"name": "shop", "version": "0.1.0", "source": "local", "root": true}]});
    let rust = program_with(".dep-v0", &packed(&crates.to_string()));
    let damaged = program_with(".dep-v0", b"no zlib");
    let mut old = program_of_go("", "");
    *old.get_mut(64 + 15).unwrap() = 0;
    let files: [(&str, &[u8]); 5] = [
        ("usr/bin/shop", &go),
        ("usr/bin/tool", &rust),
        ("usr/bin/damaged", &damaged),
        ("usr/bin/old", &old),
        ("usr/bin/c", &program_with(".text", b"\x90")),
    ];
    assert_eq!(
        labels(&files),
        [
            "damaged",
            "old",
            "pkg:cargo/serde@1.0.0",
            "pkg:golang/example.com/lib/render@v1.2.0",
            "pkg:golang/example.com/new@v0.2.0",
            "pkg:golang/stdlib@1.22.3",
        ]
    );
    // Cut anywhere, they do no harm.
    for program in [&go, &rust] {
        for end in 0..program.len() {
            let _any = inventories::read("usr/bin/x", program.get(..end).unwrap());
        }
    }
}

#[test]
fn what_the_distribution_installed_is_looked_up_there() {
    let manifest = json!([{"Layers": ["a", "b"]}]).to_string();
    let status = b"Package: python3-six\nStatus: install ok installed\nVersion: 1.16.0-4\n\n";
    let metadata = |name: &str| format!("Name: {name}\nVersion: 1.0\n\n").into_bytes();
    let (six, own) = (metadata("six"), metadata("own"));
    let files: [(&str, &[u8]); 6] = [
        ("i!manifest.json", manifest.as_bytes()),
        ("i!a!var/lib/dpkg/status", status),
        (
            "i!a!var/lib/dpkg/info/python3-six.list",
            b"/.\n/usr/lib/python3/dist-packages/six-1.dist-info/METADATA\n/usr/share/java/x.jar\n",
        ),
        ("i!b!usr/lib/python3/dist-packages/six-1.dist-info/METADATA", &six),
        ("i!b!usr/local/lib/python3.12/dist-packages/own-1.dist-info/METADATA", &own),
        ("i!b!usr/share/java/x.jar!META-INF/MANIFEST.MF", b"Implementation-Version: 1\n"),
    ];
    assert_eq!(labels(&files), ["pkg:deb/debian/python3-six@1.16.0-4", "pkg:pypi/own@1.0"]);
    let installed = b"P:py3-six\nV:1.16.0-r9\nF:usr/lib/python3.12/site-packages/six-1.dist-info\nR:METADATA\n\n";
    let files: [(&str, &[u8]); 2] = [
        ("root/lib/apk/db/installed", installed),
        ("root/usr/lib/python3.12/site-packages/six-1.dist-info/METADATA", &six),
    ];
    assert_eq!(labels(&files), ["pkg:apk/alpine/py3-six@1.16.0-r9"]);
}

#[test]
fn what_an_upper_layer_took_away_is_not_installed() {
    let manifest = json!([{"Layers": ["a", "b"]}]).to_string();
    let files: [(&str, &[u8]); 4] = [
        ("i!manifest.json", manifest.as_bytes()),
        ("i!a!app/node_modules/left/package.json", br#"{"name":"left","version":"1.0.0"}"#),
        ("i!a!app/node_modules/right/package.json", br#"{"name":"right","version":"1.0.0"}"#),
        ("i!b!app/node_modules/.wh.left", b""),
    ];
    assert_eq!(labels(&files), ["pkg:npm/right@1.0.0"]);
}

#[test]
fn requirements_take_in_others_and_constraints_say_versions() {
    let files: [(&str, &[u8]); 3] = [
        (
            "app/requirements.txt",
            b"-r sub/requirements-base.txt\n-c constraints.txt\nloose\nother>=2\n-r ../out.txt\n",
        ),
        ("app/sub/requirements-base.txt", b"base==1.0\n-r missing.txt\n"),
        ("app/constraints.txt", b"loose==1.5\nunused==9\n"),
    ];
    let mut pile = Pile::default();
    for (name, bytes) in files {
        pile.file(name, bytes);
    }
    assert_eq!(pile.wanted(), ["app/sub/missing.txt"]);
    assert_eq!(
        labels(&files),
        [
            "-r ../out.txt",
            "-r missing.txt",
            "pkg:pypi/base@1.0",
            "pkg:pypi/loose@1.5",
            "pkg:pypi/other",
        ]
    );
    pile.wanted_file("app/sub/missing.txt", b"found==3.0\n-r requirements-base.txt\n");
    assert!(pile.wanted().is_empty());
    let lists = pile.finish().unwrap();
    let found = lists.iter().flat_map(|list| &list.components).any(|c| c.name == "found");
    assert!(found);
}
