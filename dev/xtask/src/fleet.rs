//! How long the lives of a fleet take: a million events of instances, read and counted.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Done;
use crate::bench::measure;
use crate::bench::random::{START, civil, number};

/// So long may a million events take, in seconds on two cores.
const TARGET: f64 = 5.0;
/// Events of one instance.
const EACH: u64 = 4;

/// `fleet [--events N]`.
pub fn run(arguments: &[String]) -> Done {
    let events: u64 = match arguments {
        [] => 1_000_000,
        [option, count] if option == "--events" => count.parse().map_err(|_| "--events N")?,
        _ => return Err("fleet [--events N]".into()),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).ok_or("no checkout")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(root)
        .args(["build", "--release", "-p", "yagura"])
        .status()
        .map_err(|e| e.to_string())?;
    if !built.success() {
        return Err("the release build failed".into());
    }
    let folder = root.join("target/bench/fleet");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let log = folder.join("events.jsonl");
    fs::write(&log, lines(events / EACH)).map_err(|e| format!("{}: {e}", log.display()))?;
    let arguments = ["fleet", "licence", "--quiet", "--month", "2026-01", "--owned", "50"];
    let mut arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    arguments.push(log.display().to_string());
    let output = folder.join("licence.txt");
    let used = measure::usage(&output, &root.join("target/release/yagura"), &arguments)?;
    println!(
        "{events} events: {:.2} s, {:.2} s of processor, {} MiB at most (target {TARGET} s)",
        used.wall,
        used.cpu,
        used.memory >> 20
    );
    print!("{}", fs::read_to_string(&output).map_err(|e| e.to_string())?);
    match used.code {
        0 if used.wall <= TARGET => Ok(()),
        0 => Err("slower than its target".into()),
        code => Err(format!("exit code {code}")),
    }
}

/// Lives over January: each instance comes, runs for up to eight hours, and goes.
fn lines(instances: u64) -> String {
    let mut events: Vec<(u64, u64, &str)> = Vec::with_capacity((instances * EACH) as usize);
    for n in 0..instances {
        let from = START + number(1, n) % (30 * 86_400);
        let to = from + 60 + number(2, n) % (8 * 3600);
        events.extend([(from, n, "pending"), (from + 12, n, "running")]);
        events.extend([(to, n, "shutting-down"), (to + 40, n, "terminated")]);
    }
    events.sort_unstable();
    let mut text = String::new();
    for (at, n, state) in events {
        let (year, month, day, hour, minute, second) = civil(at);
        let id = number(3, n ^ at << 20);
        let _infallible = writeln!(
            text,
            "{{\"version\":\"0\",\"id\":\"{:08x}-0000-4000-8000-{:012x}\",\
             \"detail-type\":\"EC2 Instance State-change Notification\",\"source\":\"aws.ec2\",\
             \"account\":\"111122223333\",\
             \"time\":\"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z\",\
             \"region\":\"eu-west-1\",\"resources\":[],\
             \"detail\":{{\"instance-id\":\"i-{n:017x}\",\"state\":\"{state}\"}}}}",
            id >> 32,
            id & 0xffff_ffff,
        );
    }
    text
}
