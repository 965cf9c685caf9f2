//! An audit event as OCSF: of the class that is true of it.

use std::borrow::Cow;

use model::Outcome;
use ocsf::{Class, Flat, Path, paths};

use super::record::{Record, is_ip};
use super::sockaddr::Address;
use super::what::{LAUNCH, What};

/// What OCSF calls an actor, an endpoint or a host that the record does not name.
const UNKNOWN: &str = "unknown";

/// The event as attributes.
pub fn flat<'r>(record: &'r Record<'_>) -> Flat<'r> {
    let what = What::of(record);
    let mut flat = match what {
        What::Process(activity) => Flat::new(Class::PROCESS_ACTIVITY, activity),
        What::File(activity) => Flat::new(Class::FILE_ACTIVITY, activity),
        What::Network(activity) => Flat::new(Class::NETWORK_ACTIVITY, activity),
        What::Login(activity, _) => Flat::new(Class::AUTHENTICATION, activity),
        What::Account(activity, _) => Flat::new(Class::ACCOUNT_CHANGE, activity),
        What::Service(activity) => Flat::new(Class::APPLICATION_LIFECYCLE, activity),
        What::Call => Flat::new(Class::KERNEL_ACTIVITY, 4),
        What::Other => Flat::new(Class::BASE_EVENT, 99),
    };
    common(record, what, &mut flat);
    match what {
        What::Process(activity) => process_activity(record, activity, &mut flat),
        What::File(activity) => file_activity(record, activity, &mut flat),
        What::Network(activity) => network_activity(record, activity, &mut flat),
        What::Login(activity, name) => login(record, activity, name, &mut flat),
        What::Account(_, name) => account(record, name, &mut flat),
        What::Service(_) => {
            let unit = record.get("unit").unwrap_or(Cow::Borrowed(UNKNOWN));
            flat.put(paths::APP_NAME, unit.into_owned());
        }
        What::Call => {
            let call = record.syscall().unwrap_or(Cow::Borrowed(UNKNOWN)).into_owned();
            flat.put(paths::KERNEL_NAME, call.clone());
            flat.put(paths::KERNEL_SYSTEM_CALL, call);
            flat.put(paths::KERNEL_TYPE_ID, 2);
            acting_process(record, &mut flat);
        }
        What::Other => flat.put(paths::ACTIVITY_NAME, record.kind().to_owned()),
    }
    flat
}

fn common<'r>(record: &'r Record<'_>, what: What, flat: &mut Flat<'r>) {
    flat.put(paths::METADATA_PRODUCT_NAME, "Linux Audit");
    flat.put(paths::METADATA_LOG_NAME, "audit");
    flat.put(paths::METADATA_EVENT_CODE, record.kind().to_owned());
    flat.put(paths::METADATA_UID, record.stamp().to_owned());
    flat.put(paths::SEVERITY_ID, 1);
    flat.put(paths::TIME, record.time.ocsf());
    let (status, name) = match record.outcome() {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, status);
    flat.put(paths::STATUS, name);
    if status == 2 {
        flat.put_some(paths::STATUS_CODE, record.of("SYSCALL", "exit").map(Cow::into_owned));
    }
    let needs_host = matches!(what, What::Process(_) | What::File(_) | What::Call);
    let host = record.node().or(needs_host.then_some(UNKNOWN));
    if let Some(host) = host {
        let path = if host == UNKNOWN { paths::DEVICE_NAME } else { paths::DEVICE_HOSTNAME };
        flat.put(path, host);
        flat.put(paths::DEVICE_TYPE_ID, 0);
        if !needs_host {
            flat.put(paths::METADATA_PROFILES, "host");
        }
    }
    for key in record.fields().filter(|(_, field)| field.name == "key").take(16) {
        let key = super::fields::decoded(key.1, key.0);
        for label in key.split('\u{1}').filter(|k| !matches!(*k, "" | "(null)")) {
            flat.put(paths::METADATA_LABELS, label.to_owned());
        }
    }
}

/// Where a process's attributes go.
struct Place {
    pid: Path,
    name: Path,
    file: [Path; 3],
    user: [Path; 2],
    session: Path,
    terminal: Path,
    directory: Path,
    parent: Path,
}

