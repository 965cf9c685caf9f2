//! What the functions mean that Tetragon's policies hook into.

use std::borrow::Cow;

use ocsf::Class;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::Record;
use crate::aws::shared::domain;
use crate::host::deed::{Deed, End, Process};
use crate::json;

/// The most arguments of a call that are looked at.
const ARGUMENTS_MAX: usize = 16;

/// Tells what a record tells.
pub fn tell<'v>(record: &Record<'v>, deed: &mut Deed<'v>) {
    match record.sort {
        "process_exec" => set(deed, Class::PROCESS_ACTIVITY, 1),
        "process_exit" => {
            set(deed, Class::PROCESS_ACTIVITY, 2);
            deed.exit = json::at(record.inner, &["status"]).and_then(JsonValueTrait::as_i64);
        }
        "process_loader" => {
            set(deed, Class::MODULE_ACTIVITY, 1);
            deed.file.path = record.text(&["path"]);
        }
        "process_connect" | "process_accept" | "process_close" | "process_listen" => {
            connection(record, deed);
        }
        "process_dns" => {
            set(deed, Class::NETWORK_ACTIVITY, 6);
            deed.target.ip = record.text(&["destination_ip"]);
            deed.target.host = names(record.inner);
        }
        "process_kprobe" | "process_tracepoint" | "process_lsm" | "process_uprobe"
        | "process_usdt" => hook(record, deed),
        _ => deed.message = deed.message.take().or(record.text(&["reason"])),
    }
}

fn set(deed: &mut Deed<'_>, class: Class, activity: i64) {
    (deed.class, deed.activity) = (class, activity);
}

/// The first name that a DNS record tells.
fn names(inner: &Value) -> Option<Cow<'_, str>> {
    let list = json::at(inner, &["dns", "names"])?.as_array()?;
    list.iter().find_map(JsonValueTrait::as_str).map(|name| Cow::Borrowed(domain(name)))
}

/// Events of connections, which Tetragon's enterprise edition writes.
fn connection<'v>(record: &Record<'v>, deed: &mut Deed<'v>) {
    let activity = match record.sort {
        "process_close" => 2,
        "process_listen" => 7,
        _ => 1,
    };
    set(deed, Class::NETWORK_ACTIVITY, activity);
    let number = |name| json::at(record.inner, &[name]).and_then(JsonValueTrait::as_i64);
    let end = |ip, port| End { ip: record.text(&[ip]), port: number(port), host: None };
    deed.protocol = record.text(&["protocol"]);
    if record.sort == "process_listen" {
        deed.target = end("ip", "port");
        return;
    }
    deed.source = end("source_ip", "source_port");
    deed.target = end("destination_ip", "destination_port");
    deed.target.host = json::at(record.inner, &["destination_names"])
        .and_then(|list| list.as_array())
        .and_then(|list| list.iter().find_map(JsonValueTrait::as_str))
        .map(Cow::Borrowed);
}

/// A hooked function: its name and arguments say what it was about.
fn hook<'v>(record: &Record<'v>, deed: &mut Deed<'v>) {
    let event = record.text(&["event"]);
    let name = record.text(&["function_name"]).or(event).or_else(|| record.text(&["symbol"]));
    let call = name.unwrap_or(Cow::Borrowed("unknown")).into_owned();
    arguments(record.inner, deed);
    let word = call.trim_start_matches("__x64_").trim_start_matches("__arm64_");
    let word = word.trim_start_matches("sys_enter_").trim_start_matches("sys_");
    let is_socket = deed.source.ip.is_some() || deed.target.ip.is_some();
    let is_file = deed.file.path.is_some();
    let activity = match word {
        "tcp_connect" | "connect" | "security_socket_connect" | "socket_connect" => 1,
        "tcp_close" => 2,
        "inet_csk_listen_start" | "listen" | "bind" | "security_socket_bind" => 7,
        _ => 6,
    };
    match word {
        _ if is_socket => {
            set(deed, Class::NETWORK_ACTIVITY, activity);
            if activity == 1 && deed.outcome == model::Outcome::Failure {
                deed.activity = 4;
            }
        }
        "security_bprm_check" | "bprm_check_security" | "execve" | "execveat" => {
            set(deed, Class::PROCESS_ACTIVITY, 1);
            // The hook is called by what the process still is, about what it becomes.
            let caller = std::mem::take(&mut deed.process);
            deed.process = Process {
                pid: caller.pid,
                path: deed.file.path.take(),
                directory: caller.directory.clone(),
                user: caller.user.clone(),
                user_uid: caller.user_uid.clone(),
                ..Process::default()
            };
            deed.parent = caller;
        }
        "do_init_module"
        | "finit_module"
        | "init_module"
        | "security_kernel_module_request"
        | "security_kernel_read_file" => set(deed, Class::MODULE_ACTIVITY, 1),
        "free_module" | "delete_module" => set(deed, Class::MODULE_ACTIVITY, 2),
        _ if is_file => set(deed, Class::FILE_ACTIVITY, file_activity(word, record.inner)),
        _ => set(deed, Class::KERNEL_ACTIVITY, 4),
    }
    deed.called = Some(call.clone().into());
    deed.call = Some(call.into());
}

