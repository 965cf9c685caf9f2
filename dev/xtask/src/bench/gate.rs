//! `cargo xtask bench --gate`: how fast the gate imports advisories, starts, and judges a list.
//!
//! The advisories are made from a seed: OSV's JSON, one file each, in a tar archive.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::{Usage, usage};
use super::random::{number, seed};
use super::table::{Row, Target, commit, machine, table};
use super::{at, release, succeed, target};
use crate::Done;
use crate::tree::root;

/// How many advisories, and of how many packages.
const ADVISORIES: u64 = 200_000;
const PACKAGES: u64 = 50_000;
/// Components of the list.
const COMPONENTS: u64 = 1_000;
/// One component in so many has a version that is affected.
const HIT: u64 = 10;
/// A block of tar, in bytes.
const BLOCK: usize = 512;

/// Builds, makes the data, measures, and prints the table.
pub fn run(repetitions: usize) -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    succeed(Command::new(cargo).current_dir(root()).args([
        "build",
        "--release",
        "-q",
        "-p",
        "yagura",
    ]))?;
    let folder = target().join("bench-gate");
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    let bench = Bench { folder, repetitions };
    let rows = bench.rows()?;
    println!("Machine: {}. Commit: {}.\n\n{}", machine(), commit(), table(&rows));
    match rows.iter().filter(|row| row.missed()).count() {
        0 => Ok(()),
        missed => Err(format!("bench: {missed} targets missed")),
    }
}

struct Bench {
    folder: PathBuf,
    repetitions: usize,
}

impl Bench {
    fn rows(&self) -> Result<Vec<Row>, String> {
        let archive = self.path("advisories.tar");
        let bytes = advisories(Path::new(&archive))?;
        let (hit, sound, one) =
            (self.path("hit.json"), self.path("sound.json"), self.path("one.json"));
        write(&hit, &bom(COMPONENTS, true))?;
        write(&sound, &bom(COMPONENTS, false))?;
        write(&one, &bom(1, false))?;
        let db = self.path("gate.db");
        let import = self.least(&["gate", "db", "import", &archive, "--db", &db])?;
        let start = self.least(&["gate", "compare", "npm", "1.0.0", "2.0.0"])?;
        let check = |bom: &str| {
            let limit = ["--max-age", "100000", "--now", "2026-06-01", "--format", "json"];
            let mut arguments = vec!["gate", "check", "--quiet", "--sbom", bom, "--db", &db];
            arguments.extend(limit);
            self.least(&arguments)
        };
        let (hit, sound, one) = (check(&hit)?, check(&sound)?, check(&one)?);
        let after = (hit.wall - start.wall).max(0.0) * 1e3;
        let lookup = (sound.wall - one.wall).max(0.0) * 1e6 / (COMPONENTS - 1) as f64;
        let image = fs::metadata(&db).map_err(at(Path::new(&db)))?.len();
        Ok(vec![
            Row::new(
                "import, per core",
                ADVISORIES as f64 / import.cpu,
                "advisories/s",
                Target::AtLeast(50_000.0),
            )
            .note(format!("{ADVISORIES} advisories, {} MB", bytes / 1_000_000)),
            Row::fact("import, peak memory", import.memory as f64 / f64::from(1 << 20), "MiB"),
            Row::fact("size of the file", image as f64 / 1e6, "MB"),
            Row::new("start to end of a compare", start.wall * 1e3, "ms", Target::AtMost(20.0)),
            Row::new("check after start", after, "ms", Target::AtMost(50.0))
                .note(format!("{COMPONENTS} components, one in {HIT} affected")),
            Row::new("lookup", lookup, "µs", Target::AtMost(10.0))
                .note("reading the component, the record, and judging it included".to_owned()),
        ])
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// The least of several runs; each must end with 0 or 1.
    fn least(&self, arguments: &[&str]) -> Result<Usage, String> {
        let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        let mut least: Option<Usage> = None;
        for _ in 0..self.repetitions {
            let used = usage(&self.folder.join("out"), &release("yagura"), &arguments)?;
            if used.code > 1 {
                return Err(format!("{arguments:?} ended with {}", used.code));
            }
            least = Some(least.map_or(used, |known| known.least(used)));
        }
        least.ok_or_else(|| "no repetition".to_owned())
    }
}

fn write(path: &str, text: &str) -> Done {
    fs::write(path, text).map_err(at(Path::new(path)))
}

fn name(package: u64) -> String {
    format!("@example-{}/part-{package}", package % 97)
}

/// A list of components; versions are affected where one is to be hit.
fn bom(components: u64, hits: bool) -> String {
    let mut out =
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[".to_owned();
    for n in 0..components {
        let (name, version) =
            (name(n * 37 % PACKAGES), if hits && n % HIT == 0 { "1.0.1" } else { "99.0.0" });
        let comma = if n == 0 { "" } else { "," };
        let purl = name.replace('@', "%40");
        let _ = write!(
            out,
            "{comma}{{\"type\":\"library\",\"name\":\"{name}\",\"version\":\"{version}\",\
             \"purl\":\"pkg:npm/{purl}@{version}\"}}"
        );
    }
    out + "]}"
}

/// Writes the archive; gives its size.
fn advisories(path: &Path) -> Result<u64, String> {
    let file = File::create(path).map_err(at(path))?;
    let mut out = BufWriter::new(file);
    for n in 0..ADVISORIES {
        let text = advisory(n);
        let mut block = header(&format!("EX-{n}.json"), text.len());
        block.extend_from_slice(text.as_bytes());
        block.resize(block.len().next_multiple_of(BLOCK), 0);
        out.write_all(&block).map_err(at(path))?;
    }
    out.write_all(&[0; 2 * BLOCK]).map_err(at(path))?;
    out.flush().map_err(at(path))?;
    Ok(fs::metadata(path).map_err(at(path))?.len())
}

/// An advisory as GitHub's are in OSV, by size and members.
fn advisory(n: u64) -> String {
    let random = number(seed("gate"), n);
    let details = "A request that is not checked may reach what it should not. ".repeat(8);
    format!(
        r#"{{"schema_version":"1.4.0","id":"EX-{n}","modified":"2026-05-{:02}T10:00:00Z","published":"2026-04-01T10:00:00Z","aliases":["CVE-2026-{n}"],"summary":"Example {random}","details":"{details}","severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N"}}],"affected":[{{"package":{{"ecosystem":"npm","name":"{}"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}},{{"fixed":"{}.{}.0"}}]}}],"database_specific":{{"last_known_affected_version_range":"<= 1"}}}}],"references":[{{"type":"WEB","url":"https://advisories.example/EX-{n}"}}],"database_specific":{{"cwe_ids":["CWE-20"],"severity":"HIGH","github_reviewed":true}}}}"#,
        1 + n % 28,
        name(n % PACKAGES),
        2 + random % 5,
        random % 10,
    )
}

/// A header of POSIX's ustar.
fn header(name: &str, size: usize) -> Vec<u8> {
    let mut block = vec![0u8; BLOCK];
    let mut put = |at: usize, text: &str| {
        for (to, from) in block.iter_mut().skip(at).zip(text.bytes()) {
            *to = from;
        }
    };
    put(0, name);
    put(100, "0000644");
    put(124, &format!("{size:011o}"));
    put(136, "00000000000");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\u{0}00");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    for (to, from) in block.iter_mut().skip(148).zip(format!("{sum:06o}\u{0} ").bytes()) {
        *to = from;
    }
    block
}
