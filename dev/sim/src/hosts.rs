//! What happens on machines, as their own logs tell it: requests, programs, mails; and what the
//! network saw of them.

use serde_json::json;

use crate::audit;
use crate::database;
use crate::story::{Site, Step};
use crate::world::{World, stamp};

/// A browser of honest people.
const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15";

/// Sets a site up.
pub fn begin(world: &mut World, site: &Site, skew: u64) {
    let host = world.fill(&site.host);
    let wrong = world.random.within(0, 2 * skew) as i64 - skew as i64;
    world.skew.insert(host.clone(), wrong);
    let (address, root) = (world.fill(&site.address), world.fill(&site.root));
    let uid = site.uid.to_string();
    let values = [("host", host), ("own", address), ("root", root), ("uid", uid)];
    world.names.extend(values.map(|(name, value)| (name.to_owned(), value)));
    let worker = world.pid(&world.get("host"));
    world.names.insert("worker".into(), worker.to_string());
}

fn text(world: &mut World, step: &Step, key: &str, otherwise: &str) -> String {
    let value = step.rest.get(key).and_then(toml::Value::as_str).unwrap_or(otherwise);
    world.fill(value)
}

fn number(world: &mut World, step: &Step, key: &str, otherwise: &str) -> u64 {
    let own = step.rest.get(key).and_then(toml::Value::as_integer);
    match own {
        Some(number) => number.unsigned_abs(),
        None => text(world, step, key, otherwise).parse().unwrap_or(0),
    }
}

/// A step on a machine or in its network.
pub fn step(world: &mut World, step: &Step) {
    match step.kind.as_str() {
        "request" => {
            let request = Request {
                client: text(world, step, "from", "{client}"),
                method: text(world, step, "method", "GET"),
                path: text(world, step, "path", "/"),
                status: number(world, step, "status", "200"),
                bytes: number(world, step, "bytes", "{400..9000}"),
                agent: text(world, step, "browser", "{browser}"),
                took: number(world, step, "took", "{4..60}"),
            };
            say_request(world, &request);
            audit::runs(world, step);
            if step.rest.contains_key("query") {
                let (sql, error) = (text(world, step, "query", ""), text(world, step, "error", ""));
                let rows = number(world, step, "rows", "1");
                database::asked(world, &sql, &error, rows);
            }
        }
        "run" => audit::runs(world, step),
        "mail" => mail(world, step),
        "lookup" => lookup(world, step),
        "flow" => flow(world, step),
        _ => {}
    }
}

/// A request to a site.
struct Request {
    client: String,
    method: String,
    path: String,
    status: u64,
    bytes: u64,
    agent: String,
    /// Milliseconds.
    took: u64,
}

/// One request in the logs of the load balancer and of the web server behind it.
fn say_request(world: &mut World, request: &Request) {
    let Request { client, method, path, status, bytes, agent, took } = request;
    let names = ["host", "domain", "own", "region", "account"].map(|name| world.get(name));
    let [host, domain, own, region, account] = &names;
    let day = stamp(world.now, "%Y/%m/%d");
    let (port, trace) = (world.random.within(20_000, 60_000), world.random.hex(24));
    let begun = stamp(world.now, "%Y-%m-%dT%H:%M:%S%.6fZ");
    let (ended, seconds) =
        (stamp(world.now + *took as i64, "%Y-%m-%dT%H:%M:%S%.6fZ"), world.now / 1_000);
    let arn =
        format!("arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/web/0123456789abcdef");
    let line = format!(
        "https {ended} app/web/50dc6c495c0c9188 {client}:{port} {own}:80 0.001 0.{took:03} 0.000 \
{status} {status} 420 {bytes} \"{method} https://{domain}:443{path} HTTP/1.1\" \"{agent}\" \
TLS_AES_128_GCM_SHA256 TLSv1.3 {arn} \"Root=1-{seconds:x}-{trace}\" \"{domain}\" \
\"arn:aws:acm:{region}:{account}:certificate/12345678\" 0 {begun} \"forward\" \"-\" \"-\" \
\"{own}:80\" \"{status}\" \"-\" \"-\" TID_{trace}"
    );
    let file = format!(
        "aws/AWSLogs/{account}/elasticloadbalancing/{region}/{day}/{account}_elasticloadbalancing_\
{region}_app.web.50dc6c495c0c9188_{}_192.0.2.10_abcdefgh.log.gz",
        stamp(world.now, "%Y%m%dT%H00Z")
    );
    world.say(file, line);
    let at = stamp(world.clock(host), "%d/%b/%Y:%H:%M:%S +0000");
    let line = format!(
        "{client} - - [{at}] \"{method} {path} HTTP/1.1\" {status} {bytes} \"-\" \"{agent}\""
    );
    world.say(format!("hosts/{host}/access.log"), line);
}