const ACTOR: Place = Place {
    pid: paths::ACTOR_PROCESS_PID,
    name: paths::ACTOR_PROCESS_NAME,
    file: [
        paths::ACTOR_PROCESS_FILE_PATH,
        paths::ACTOR_PROCESS_FILE_NAME,
        paths::ACTOR_PROCESS_FILE_TYPE_ID,
    ],
    user: [paths::ACTOR_PROCESS_USER_UID, paths::ACTOR_PROCESS_USER_NAME],
    session: paths::ACTOR_PROCESS_SESSION_UID,
    terminal: paths::ACTOR_PROCESS_SESSION_TERMINAL,
    directory: paths::ACTOR_PROCESS_WORKING_DIRECTORY,
    parent: paths::ACTOR_PROCESS_PARENT_PROCESS_PID,
};

const PROCESS: Place = Place {
    pid: paths::PROCESS_PID,
    name: paths::PROCESS_NAME,
    file: [paths::PROCESS_FILE_PATH, paths::PROCESS_FILE_NAME, paths::PROCESS_FILE_TYPE_ID],
    user: [paths::PROCESS_USER_UID, paths::PROCESS_USER_NAME],
    session: paths::PROCESS_SESSION_UID,
    terminal: paths::PROCESS_SESSION_TERMINAL,
    directory: paths::PROCESS_WORKING_DIRECTORY,
    parent: paths::PROCESS_PARENT_PROCESS_PID,
};

/// The process that a record is written about; false if it names none.
fn process<'r>(record: &'r Record<'_>, place: &Place, flat: &mut Flat<'r>) -> bool {
    let Some(pid) = record.number("pid") else { return false };
    flat.put(place.pid, pid);
    flat.put_some(place.name, record.get("comm").map(Cow::into_owned));
    if let Some(exe) = record.get("exe") {
        let name = file_name(&exe).to_owned();
        let [path, file, kind] = place.file;
        flat.put(path, exe.into_owned());
        flat.put(file, name);
        flat.put(kind, 1);
    }
    if let Some((number, name)) = record.user("uid") {
        flat.put(place.user[0], number.into_owned());
        flat.put_some(place.user[1], name.map(Cow::into_owned));
    }
    let session = record.get("ses").filter(|s| s != "4294967295");
    flat.put_some(place.session, session.map(Cow::into_owned));
    let terminal = record.get("tty").or_else(|| record.get("terminal"));
    flat.put_some(place.terminal, terminal.map(Cow::into_owned));
    let directory = record.of("CWD", "cwd").or_else(|| record.of("USER_CMD", "cwd"));
    flat.put_some(place.directory, directory.map(Cow::into_owned));
    if let Some(parent) = record.number("ppid") {
        flat.put(place.parent, parent);
    }
    true
}

/// The process that acts, and the person who logged in, however often they changed their user.
fn acting_process<'r>(record: &'r Record<'_>, flat: &mut Flat<'r>) {
    let known = process(record, &ACTOR, flat);
    flat.put_some(paths::ACTOR_PROCESS_CMD_LINE, record.command_line().filter(|_| known));
    if let Some((number, name)) = record.user("auid") {
        flat.put(paths::ACTOR_USER_UID, number.into_owned());
        flat.put_some(paths::ACTOR_USER_NAME, name.map(Cow::into_owned));
    } else if !known {
        flat.put(paths::ACTOR_APP_NAME, UNKNOWN);
    }
}

fn process_activity<'r>(record: &'r Record<'_>, activity: i64, flat: &mut Flat<'r>) {
    let forked = record.arguments().is_empty() && !record.has("USER_CMD") && activity == LAUNCH;
    let child = record.number("exit").filter(|pid| forked && *pid > 0);
    let other = child.or_else(|| record.number("opid"));
    if let Some(pid) = other {
        // A fork or a signal: the record is about the one who does it.
        flat.put(paths::PROCESS_PID, pid);
        flat.put_some(paths::PROCESS_NAME, record.get("ocomm").map(Cow::into_owned));
        acting_process(record, flat);
        return;
    }
    if !process(record, &PROCESS, flat) {
        flat.put(paths::PROCESS_UID, UNKNOWN);
    }
    flat.put_some(paths::PROCESS_CMD_LINE, record.command_line());
    let parent = record.number("ppid");
    if let Some(parent) = parent {
        flat.put(paths::ACTOR_PROCESS_PID, parent);
    }
    match record.user("auid").or_else(|| record.user("uid")) {
        Some((number, name)) => {
            flat.put(paths::ACTOR_USER_UID, number.into_owned());
            flat.put_some(paths::ACTOR_USER_NAME, name.map(Cow::into_owned));
        }
        None if parent.is_none() => flat.put(paths::ACTOR_APP_NAME, UNKNOWN),
        None => {}
    }
}

