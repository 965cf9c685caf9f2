//! Messages of daemons as OCSF, and whom and what they are about.

use model::{Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Class, Flat, paths};

use super::{Said, What};

/// What OCSF calls what the message does not name.
const UNKNOWN: &str = "unknown";

/// Who said a message, where and when.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// When.
    pub time: Time,
    /// The machine; may be empty.
    pub host: &'a str,
    /// The program; may be empty.
    pub program: &'a str,
    /// Its process id; may be empty.
    pub pid: &'a str,
    /// The message.
    pub message: &'a str,
    /// How bad the program says it is.
    pub level: Option<&'static str>,
}

/// The message as attributes.
pub fn flat<'s>(said: &Said<'s>, origin: &Origin<'s>) -> Flat<'s> {
    let mut flat = match said.what {
        What::Logon => Flat::new(Class::AUTHENTICATION, 1),
        What::Logoff => Flat::new(Class::AUTHENTICATION, 2),
        What::Account(activity, _) => Flat::new(Class::ACCOUNT_CHANGE, activity),
        What::Job(activity) => Flat::new(Class::SCHEDULED_JOB_ACTIVITY, activity),
        What::Command => Flat::new(Class::PROCESS_ACTIVITY, 1),
        What::Ended => Flat::new(Class::PROCESS_ACTIVITY, 2),
        What::Unit(activity) => Flat::new(Class::APPLICATION_LIFECYCLE, activity),
        What::Packet(allowed) => {
            Flat::new(Class::NETWORK_ACTIVITY, if allowed == Some(false) { 5 } else { 6 })
        }
        What::Flow(activity) => Flat::new(Class::NETWORK_ACTIVITY, activity),
        What::Ssh(activity) => Flat::new(Class::SSH_ACTIVITY, activity),
        What::Note => Flat::new(Class::BASE_EVENT, 99),
    };
    common(said, origin, &mut flat);
    match said.what {
        What::Logon | What::Logoff => login(said, origin, &mut flat),
        What::Account(_, name) => {
            flat.put(paths::ACTIVITY_NAME, name);
            flat.put(paths::USER_NAME, said.user.unwrap_or(UNKNOWN));
            flat.put_some(paths::ACTOR_USER_NAME, said.by);
        }
        What::Job(_) => job(said, &mut flat),
        What::Command | What::Ended => process(said, origin, &mut flat),
        What::Unit(_) => flat.put(paths::APP_NAME, said.name.unwrap_or(UNKNOWN)),
        What::Packet(allowed) => packet(said, allowed, &mut flat),
        What::Flow(_) => ends(said, &mut flat),
        What::Ssh(_) => source(said, &mut flat),
        What::Note => flat.put(paths::ACTIVITY_NAME, "Log Message"),
    }
    if let Some(flow) = &said.flow {
        super::cisco::put(said, flow, &mut flat);
    }
    flat
}

fn common<'s>(said: &Said<'s>, origin: &Origin<'s>, flat: &mut Flat<'s>) {
    flat.put(paths::METADATA_PRODUCT_NAME, if said.flow.is_some() { "Cisco ASA" } else { "Linux" });
    flat.put_some(paths::METADATA_LOG_PROVIDER, Some(origin.program));
    flat.put_some(paths::METADATA_LOG_LEVEL, origin.level);
    flat.put(paths::SEVERITY_ID, 1);
    flat.put(paths::TIME, origin.time.ocsf());
    flat.put_some(paths::MESSAGE, Some(origin.message));
    let (status, name) = match said.outcome {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, status);
    flat.put(paths::STATUS, name);
    if let Some(count) = said.count {
        flat.put(paths::COUNT, count);
    }
    let needs_host = matches!(said.what, What::Command | What::Ended | What::Job(_));
    if !origin.host.is_empty() {
        flat.put(paths::DEVICE_HOSTNAME, origin.host);
        flat.put(paths::DEVICE_TYPE_ID, 0);
    } else if needs_host {
        flat.put(paths::DEVICE_NAME, UNKNOWN);
        flat.put(paths::DEVICE_TYPE_ID, 0);
    }
    let of_note = said.what == What::Note && (!origin.program.is_empty());
    let profiled = !needs_host && !origin.host.is_empty();
    if profiled || of_note {
        flat.put(paths::METADATA_PROFILES, "host");
    }
    // What stands in the place of a firewall's program is the message's number.
    if of_note && said.flow.is_none() {
        flat.put(paths::ACTOR_PROCESS_NAME, origin.program);
        match origin.pid.parse::<i64>() {
            Ok(pid) => flat.put(paths::ACTOR_PROCESS_PID, pid),
            Err(_) => flat.put(paths::ACTOR_PROCESS_UID, origin.program),
        }
    }
}

fn login<'s>(said: &Said<'s>, origin: &Origin<'s>, flat: &mut Flat<'s>) {
    flat.put(paths::USER_NAME, said.user.unwrap_or(UNKNOWN));
    let service = said.service.unwrap_or(origin.program);
    flat.put(paths::SERVICE_NAME, if service.is_empty() { UNKNOWN } else { service });
    flat.put_some(paths::AUTH_PROTOCOL, said.method);
    flat.put_some(paths::SESSION_UID, said.session);
    flat.put_some(paths::SESSION_TERMINAL, said.terminal);
    flat.put_some(paths::ACTOR_USER_NAME, said.by);
    if matches!(service, "cron" | "crond") {
        flat.put(paths::LOGON_TYPE_ID, 4);
        flat.put(paths::LOGON_TYPE, "Batch");
    }
    source(said, flat);
    if said.ip.is_some() {
        flat.put(paths::IS_REMOTE, true);
    }
}