/// Mails that a program hands to the mail server of its machine, which delivers them.
fn mail(world: &mut World, step: &Step) {
    let host = world.get("host");
    let (sender, to) =
        (text(world, step, "sender", ""), text(world, step, "to", "{user}@{domain}"));
    let (uid, id) = (world.get("uid"), world.random.hex(10).to_uppercase());
    let (relay, size) = (world.random.outside(), world.random.within(900, 4_000));
    let mx = to.rsplit('@').next().unwrap_or_default().to_owned();
    let lines = [
        format!("postfix/pickup[811]: {id}: uid={uid} from=<{sender}>"),
        format!("postfix/cleanup[812]: {id}: message-id=<{id}@{host}>"),
        format!("postfix/qmgr[813]: {id}: from=<{sender}>, size={size}, nrcpt=1 (queue active)"),
        format!(
            "postfix/smtp[814]: {id}: to=<{to}>, relay=mx.{mx}[{relay}]:25, delay=0.5, \
delays=0.1/0/0.2/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
        ),
        format!("postfix/qmgr[813]: {id}: removed"),
    ];
    for line in lines {
        let at = stamp(world.clock(&host), "%b %e %H:%M:%S");
        world.say(format!("hosts/{host}/maillog"), format!("{at} {host} {line}"));
    }
}

fn lookup(world: &mut World, step: &Step) {
    let [name, answer] = ["name", "answer"].map(|key| text(world, step, key, ""));
    let (own, instance) =
        (text(world, step, "address", "{own}"), text(world, step, "instance", "{instance}"));
    let (region, account) =
        (text(world, step, "region", "{region}"), text(world, step, "account", "{account}"));
    let vpc = format!("vpc-0{}", world.get("vpc"));
    let line = json!({"version": "1.100000", "account_id": account, "region": region,
        "vpc_id": vpc, "query_timestamp": stamp(world.now, "%Y-%m-%dT%H:%M:%SZ"),
        "query_name": format!("{name}."), "query_type": "A", "query_class": "IN",
        "rcode": "NOERROR", "answers": [{"Rdata": answer, "Type": "A", "Class": "IN"}],
        "srcaddr": own, "srcport": world.random.within(20_000, 60_000).to_string(),
        "transport": "UDP", "srcids": {"instance": instance}});
    world.say("aws/resolver.jsonl".into(), line.to_string());
}

fn flow(world: &mut World, step: &Step) {
    let [to, port] = ["to", "port"].map(|key| text(world, step, key, ""));
    let (own, instance) =
        (text(world, step, "address", "{own}"), text(world, step, "instance", "{instance}"));
    let (region, account) =
        (text(world, step, "region", "{region}"), text(world, step, "account", "{account}"));
    let bytes = text(world, step, "bytes", "{900..9000}");
    let bytes: u64 = world.fill(&format!("{{{bytes}}}")).parse().unwrap_or(4_000);
    let (from, vpc) = (world.random.within(20_000, 60_000), world.get("vpc"));
    let (start, end) = (world.now / 1_000, world.now / 1_000 + 58);
    let eni = instance.replacen("i-", "eni-", 1);
    let line = format!(
        "5 {account} {eni} {own} {to} {from} {port} 6 {} {bytes} {start} {end} ACCEPT OK vpc-0{vpc} \
subnet-0{vpc} {instance} 24 IPv4 {own} {to} {region} {region}-az1 - - - - egress 8",
        bytes / 700 + 1
    );
    let day = stamp(world.now, "%Y/%m/%d");
    let file = format!(
        "aws/AWSLogs/{account}/vpcflowlogs/{region}/{day}/{account}_vpcflowlogs_{region}_fl-01_{}_ab.log.gz",
        stamp(world.now, "%Y%m%dT%H00Z")
    );
    world.say(file, line);
}

/// Customers of a site, and a scanner that finds nothing.
pub fn customers(world: &mut World, site: &Site, start: i64, end: i64, much: u64) {
    let crowd: Vec<String> = (0..=much / 10).map(|_| world.random.outside()).collect();
    for _ in 0..much * 2 {
        world.now = start + world.random.within(0, (end - start).max(1) as u64) as i64;
        let client = crowd.get(world.random.number() as usize % crowd.len());
        let page = site.pages.get(world.random.number() as usize % site.pages.len().max(1));
        let (Some(client), Some(page)) = (client, page) else { continue };
        let number = world.random.within(1, 400).to_string();
        world.names.insert("number".into(), number);
        let found = world.random.percent(96);
        let request = Request {
            client: client.clone(),
            method: "GET".into(),
            path: world.fill(page),
            status: if found { 200 } else { 404 },
            bytes: world.random.within(300, 20_000),
            agent: BROWSER.into(),
            took: world.random.within(2, 90),
        };
        say_request(world, &request);
        for [_, command] in site.runs.iter().filter(|[piece, _]| found && page.contains(piece)) {
            audit::started(world, command, &[]);
        }
        for [_, sql] in site.queries.iter().filter(|[piece, _]| found && page.contains(piece)) {
            let sql = world.fill(sql);
            database::asked(world, &sql, "", 1);
        }
    }
    let scanner = world.random.outside();
    for at in 0..8 {
        world.now = start + at * 900;
        let path = world.fill("/{pick}");
        let path = path.replace("pick", &world.random.word());
        let request = Request {
            client: scanner.clone(),
            method: "GET".into(),
            path,
            status: 404,
            bytes: 150,
            agent: "curl/8.5.0".into(),
            took: 2,
        };
        say_request(world, &request);
    }
    for _ in 0..much / 6 {
        world.now = start + world.random.within(0, (end - start).max(1) as u64) as i64;
        audit::cron(world);
    }
}
