//! Lists of components: any bytes under any name are a list, an error in words, or nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use versions::Purl;

/// Names by which lists are recognised.
const NAMES: &[&str] = &[
    "bom.json",
    "bom.xml",
    "bom.spdx",
    "Cargo.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "Pipfile.lock",
    "poetry.lock",
    "requirements.txt",
    "go.sum",
    "go.mod",
    "pom.xml",
    "gradle.lockfile",
    "Gemfile.lock",
    "composer.lock",
    "packages.lock.json",
    "packages.config",
    "pubspec.lock",
    "mix.lock",
    "bun.lock",
    "Shop.deps.json",
    "paket.lock",
    "Package.resolved",
    "Podfile.lock",
    "conan.lock",
    "renv.lock",
    "cabal.project.freeze",
    "dependency-tree.txt",
    "dependency-tree.json",
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "rpm-qa.txt",
    "var/lib/rpm/rpmdb.sqlite",
    "var/lib/rpm/Packages.db",
    "var/lib/rpm/Packages",
    "a-1.dist-info/METADATA",
    "node_modules/a/package.json",
    "specifications/a-1.gemspec",
    "a.jar!META-INF/MANIFEST.MF",
    "a.jar!META-INF/maven/g/a/pom.properties",
    "usr/bin/program",
];

fuzz_target!(|data: &[u8]| {
    let (which, bytes) = fuzz::step_and_rest(data);
    let name = NAMES[which % NAMES.len()];
    inventories::may_be(name, bytes);
    match inventories::read(name, bytes) {
        Some(Ok(inventory)) => {
            for component in &inventory.components {
                // What is looked up must be what is written into reports.
                if let Some(purl) = &component.purl {
                    assert_eq!(Purl::parse(&purl.to_string()).as_ref(), Ok(purl));
                }
            }
        }
        Some(Err(why)) => assert!(!why.is_empty(), "an error says why"),
        None => {}
    }
});
