//! Who else uses what a plan acts on is counted over all logs; newer logs tell whether it ended.

use std::fs;

use serde_json::{Value, json};

use crate::respond::World;
use crate::respond_waf::shop;
use crate::{stderr, stdout};

const FOUR: &str = "198.51.100.7";
const SIX: &str = "2001:db8::7";

fn line(address: &str, year: u32, status: u16, agent: &str) -> String {
    let when = format!("10/Oct/{year}:13:55:36 +0000");
    format!("{address} - - [{when}] \"GET /a HTTP/1.1\" {status} 12 \"-\" \"{agent}\"")
}

/// Writes a log of the web server; gives its path.
fn log(world: &World, name: &str, lines: &[String]) -> String {
    let path = world.folder.path().join(name);
    fs::write(&path, lines.join("\n") + "\n").unwrap();
    path.display().to_string()
}

/// The report cites these lines too.
fn cite(world: &World, lines: &[&String]) {
    let path = world.folder.path().join("report.json");
    let mut report: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    for (at, raw) in lines.iter().enumerate() {
        let id = format!("E{}", at + 2);
        report["evidence"][&id] =
            json!({"source": "web.access", "file": "access.log", "sha256": "00", "raw": raw});
        report["incidents"][0]["steps"][0]["evidence"].as_array_mut().unwrap().push(id.into());
    }
    fs::write(&path, report.to_string()).unwrap();
}

fn counted(plan: &Value, address: &str) -> [u64; 3] {
    let steps = plan["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["target"]["value"] == address).unwrap();
    let logs = &step["blast_radius"]["logs"];
    ["records", "by_others", "clients"].map(|name| logs[name].as_u64().unwrap())
}

#[test]
fn who_shares_an_address_is_counted_over_all_logs() {
    let Some((world, _)) = shop() else { return };
    let four = |agent: &str| line(FOUR, 2020, 200, agent);
    let six = line(SIX, 2020, 200, "bad/1.0");
    let lines = [
        four("bad/1.0"),
        four("bad/1.0"),
        four("Mozilla/5.0 (an office)"),
        four("Mozilla/5.0 (an office)"),
        four("Mozilla/5.0 (another desk)"),
        six.clone(),
        six.clone(),
        line("203.0.113.9", 2020, 200, "Mozilla/5.0"),
    ];
    cite(&world, &[&lines[0], &six]);
    let access = log(&world, "access.log", &lines);
    let path = world.plan(&["--logs", &access]);
    let plan: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(counted(&plan, FOUR), [5, 3, 2]);
    assert_eq!(counted(&plan, SIX), [2, 0, 0]);
    let shown = stdout(&world.run("show", &[]));
    assert!(shown.contains("5 in all logs, 3 by 2 other client(s)"), "{shown}");
    crate::respond::schema_holds(&path);
}

#[test]
fn newer_logs_tell_whether_it_ended() {
    let Some((world, _)) = shop() else { return };
    world.plan(&[]);
    world.approve();
    world.apply(&[], 0);
    let old = log(&world, "old.log", &[line(FOUR, 2020, 200, "bad/1.0")]);
    let other = line("203.0.113.9", 2099, 200, "Mozilla/5.0");
    let refused = log(&world, "refused.log", &[line(FOUR, 2099, 403, "bad/1.0"), other]);
    let open = log(&world, "open.log", &[line(FOUR, 2099, 200, "bad/1.0")]);
    let told = |logs: &[&str], code: i32| {
        let all: Vec<&str> = logs.iter().flat_map(|path| ["--logs", *path]).collect();
        let output = world.run("verify", &all);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        stderr(&output)
    };
    let said = told(&[&old], 1);
    assert!(said.contains("whether it ended cannot be said"), "{said}");
    assert!(said.contains("ip 198.51.100.7: not seen any more; 1 before, 0 after"), "{said}");
    let said = told(&[&old, &refused], 0);
    assert!(said.contains("ip 198.51.100.7: ended; 1 before, 1 after (0 not refused)"), "{said}");
    let said = told(&[&old, &open], 1);
    assert!(said.contains("ip 198.51.100.7: goes on; 1 before, 1 after (1 not refused)"), "{said}");
}
