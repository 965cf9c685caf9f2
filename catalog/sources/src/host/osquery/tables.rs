//! Which table a row is of, told by its columns: people name their queries as they like.
//!
//! Tables of events become activities; tables of a state become answers to a query.

use std::borrow::Cow;

use ocsf::Class;
use sonic_rs::Value;

use super::row::{Form, Row};
use crate::host::deed::{Deed, End, Finding, Process, Text};
use crate::json;

/// Whether the row has all of these columns.
fn has_all(columns: &Value, names: &[&str]) -> bool {
    names.iter().all(|name| json::at(columns, &[name]).is_some())
}

fn is_file_event(columns: &Value) -> bool {
    has_all(columns, &["target_path", "action"])
}

/// `process_file_events` and `es_process_file_events`.
fn is_process_file_event(columns: &Value) -> bool {
    has_all(columns, &["operation", "executable", "path"])
        || has_all(columns, &["event_type", "filename", "pid"])
}

/// `process_events`, `bpf_process_events`, `es_process_events`.
fn is_process_event(columns: &Value) -> bool {
    let names = ["auid", "syscall", "cdhash", "cmdline_size", "event_type", "probe_error"];
    let is_of_events = names.iter().any(|name| json::at(columns, &[name]).is_some());
    has_all(columns, &["pid", "path", "cmdline"]) && is_of_events
}

/// `socket_events` and `bpf_socket_events`.
fn is_socket_event(columns: &Value) -> bool {
    let is_of_events = ["action", "auid", "syscall", "probe_error"];
    has_all(columns, &["remote_address", "pid"])
        && is_of_events.iter().any(|name| json::at(columns, &[name]).is_some())
}

/// `user_events`: records of the audit system about logins.
fn is_user_event(columns: &Value) -> bool {
    has_all(columns, &["type", "message", "auid", "terminal"])
}

/// `last`: `wtmp`.
fn is_last(columns: &Value) -> bool {
    has_all(columns, &["username", "type", "tty", "time"])
}

/// Whether the row is of a table of events, with a time of its own.
pub fn is_event(columns: &Value) -> bool {
    is_file_event(columns)
        || is_process_file_event(columns)
        || is_process_event(columns)
        || is_socket_event(columns)
        || is_user_event(columns)
        || is_last(columns)
        || has_all(columns, &["time", "eid"])
}

/// Whether the row tells of a login.
pub fn is_login(row: &Row<'_>) -> bool {
    row.columns.is_some_and(|columns| is_last(columns) || is_user_event(columns))
}

/// Tells what the row tells.
pub fn tell<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let Some(columns) = row.columns else { return };
    let is_gone = row.form == Form::Removed;
    match () {
        () if is_file_event(columns) => file_event(row, deed),
        () if is_process_file_event(columns) => process_file_event(row, deed),
        () if is_process_event(columns) => process_event(row, deed),
        () if is_socket_event(columns) => socket_event(row, deed),
        () if is_user_event(columns) => user_event(row, deed),
        () if is_last(columns) => last(row, deed),
        () if has_all(columns, &["pid", "remote_address", "remote_port"])
            || has_all(columns, &["pid", "address", "port", "protocol"]) =>
        {
            query(deed, Class::NETWORK_CONNECTION_QUERY);
            sockets(row, deed);
        }
        () if has_all(columns, &["pid", "path"]) || has_all(columns, &["pid", "cmdline"]) => {
            query(deed, Class::PROCESS_QUERY);
            processes(row, deed);
        }
        () if has_all(columns, &["username", "uid", "shell"]) => {
            query(deed, Class::USER_QUERY);
            deed.user = row.text("username");
        }
        () if has_all(columns, &["path", "mtime"]) || has_all(columns, &["path", "sha256"]) => {
            query(deed, Class::FILE_QUERY);
            file(row, deed, "path");
        }
        () => {
            deed.message = row.text("message").or_else(|| row.text("name"));
            processes(row, deed);
        }
    }
    // What is gone is no answer that holds.
    deed.is_gone = is_gone && deed.class.category_uid() == 5;
}

fn query(deed: &mut Deed<'_>, class: Class) {
    (deed.class, deed.activity) = (class, 1);
}

