//! Programs and files on a machine, as auditd records them.

use crate::story::Step;
use crate::world::{World, stamp};

/// Programs of the crontab of the house.
const CRON: &[&str] = &[
    "/usr/sbin/logrotate /etc/logrotate.conf",
    "/usr/bin/find /var/tmp -mtime +7",
    "/usr/lib/sysstat/sa1 1 1",
];

/// One program that is started.
struct Start<'s> {
    pid: u64,
    parent: u64,
    uid: &'s str,
    words: &'s [String],
    cwd: &'s str,
}

/// The programs that a step starts: `runs` lists commands; each is run by a shell of the web
/// server's worker, or by the program that `parent` names.
pub fn runs(world: &mut World, step: &Step) {
    let list = |key: &str| -> Vec<String> {
        let all = step.rest.get(key).and_then(toml::Value::as_array);
        let texts = all.into_iter().flatten().filter_map(toml::Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let (shell, inner) = (list("shell"), list("runs"));
    if shell.is_empty() && inner.is_empty() {
        return;
    }
    let shell: Vec<String> = shell.iter().map(|word| world.fill(word)).collect();
    let inner: Vec<String> = inner.iter().map(|word| world.fill(word)).collect();
    started(world, &shell.join(" "), &inner);
    for path in list("makes") {
        let path = world.fill(&path);
        made(world, &path);
    }
}

/// A shell command of the worker, and the programs that the shell starts.
pub fn started(world: &mut World, command: &str, inner: &[String]) {
    let command = world.fill(command);
    let (host, uid, cwd) = (world.get("host"), world.get("uid"), world.get("root"));
    let worker: u64 = world.get("worker").parse().unwrap_or(900);
    world.now += world.random.within(3, 15) as i64;
    let pid = world.pid(&host);
    let words = ["sh".to_owned(), "-c".to_owned(), command.clone()];
    say(world, &Start { pid, parent: worker, uid: &uid, words: &words, cwd: &cwd });
    let own = [command];
    for program in if inner.is_empty() { &own } else { inner } {
        world.now += world.random.within(2, 40) as i64;
        let child = world.pid(&host);
        let words: Vec<String> = program.split(' ').map(str::to_owned).collect();
        say(world, &Start { pid: child, parent: pid, uid: &uid, words: &words, cwd: &cwd });
        world.names.insert("last-pid".into(), child.to_string());
        world.names.insert("last-program".into(), program.clone());
    }
}

/// A job of the house's crontab.
pub fn cron(world: &mut World) {
    let host = world.get("host");
    let job = world.random.pick(CRON);
    let pid = world.pid(&host);
    let words: Vec<String> = job.split(' ').map(str::to_owned).collect();
    say(world, &Start { pid, parent: 640, uid: "0", words: &words, cwd: "/" });
}

fn say(world: &mut World, start: &Start<'_>) {
    let Start { pid, parent, uid, words, cwd } = start;
    let host = world.get("host");
    let program = words.first().map(String::as_str).unwrap_or_default();
    let exe = match program {
        "sh" => "/usr/bin/dash".to_owned(),
        path if path.starts_with('/') => path.to_owned(),
        name => format!("/usr/bin/{name}"),
    };
    let comm: String = exe.rsplit('/').next().unwrap_or_default().chars().take(15).collect();
    let head = head(world, &host);
    let arguments: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            let plain = !word.contains([' ', '"']);
            if plain { format!("a{at}=\"{word}\"") } else { format!("a{at}={}", hex(word)) }
        })
        .collect();
    let lines = [
        format!(
            "type=SYSCALL {head}: arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=0 \
items=2 ppid={parent} pid={pid} auid=4294967295 uid={uid} gid={uid} euid={uid} suid={uid} \
fsuid={uid} egid={uid} sgid={uid} fsgid={uid} tty=(none) ses=4294967295 comm=\"{comm}\" \
exe=\"{exe}\" key=\"exec\""
        ),
        format!("type=EXECVE {head}: argc={} {}", words.len(), arguments.join(" ")),
        format!("type=CWD {head}: cwd=\"{cwd}\""),
        format!(
            "type=PATH {head}: item=0 name=\"{exe}\" inode=11 dev=fd:00 mode=0100755 ouid=0 ogid=0 \
rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
        ),
        format!("type=PROCTITLE {head}: proctitle={}", hex(&words.join("\0"))),
    ];
    world.say(format!("hosts/{host}/audit.log"), lines.join("\n"));
}

/// A file that the last program made.
fn made(world: &mut World, path: &str) {
    let (host, uid, cwd) = (world.get("host"), world.get("uid"), world.get("root"));
    let (pid, program) = (world.get("last-pid"), world.get("last-program"));
    let program = program.split(' ').next().unwrap_or_default();
    world.now += 3;
    let head = head(world, &host);
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let lines = [
        format!(
            "type=SYSCALL {head}: arch=c000003e syscall=257 success=yes exit=3 a0=1 a1=2 a2=241 \
a3=1b6 items=2 ppid=1 pid={pid} auid=4294967295 uid={uid} gid={uid} euid={uid} suid={uid} \
fsuid={uid} egid={uid} sgid={uid} fsgid={uid} tty=(none) ses=4294967295 comm=\"{program}\" \
exe=\"/usr/bin/{program}\" key=\"files\""
        ),
        format!("type=CWD {head}: cwd=\"{cwd}\""),
        format!(
            "type=PATH {head}: item=0 name=\"{folder}/\" inode=20 dev=fd:00 mode=040755 ouid=0 \
ogid=0 rdev=00:00 nametype=PARENT cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
        ),
        format!(
            "type=PATH {head}: item=1 name=\"{path}\" inode=21 dev=fd:00 mode=0100644 ouid={uid} \
ogid={uid} rdev=00:00 nametype=CREATE cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
        ),
        format!("type=PROCTITLE {head}: proctitle={}", hex(program)),
    ];
    world.say(format!("hosts/{host}/audit.log"), lines.join("\n"));
}

/// `msg=audit(time:serial)`; the serial number grows with the time.
fn head(world: &mut World, host: &str) -> String {
    let at = world.clock(host);
    let serial = at.rem_euclid(1_000_000_000) * 10 + world.random.within(0, 9) as i64;
    format!("msg=audit({}.{}:{serial})", stamp(at, "%s"), stamp(at, "%3f"))
}

fn hex(text: &str) -> String {
    let pairs = text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    pairs.filter_map(|digit| char::from_digit(digit.into(), 16)).collect::<String>().to_uppercase()
}