/// The activity of a function that takes a file.
fn file_activity(word: &str, inner: &Value) -> i64 {
    // The access that is asked for: `MAY_WRITE` is 2, `MAY_READ` is 4.
    let mask = || {
        let list = json::at(inner, &["args"])?.as_array()?;
        list.iter().find_map(|a| json::at(a, &["int_arg"])?.as_i64())
    };
    match word {
        "security_file_permission" | "file_permission" => match mask() {
            Some(mask) if mask & 2 != 0 => 3,
            Some(mask) if mask & 4 != 0 => 2,
            _ => 99,
        },
        "read" | "vfs_read" => 2,
        "write" | "vfs_write" | "truncate" | "security_path_truncate" => 3,
        "unlink" | "unlinkat" | "security_path_unlink" | "security_inode_unlink" => 4,
        "rename" | "renameat" | "renameat2" | "security_path_rename" => 5,
        "chmod" | "fchmodat" | "chown" | "security_path_chmod" | "security_path_chown" => 7,
        "open" | "openat" | "security_file_open" | "file_open" | "fd_install" => 14,
        "mount" | "security_sb_mount" => 12,
        _ => 99,
    }
}

/// Files and sockets among the arguments.
fn arguments<'v>(inner: &'v Value, deed: &mut Deed<'v>) {
    let list = json::at(inner, &["args"]).and_then(|list| list.as_array());
    for argument in list.into_iter().flatten().take(ARGUMENTS_MAX) {
        let text = |path: &[&str]| {
            json::text(argument, path).filter(|text| !text.is_empty()).map(Cow::Borrowed)
        };
        let number = |path: &[&str]| json::at(argument, path).and_then(JsonValueTrait::as_i64);
        for kind in ["file_arg", "path_arg", "linux_binprm_arg"] {
            let path = text(&[kind, "path"]);
            if deed.file.path.is_none() {
                deed.file.path = path;
            } else if deed.file.result.is_none() {
                deed.file.result = path;
            }
        }
        if deed.file.path.is_none() {
            deed.file.path = text(&["string_arg"]).filter(|text| text.starts_with('/'));
        }
        if deed.file.path.is_none() && json::has(argument, "module_arg") {
            deed.file.path = text(&["module_arg", "name"]);
        }
        for kind in ["sock_arg", "skb_arg"] {
            if json::has(argument, kind) {
                let end = |ip, port| End {
                    ip: text(&[kind, ip]),
                    port: number(&[kind, port]),
                    host: None,
                };
                (deed.source, deed.target) = (end("saddr", "sport"), end("daddr", "dport"));
                let protocol = text(&[kind, "protocol"]);
                deed.protocol =
                    protocol.map(|p| p.trim_start_matches("IPPROTO_").to_owned().into());
            }
        }
        if json::has(argument, "sockaddr_arg") {
            deed.target.ip = text(&["sockaddr_arg", "addr"]);
            deed.target.port = number(&["sockaddr_arg", "port"]);
        }
    }
}