/// The process of a row, by whatever names the table has.
fn processes<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let is_state = deed.class.category_uid() == 5;
    deed.process = Process {
        pid: row.number("pid"),
        path: row.text("path").or_else(|| row.text("executable")),
        name: row.text("name").filter(|_| is_state),
        command: row.text("cmdline").or_else(|| row.text("json_cmdline")),
        directory: row.text("cwd"),
        user: row.text("username"),
        user_uid: row.text("uid"),
        ..Process::default()
    };
    deed.parent.pid = row.number("parent").or_else(|| row.number("ppid")).filter(|pid| *pid > 0);
}

fn process_event<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let word = row.text("event_type").or_else(|| row.text("syscall"));
    let activity = match word.as_deref() {
        Some("exit") => 2,
        Some("kill") => 99,
        _ => 1,
    };
    (deed.class, deed.activity) = (Class::PROCESS_ACTIVITY, activity);
    deed.called = Some(word.unwrap_or(Cow::Borrowed("exec")));
    processes(row, deed);
    deed.process.terminal = row.text("tty");
    deed.parent.path = row.text("parent_path");
    deed.exit = row.number("exit_code");
    deed.container.id = row.text("container_id");
}

fn socket_event<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let action = row.text("action").or_else(|| row.text("syscall"));
    let activity = match (action.as_deref(), row.outcome()) {
        (Some("connect"), model::Outcome::Failure) => 4,
        (Some("connect" | "accept" | "accept4"), _) => 1,
        (Some("bind" | "listen"), _) => 7,
        (Some("close"), _) => 2,
        _ => 99,
    };
    // Who listens is where connections go.
    let is_inward = matches!(action.as_deref(), Some("accept" | "accept4" | "bind" | "listen"));
    (deed.class, deed.activity) = (Class::NETWORK_ACTIVITY, activity);
    deed.called = action.or(Some(Cow::Borrowed("socket")));
    processes(row, deed);
    ends(row, deed, is_inward);
}

fn sockets<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    processes(row, deed);
    // `path` is that of a socket of the file system here.
    deed.process.path = None;
    if row.has("remote_address") {
        ends(row, deed, false);
    } else {
        deed.target.ip = row.text("address");
        deed.target.port = row.number("port");
        deed.protocol = protocol(row);
    }
}

fn ends<'v>(row: &Row<'v>, deed: &mut Deed<'v>, is_inward: bool) {
    let end = |ip: &str, port: &str| {
        let port = row.number(port).filter(|port| *port > 0);
        // Any address and no port: nobody knows yet.
        let is_any = |ip: &str| matches!(ip, "0" | "0.0.0.0" | "::") && port.is_none();
        End { ip: row.text(ip).filter(|ip| !is_any(ip)), port, host: None }
    };
    let near = end("local_address", "local_port");
    let far = end("remote_address", "remote_port");
    (deed.source, deed.target) = if is_inward { (far, near) } else { (near, far) };
    deed.protocol = protocol(row);
}

fn protocol<'v>(row: &Row<'v>) -> Text<'v> {
    match row.number("protocol")? {
        6 => Some(Cow::Borrowed("tcp")),
        17 => Some(Cow::Borrowed("udp")),
        1 | 58 => Some(Cow::Borrowed("icmp")),
        _ => None,
    }
}

fn file<'v>(row: &Row<'v>, deed: &mut Deed<'v>, path: &str) {
    let path = row.text(path);
    deed.file.type_id = match row.text("type").as_deref() {
        Some("regular" | "file") => 1,
        Some("directory") => 2,
        Some("character") => 3,
        Some("block") => 4,
        Some("socket") => 5,
        Some("fifo") => 6,
        Some("symlink" | "symbolic link") => 7,
        _ => 0,
    };
    deed.file.path = path;
    (deed.file.md5, deed.file.sha1) = (row.text("md5"), row.text("sha1"));
    deed.file.sha256 = row.text("sha256");
    deed.file.size = row.number("size").filter(|size| *size >= 0);
    let modified = row.number("mtime").filter(|seconds| (1..1 << 40).contains(seconds));
    deed.file.modified = modified.map(model::Time::seconds);
}

