//! Package URLs: canonical forms, refusals, and that writing and reading agree.

use proptest::prelude::*;
use versions::Purl;

/// Package URLs as some write them, and their canonical forms.
const FORMS: &[(&str, &str)] = &[
    ("pkg:npm/%40scope/Name@1.0.0", "pkg:npm/%40scope/Name@1.0.0"),
    ("pkg:npm/@scope/name", "pkg:npm/%40scope/name"),
    ("pkg:npm/@scope/name@1.0.0", "pkg:npm/%40scope/name@1.0.0"),
    ("PKG:PyPI/My_Package@1.0RC1", "pkg:pypi/my-package@1.0rc1"),
    (
        "pkg://maven/org.example/lib@1.0?type=jar&classifier=",
        "pkg:maven/org.example/lib@1.0?type=jar",
    ),
    (
        "pkg:deb/Debian/Curl@1:7.50.3-1+b1?distro=jessie&arch=i386",
        "pkg:deb/debian/curl@1:7.50.3-1%2Bb1?arch=i386&distro=jessie",
    ),
    ("pkg:golang/example.com/a/b@v1.0.0#/x/./../y/", "pkg:golang/example.com/a/b@v1.0.0#x/y"),
    (
        "pkg:oci/Image@sha256:AB?repository_url=r.example/x",
        "pkg:oci/image@sha256:ab?repository_url=r.example%2Fx",
    ),
    ("pkg:cpan/author/Dist-Name@1.0", "pkg:cpan/AUTHOR/Dist-Name@1.0"),
    ("pkg:generic/a%20b", "pkg:generic/a%20b"),
    ("pkg:pub/Some-Thing", "pkg:pub/some_thing"),
    ("pkg:golang/stdlib@1.21.3", "pkg:golang/stdlib@1.21.3"),
    ("pkg:githubactions/actions/checkout@v4", "pkg:githubactions/actions/checkout@v4"),
    ("pkg:otp/Crypto@5.1#Src", "pkg:otp/crypto@5.1#src"),
    ("pkg:huggingface/org/Model@AB12", "pkg:huggingface/org/Model@ab12"),
    ("pkg:vscode-extension/Publisher/Name@1.0.0", "pkg:vscode-extension/publisher/name@1.0.0"),
    ("pkg:brew/PostgreSQL%4012", "pkg:brew/postgresql%4012"),
    ("pkg:hackage/some_thing@1", "pkg:hackage/some-thing@1"),
    ("pkg:/maven/org.example/io", "pkg:maven/org.example/io"),
    ("pkg:///maven/org.example/io", "pkg:maven/org.example/io"),
    (
        "pkg:generic/lib@1?checksum=sha1:ad9503c3,sha256:41bf9088",
        "pkg:generic/lib@1?checksum=sha1:ad9503c3%2Csha256:41bf9088",
    ),
    (
        "pkg:npm/lib@1?vcs_url=git://host.example/lib.git%404345abc",
        "pkg:npm/lib@1?vcs_url=git:%2F%2Fhost.example%2Flib.git%404345abc",
    ),
    ("pkg:generic/a?b=1&c=2&a=3", "pkg:generic/a?a=3&b=1&c=2"),
    ("pkg:generic/a?calc=2%2B1%3D3&u=%255B", "pkg:generic/a?calc=2%2B1%3D3&u=%255B"),
    ("pkg:cocoapods/Utilities@7.5#Data+zlib", "pkg:cocoapods/Utilities@7.5#Data%2Bzlib"),
    ("pkg:gem/launcher@1.1.2?Platform=java", "pkg:gem/launcher@1.1.2?platform=java"),
    (
        "pkg:Rpm/Fedora/Curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25",
        "pkg:rpm/fedora/Curl@7.50.3-1.fc25?arch=i386&distro=fedora-25",
    ),
    (
        "pkg:mlflow/CreditFraud@3?repository_url=https://adb-1.azuredatabricks.net/api",
        "pkg:mlflow/creditfraud@3?repository_url=https:%2F%2Fadb-1.azuredatabricks.net%2Fapi",
    ),
    (
        "pkg:mlflow/CreditFraud@3?repository_url=https://westus2.api.azureml.ms/mlflow",
        "pkg:mlflow/CreditFraud@3?repository_url=https:%2F%2Fwestus2.api.azureml.ms%2Fmlflow",
    ),
    ("pkg:docker/customer/image@sha256%3A244f", "pkg:docker/customer/image@sha256:244f"),
    ("pkg:alpm/Arch/Pacman@6.0.1-1", "pkg:alpm/arch/pacman@6.0.1-1"),
    ("pkg:composer/Laravel/Laravel@5.5.0", "pkg:composer/laravel/laravel@5.5.0"),
    ("pkg:bitbucket/Birkenfeld/Pygments@244f", "pkg:bitbucket/birkenfeld/pygments@244f"),
    ("pkg:qpkg/Blackberry/com.QNX.SDK@1", "pkg:qpkg/blackberry/com.QNX.SDK@1"),
    ("pkg:luarocks/Hisham/Luafilesystem@1.8.0-1", "pkg:luarocks/hisham/luafilesystem@1.8.0-1"),
    (
        "pkg:swift/github.com/Alamofire/Alamofire@5.4.3",
        "pkg:swift/github.com/Alamofire/Alamofire@5.4.3",
    ),
    ("pkg:conda/absl-py@0.4.1?channel=main", "pkg:conda/absl-py@0.4.1?channel=main"),
    ("pkg:bitnami/WordPress@6.2.0?arch=arm64", "pkg:bitnami/wordpress@6.2.0?arch=arm64"),
];