fn file_activity<'r>(record: &'r Record<'_>, activity: i64, flat: &mut Flat<'r>) {
    let paths_named = record.paths();
    let of = |kinds: &[&str]| {
        paths_named.iter().rev().find(|(kind, _)| kinds.contains(&kind.as_ref())).map(|(_, p)| p)
    };
    let (file, result) = match activity {
        1 => (of(&["CREATE"]), None),
        4 => (of(&["DELETE"]), None),
        5 => (of(&["DELETE"]), of(&["CREATE"])),
        _ => (of(&["NORMAL", "UNKNOWN"]), None),
    };
    let file = file.or_else(|| paths_named.last().map(|(_, path)| path));
    let path = file.map_or_else(|| UNKNOWN.to_owned(), ToString::to_string);
    flat.put(paths::FILE_NAME, file_name(&path).to_owned());
    flat.put(paths::FILE_PATH, path);
    flat.put(paths::FILE_TYPE_ID, 0);
    if let Some(result) = result {
        flat.put(paths::FILE_RESULT_NAME, file_name(result).to_owned());
        flat.put(paths::FILE_RESULT_PATH, result.to_string());
        flat.put(paths::FILE_RESULT_TYPE_ID, 0);
    }
    acting_process(record, flat);
}

fn network_activity<'r>(record: &'r Record<'_>, activity: i64, flat: &mut Flat<'r>) {
    let Some(Address::Inet { ip, port }) = record.socket() else { return };
    let (own, direction) = match activity {
        7 => (true, (0, "Unknown")),
        _ if record.accepts() => (false, (1, "Inbound")),
        _ => (true, (2, "Outbound")),
    };
    flat.put(paths::CONNECTION_INFO_DIRECTION_ID, direction.0);
    flat.put(paths::CONNECTION_INFO_DIRECTION, direction.1);
    let (to_ip, to_port) = if own {
        (paths::DST_ENDPOINT_IP, paths::DST_ENDPOINT_PORT)
    } else {
        (paths::SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_PORT)
    };
    flat.put(to_ip, ip);
    flat.put(to_port, i64::from(port));
    if record.node().is_none() {
        flat.put(paths::METADATA_PROFILES, "host");
    }
    acting_process(record, flat);
}

fn login<'r>(record: &'r Record<'_>, activity: i64, name: &'static str, flat: &mut Flat<'r>) {
    if activity == 99 {
        flat.put(paths::ACTIVITY_NAME, name);
    }
    subject(record, flat);
    let service = record.get("exe").or_else(|| record.get("comm"));
    let service = service.map_or_else(|| UNKNOWN.to_owned(), |exe| file_name(&exe).to_owned());
    flat.put(paths::SERVICE_NAME, service);
    flat.put_some(
        paths::SESSION_UID,
        record.get("ses").filter(|s| s != "4294967295").map(Cow::into_owned),
    );
    source(record, flat);
    acting_process(record, flat);
}

fn account<'r>(record: &'r Record<'_>, name: &'static str, flat: &mut Flat<'r>) {
    flat.put(paths::ACTIVITY_NAME, name);
    subject(record, flat);
    source(record, flat);
    acting_process(record, flat);
}

/// The account that it is about: by name, else by number, else that of the process.
fn subject<'r>(record: &'r Record<'_>, flat: &mut Flat<'r>) {
    if let Some(name) = account_name(record) {
        flat.put(paths::USER_NAME, name.into_owned());
        return;
    }
    let user = record.get("id").map(|id| (id, None));
    let user = user.or_else(|| record.user("auid")).or_else(|| record.user("uid"));
    let (number, name) = user.unwrap_or((Cow::Borrowed(UNKNOWN), None));
    flat.put(paths::USER_UID, number.into_owned());
    flat.put_some(paths::USER_NAME, name.map(Cow::into_owned));
}

/// The name of the account that a login or a change is about.
pub fn account_name<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    record.get("acct").or_else(|| record.get("ID")).filter(|name| name != "(unknown)")
}

fn source<'r>(record: &'r Record<'_>, flat: &mut Flat<'r>) {
    if let Some(ip) = record.get("addr").filter(|a| is_ip(a)) {
        flat.put(paths::SRC_ENDPOINT_IP, ip.into_owned());
    } else {
        flat.put_some(paths::SRC_ENDPOINT_HOSTNAME, record.get("hostname").map(Cow::into_owned));
    }
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(path)
}