/// `file_events`, and `yara_events` where rules matched.
fn file_event<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let action = row.text("action");
    let activity = match action.as_deref() {
        Some("CREATED") => 1,
        Some("ACCESSED") => 2,
        Some("UPDATED") => 3,
        Some("DELETED") => 4,
        Some("MOVED_FROM" | "MOVED_TO") => 5,
        Some("ATTRIBUTES_MODIFIED") => 6,
        Some("OPENED") => 14,
        _ => 99,
    };
    (deed.class, deed.activity) = (Class::FILE_ACTIVITY, activity);
    deed.called = action.or(Some(Cow::Borrowed("file event")));
    file(row, deed, "target_path");
    deed.labels.extend(row.text("category"));
    let matches = row.text("matches").filter(|_| row.number("count").unwrap_or(1) > 0);
    if let Some(matches) = matches.filter(|_| row.has("matches")) {
        (deed.class, deed.activity) = (Class::DETECTION_FINDING, 1);
        deed.severity = 3;
        deed.finding = Some(Finding {
            title: Some(format!("YARA: {matches}").into()),
            rule: Some(matches),
            types: vec![Cow::Borrowed("yara")],
            ..Finding::default()
        });
    }
}

fn process_file_event<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let word = row.text("operation").or_else(|| row.text("event_type"));
    let activity = match word.as_deref() {
        Some("create" | "creat" | "mknod" | "mknodat") => 1,
        Some("read" | "pread64" | "preadv") => 2,
        Some("write" | "pwrite64" | "pwritev" | "truncate" | "ftruncate") => 3,
        Some("unlink" | "unlinkat" | "rmdir") => 4,
        Some("rename" | "renameat" | "renameat2") => 5,
        Some("open" | "openat" | "open_by_handle_at" | "name_to_handle_at") => 14,
        _ => 99,
    };
    (deed.class, deed.activity) = (Class::FILE_ACTIVITY, activity);
    deed.called = word.or(Some(Cow::Borrowed("file event")));
    processes(row, deed);
    let is_linux = row.has("executable");
    deed.process.path = row.text(if is_linux { "executable" } else { "path" });
    deed.file.path = row.text(if is_linux { "path" } else { "filename" });
    deed.file.result = row.text(if is_linux { "dest_path" } else { "dest_filename" });
}

/// The audit system's numbers of records about logins.
fn user_event<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let activity = match row.number("type") {
        Some(1100 | 1105 | 1112) => 1,
        Some(1106 | 1113) => 2,
        _ => 99,
    };
    (deed.class, deed.activity) = (Class::AUTHENTICATION, activity);
    deed.called = row.text("type").map(|number| format!("audit record {number}").into());
    deed.message = row.text("message");
    let name = deed.message.as_deref().and_then(|message| {
        let (_, rest) = message.split_once("acct=")?;
        rest.trim_start_matches('"').split(['"', ' ']).next().map(str::to_owned)
    });
    deed.user = name.filter(|name| !name.is_empty()).map(Cow::Owned);
    deed.source.ip = row.text("address");
    processes(row, deed);
    deed.service = deed.process.path.clone();
}

/// The kinds of `utmp(5)`: 7 somebody came in, 8 left; the rest are the machine's own.
fn last<'v>(row: &Row<'v>, deed: &mut Deed<'v>) {
    let activity = match row.number("type") {
        Some(7) => 1,
        Some(8) => 2,
        _ => {
            deed.message = row.text("username");
            return;
        }
    };
    (deed.class, deed.activity) = (Class::AUTHENTICATION, activity);
    deed.called = Some(Cow::Borrowed(if activity == 1 { "login" } else { "logout" }));
    deed.user = row.text("username");
    let host = row.text("host");
    let is_address = host.as_deref().is_some_and(crate::aws::shared::is_ip);
    let (ip, name) = if is_address { (host, None) } else { (None, host) };
    (deed.source.ip, deed.source.host) = (ip, name);
    deed.process.pid = row.number("pid");
    deed.process.terminal = row.text("tty");
    deed.service = Some(Cow::Borrowed("login"));
}