#[test]
fn canonical_forms() {
    for (given, canonical) in FORMS.iter().copied() {
        let purl = Purl::parse(given).unwrap_or_else(|e| panic!("{given}: {e}"));
        assert_eq!(purl.to_string(), canonical);
        assert_eq!(Purl::parse(canonical).as_ref(), Ok(&purl));
    }
}

#[test]
fn what_is_none_is_refused() {
    for text in [
        "",
        "npm/a@1",
        "http:npm/a",
        "pkg:npm",
        "pkg:npm/",
        "pkg:n&m/a",
        "pkg:3npm/a",
        "pkg:maven/lib@1.0",
        "pkg:cargo/space/name@1",
        "pkg:npm/a?x y=1",
        "pkg:npm/a?k=1&K=2",
        "pkg:swift/Alone@1",
        "pkg:julia/Dates@1.9.0",
        "pkg:generic/a%FF",
        "pkg:npm/a?novalue",
        "pkg:conan/lib@1.0?channel=stable",
        "pkg:cpan/Some::Module@1",
        "pkg:chrome-extension/short@1.0",
        "pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnop@1.0.0.0.0",
        "pkg:composer/alone@1",
        "pkg:swid/Example@1",
        "pkg:cran/@0.9.1",
        "pkg:maven/org.example/@1.0",
        "EnterpriseLibrary.Common@6.0",
        "pkg:EnterpriseLibrary.Common@6.0",
        "pkg:n&g?inx/nginx@0.8.9",
        "pkg:nginx:a/nginx@0.8.9",
        "pkg%3Amaven/org.example/io",
        "pkg:npm/a@1?in%20production=true",
        "pkg:golang/a#b%2Fc",
    ] {
        assert!(Purl::parse(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_round_trips(text in "(pkg:)?[a-z%@/?#&=:.]{0,40}|.{0,40}") {
        if let Ok(purl) = Purl::parse(&text) {
            prop_assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
        }
    }

    #[test]
    fn parts_of_any_letters_round_trip(name in "\\PC{1,20}", version in "\\PC{0,20}", value in "\\PC{0,20}") {
        let name = name.trim_matches('/');
        prop_assume!(!name.is_empty());
        let mut purl = Purl::new("generic", "a/b", name, &version).unwrap();
        if !value.is_empty() {
            purl.qualifiers.push(("key".to_owned(), value));
        }
        prop_assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
    }
}
