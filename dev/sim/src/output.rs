//! Lines become files, as the products deliver them; the truth lies beside.
#![allow(clippy::disallowed_methods, reason = "cases are written to folders")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::case::Case;

/// Heads of logs whose first line names their columns.
const FLOW_HEAD: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr \
pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service \
flow-direction traffic-path";

/// Writes `logs/` and `truth.json` into a folder.
pub fn write(case: &Case, folder: &Path) -> std::io::Result<()> {
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in &case.lines {
        files.entry(&line.file).or_default().push(&line.text);
    }
    for (name, lines) in files {
        let path = folder.join("logs").join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut out = Vec::new();
        if name.contains("/CloudTrail/") {
            write!(out, "{{\"Records\":[{}]}}", lines.join(","))?;
        } else {
            if name.contains("/vpcflowlogs/") {
                writeln!(out, "{FLOW_HEAD}")?;
            }
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
        if Path::new(name).extension().is_some_and(|end| end == "gz") {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(&out)?;
            out = packed.finish()?;
        }
        std::fs::write(path, out)?;
    }
    let truth = serde_json::to_string_pretty(&case.truths).unwrap_or_default();
    std::fs::write(folder.join("truth.json"), truth)
}
