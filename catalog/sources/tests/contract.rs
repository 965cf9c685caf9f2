//! Every source keeps the contract of the shelf (`testkit::contract::sources` says which).

use std::path::Path;

#[test]
fn every_source_keeps_the_contract() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    testkit::contract::sources(&sources::all(), &fixtures);
}