fn source<'s>(said: &Said<'s>, flat: &mut Flat<'s>) {
    match said.ip {
        Some(ip) => {
            flat.put(paths::SRC_ENDPOINT_IP, ip);
            if let Some(port) = port(said.port) {
                flat.put(paths::SRC_ENDPOINT_PORT, port);
            }
        }
        None if matches!(said.what, What::Ssh(_)) => flat.put(paths::SRC_ENDPOINT_NAME, UNKNOWN),
        None => {}
    }
}

fn port(text: Option<&str>) -> Option<i64> {
    text?.parse().ok().filter(|port| (0..=65_535).contains(port))
}

fn job<'s>(said: &Said<'s>, flat: &mut Flat<'s>) {
    let program = said.command.and_then(program);
    let name = said.command.or(said.name).unwrap_or("crontab");
    flat.put(paths::JOB_NAME, name);
    flat.put_some(paths::JOB_CMD_LINE, said.command);
    flat.put_some(paths::JOB_USER_NAME, said.user);
    flat.put(paths::JOB_FILE_NAME, program.map_or("crontab", file_name));
    flat.put_some(paths::JOB_FILE_PATH, program);
    flat.put(paths::JOB_FILE_TYPE_ID, i64::from(program.is_some()));
    flat.put_some(paths::ACTOR_USER_NAME, said.by.or(said.user));
}

/// The program of a command line, if it is named by its path.
fn program(command: &str) -> Option<&str> {
    command.split_ascii_whitespace().find(|word| !word.contains('=')).filter(|w| w.starts_with('/'))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(path)
}

fn process<'s>(said: &Said<'s>, origin: &Origin<'s>, flat: &mut Flat<'s>) {
    let own = if said.what == What::Ended { said.pid.unwrap_or("") } else { origin.pid };
    match own.parse::<i64>() {
        Ok(pid) => flat.put(paths::PROCESS_PID, pid),
        Err(_) => flat.put(paths::PROCESS_UID, UNKNOWN),
    }
    let program = said.command.and_then(program);
    flat.put_some(paths::PROCESS_NAME, said.name.or(program.map(file_name)));
    flat.put_some(paths::PROCESS_CMD_LINE, said.command);
    flat.put_some(paths::PROCESS_USER_NAME, said.user);
    flat.put_some(paths::PROCESS_WORKING_DIRECTORY, said.directory);
    flat.put_some(paths::PROCESS_SESSION_TERMINAL, said.terminal);
    if let Some(path) = program {
        flat.put(paths::PROCESS_FILE_NAME, file_name(path));
        flat.put(paths::PROCESS_FILE_PATH, path);
        flat.put(paths::PROCESS_FILE_TYPE_ID, 1);
    }
    match said.by {
        Some(by) => flat.put(paths::ACTOR_USER_NAME, by),
        None => flat.put(paths::ACTOR_APP_NAME, origin.program),
    }
}

fn packet<'s>(said: &Said<'s>, allowed: Option<bool>, flat: &mut Flat<'s>) {
    flat.put(paths::METADATA_PROFILES, "security_control");
    let (action, disposition) = match allowed {
        Some(true) => ((1, "Allowed"), (1, "Allowed")),
        Some(false) => ((2, "Denied"), (2, "Blocked")),
        None => ((3, "Observed"), (17, "Logged")),
    };
    flat.put(paths::ACTION_ID, action.0);
    flat.put(paths::ACTION, action.1);
    flat.put(paths::DISPOSITION_ID, disposition.0);
    flat.put(paths::DISPOSITION, disposition.1);
    flat.put_some(paths::FIREWALL_RULE_NAME, said.name);
    flat.put(paths::CONNECTION_INFO_DIRECTION_ID, 0);
    flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, said.method.map(str::to_ascii_lowercase));
    ends(said, flat);
}

fn ends<'s>(said: &Said<'s>, flat: &mut Flat<'s>) {
    source(said, flat);
    flat.put_some(paths::DST_ENDPOINT_IP, said.to_ip);
    if let Some(port) = port(said.to_port).filter(|_| said.to_ip.is_some()) {
        flat.put(paths::DST_ENDPOINT_PORT, port);
    }
}

/// The address that the message says something came from.
pub fn actor_address<'a>(said: &Said<'a>) -> Option<&'a str> {
    said.beginner()
}

/// Whom and what the message is about.
pub fn entities<'s>(said: &Said<'s>, origin: &Origin<'s>, out: &mut Vec<Entity<'s>>) {
    if !origin.host.is_empty() {
        out.push(Entity::new(EntityKind::Host, origin.host, Role::Place));
    }
    if let Some(by) = said.by {
        out.push(Entity::new(EntityKind::User, by, Role::Actor));
    }
    if let Some(user) = said.user {
        let role = match said.what {
            What::Account(1, _) => Role::Created,
            // Who logs in acts; whom somebody else becomes or changes is the target.
            What::Logon | What::Logoff | What::Job(6) | What::Ssh(_) if said.by.is_none() => {
                Role::Actor
            }
            _ => Role::Target,
        };
        out.push(Entity::new(EntityKind::User, user, role));
    }
    for ip in [said.ip, said.to_ip].into_iter().flatten() {
        let role = if said.beginner() == Some(ip) { Role::Actor } else { Role::Target };
        out.push(Entity::new(EntityKind::Ip, ip, role));
    }
    if let Some(path) = said.command.and_then(program) {
        out.push(Entity::new(EntityKind::Process, path, Role::Created));
    }
    match said.what {
        What::Ended => {
            out.extend(said.name.map(|n| Entity::new(EntityKind::Process, n, Role::Target)));
        }
        _ if !origin.program.is_empty() && said.flow.is_none() => {
            out.push(Entity::new(EntityKind::Process, origin.program, Role::Actor));
        }
        _ => {}
    }
}
