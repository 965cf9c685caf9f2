//! What each kind of file tells, and that the book gives back what was put into it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use advisories::{Book, Builder, Content, read};
use serde_json::{Value, json};
use versions::Package;

fn csaf() -> Value {
    json!({
        "document": {"csaf_version": "2.0", "category": "csaf_vex"},
        "product_tree": {
            "branches": [{"category": "product_version", "name": "2.3.0", "product": {
                "product_id": "P1", "name": "render 2.3.0",
                "product_identification_helper": {"purl": "pkg:npm/%40example/render@2.3.0"}}}],
            "relationships": [{"product_reference": "P1", "relates_to_product_reference": "P0",
                "full_product_name": {"product_id": "P0:P1", "name": "render in shop"}}]
        },
        "vulnerabilities": [{"cve": "CVE-2026-99001",
            "flags": [{"label": "vulnerable_code_not_present"}],
            "product_status": {"known_not_affected": ["P0:P1"], "known_affected": ["P9"]}}]
    })
}

fn osv() -> Value {
    json!([
        {"id": "EX-1", "modified": "2026-05-01T00:00:00Z", "aliases": ["CVE-2026-99001"],
         "database_specific": {"severity": "HIGH"},
         "affected": [{"package": {"ecosystem": "Debian:12", "name": "example"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:2.3-2"}]}],
            "versions": ["1:2.3-1"]}]},
        {"id": "EX-2", "modified": "2026-05-02T00:00:00Z", "withdrawn": "2026-05-03T00:00:00Z",
         "affected": [{"package": {"ecosystem": "Debian:12", "name": "example"}}]}
    ])
}

#[test]
fn statements_of_csaf_are_tied_to_package_urls() {
    let Some(Ok(Content::Statements(all))) = read("a.json", csaf().to_string().as_bytes()) else {
        panic!("not read")
    };
    let [first, second] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (first.status.as_str(), first.why.as_str()),
        ("not_affected", "vulnerable_code_not_present")
    );
    assert_eq!(first.products, ["pkg:npm/%40example/render@2.3.0"]);
    assert_eq!(
        (second.status.as_str(), second.products.as_slice()),
        ("affected", &["P9".to_owned()][..])
    );
}

#[test]
fn the_book_gives_back_what_was_put_in() {
    let mut builder = Builder::default();
    let Some(Ok(content)) = read("a.json", osv().to_string().as_bytes()) else {
        panic!("not read")
    };
    let Content::Advisories(given) = content.clone() else { panic!("{content:?}") };
    builder.add(content);
    // Again, as from a second folder: each id counts once.
    builder.add(Content::Advisories(given.clone()));
    // An older copy of what was taken back since: it stays away.
    let older = json!({"id": "EX-2", "modified": "2026-05-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "Debian:12", "name": "example"}}]});
    builder.add(read("b.json", older.to_string().as_bytes()).unwrap().unwrap());
    let epss = b"#model\ncve,epss,percentile\nCVE-2026-99001,0.25,0.9\n";
    builder.add(read("e.csv", epss).unwrap().unwrap());
    let kev = json!({"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-99001", "dateAdded": "2026-05-04"}]});
    builder.add(read("k.json", kev.to_string().as_bytes()).unwrap().unwrap());
    let book = Book::of(builder.finish("")).unwrap();
    assert_eq!((book.facts().total, book.facts().newest.as_str()), (2, "2026-05-02T00:00:00Z"));
    let back = book.advisories(&Package::named("Debian", "example")).unwrap();
    assert_eq!(back, given.get(..1).unwrap(), "what was withdrawn is left out");
    let known = book.known("cve-2026-99001").unwrap();
    assert_eq!((known.kev.as_deref(), known.epss), (Some("2026-05-04"), Some(0.25)));
    assert_eq!(book.advisories(&Package::named("npm", "example")).unwrap(), []);
}

#[test]
fn a_byte_that_is_wrong_is_an_error_or_changes_nothing() {
    let mut builder = Builder::default();
    builder.add(read("a.json", osv().to_string().as_bytes()).unwrap().unwrap());
    let image = builder.finish("");
    let package = Package::named("Debian", "example");
    let known = Book::of(image.clone()).unwrap().advisories(&package).unwrap();
    assert_eq!(known.len(), 1);
    for at in 0..image.len() {
        for bit in [1u8, 0x80] {
            let mut bytes = image.clone();
            *bytes.get_mut(at).unwrap() ^= bit;
            let said = Book::of(bytes).and_then(|book| book.advisories(&package));
            assert!(said.is_err() || said.as_ref() == Ok(&known), "byte {at}: {said:?}");
        }
        let cut = Book::of(image.get(..at).unwrap().to_vec());
        assert!(cut.is_err(), "cut at {at}");
    }
}

#[test]
fn ratings_and_events_are_read_as_publishers_write_them() {
    let text = json!({"id": "EX-3", "modified": "2026-05-01T00:00:00Z",
        "severity": [{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:P/I:P/A:P"},
            {"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}],
        "affected": [
            {"package": {"ecosystem": "Debian:12", "name": "a"}, "ecosystem_specific": {"urgency": "unimportant"},
             "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"limit": "*"}]}]},
            {"package": {"ecosystem": "Ubuntu:22.04:LTS", "name": "a"},
             "severity": [{"type": "Ubuntu", "score": "medium"}], "database_specific": ["odd"],
             "ranges": [{"type": "GIT", "repo": "https://git.example/a", "events": [{"introduced": "0"}]}]}]});
    let Some(Ok(Content::Advisories(all))) = read("a.json", text.to_string().as_bytes()) else {
        panic!("not read")
    };
    let [advisory] = all.as_slice() else { panic!("{all:?}") };
    assert!(advisory.cvss.first().unwrap().starts_with("CVSS:4.0/"), "the newest standard first");
    let [debian, ubuntu] = advisory.affected.as_slice() else { panic!("{advisory:?}") };
    assert_eq!((debian.rating.as_str(), debian.ranges.len()), ("unimportant", 1));
    assert_eq!((ubuntu.rating.as_str(), ubuntu.ranges.len()), ("medium", 0));
}

#[test]
fn what_is_broken_is_an_error_and_what_is_something_else_is_none() {
    assert!(read("a.json", b"{\"id\": \"EX-1\", ").unwrap().is_err());
    assert!(read("a.json", b"").unwrap().is_err());
    assert!(read("e.csv", b"cve,epss,percentile\nCVE-1,2.5,0\n").unwrap().is_err());
    assert!(read("LICENSE", b"Permission is hereby granted").is_none());
    assert!(read("a.json", b"{\"hello\": 1}").is_none());
    for text in [osv().to_string(), csaf().to_string()] {
        for end in 0..text.len() {
            let _any = read("a.json", text.as_bytes().get(..end).unwrap());
        }
    }
}
