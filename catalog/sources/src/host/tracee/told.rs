//! What Tracee's events mean, by their names and arguments.

use std::borrow::Cow;

use ocsf::Class;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::Record;
use crate::aws::shared::{domain, is_ip};
use crate::host::deed::{Deed, End, Process, Text};
use crate::json;

/// The most words of a command line that are joined.
const WORDS_MAX: usize = 256;

/// Tells what an event tells.
pub fn tell<'v>(record: &Record<'v>, deed: &mut Deed<'v>) {
    let name = record.name();
    sockets(record, deed);
    deed.file.path = first(record, &["pathname", "path", "file_path", "old_path", "oldpath"]);
    deed.file.result = first(record, &["new_path", "newpath"]);
    match name {
        "sched_process_exec" | "execve" | "execveat" | "security_bprm_check" => {
            started(record, deed);
        }
        "sched_process_exit" => {
            set(deed, Class::PROCESS_ACTIVITY, 2);
            deed.exit = record.argument("exit_code").and_then(JsonValueTrait::as_i64);
        }
        "sched_process_fork" => set(deed, Class::PROCESS_ACTIVITY, 99),
        "init_module"
        | "finit_module"
        | "do_init_module"
        | "module_load"
        | "security_kernel_read_file"
        | "shared_object_loaded" => {
            set(deed, Class::MODULE_ACTIVITY, 1);
            let named = || first(record, &["name"]);
            deed.file.path = deed.file.path.take().or_else(named);
        }
        "module_free" | "delete_module" => {
            set(deed, Class::MODULE_ACTIVITY, 2);
            deed.file.path = deed.file.path.take().or_else(|| first(record, &["name"]));
        }
        _ if name.starts_with("net_packet_dns") => {
            set(deed, Class::NETWORK_ACTIVITY, 6);
            if let Some(host) = question(record) {
                // The name that is asked for; the address would be the resolver's.
                deed.target = End { host: Some(host), ..End::default() };
            }
        }
        _ if is_socket(deed) => {
            set(deed, Class::NETWORK_ACTIVITY, network_activity(name));
            if deed.activity == 1 && deed.outcome == model::Outcome::Failure {
                deed.activity = 4;
            }
        }
        _ if name.starts_with("net_packet") => set(deed, Class::NETWORK_ACTIVITY, 6),
        _ if deed.file.path.is_some() => set(deed, Class::FILE_ACTIVITY, file_activity(name)),
        "tracee_info" | "init_namespaces" | "existing_container" | "container_create"
        | "container_remove" => {}
        _ => set(deed, Class::KERNEL_ACTIVITY, 4),
    }
    deed.call = Some(Cow::Borrowed(name));
}

fn set(deed: &mut Deed<'_>, class: Class, activity: i64) {
    (deed.class, deed.activity) = (class, activity);
}

/// The first of some arguments that is a text with something in it.
fn first<'v>(record: &Record<'v>, names: &[&str]) -> Text<'v> {
    let text = |name: &&str| record.argument(name)?.as_str().filter(|text| !text.is_empty());
    names.iter().find_map(text).map(Cow::Borrowed)
}

/// A program was started. Of the system calls and the check before it, the record describes the
/// caller; of the scheduler's event, what it has become.
fn started<'v>(record: &Record<'v>, deed: &mut Deed<'v>) {
    set(deed, Class::PROCESS_ACTIVITY, 1);
    let path = deed.file.path.take();
    let command = record.argument("argv").and_then(words);
    if record.name() == "sched_process_exec" {
        deed.process.path = path.or(deed.process.path.take());
        deed.process.command = command;
        return;
    }
    let caller = std::mem::take(&mut deed.process);
    deed.process = Process {
        pid: caller.pid,
        path,
        command,
        user_uid: caller.user_uid.clone(),
        ..Process::default()
    };
    deed.parent = caller;
}

/// A command line, from a list of words or as one text.
fn words(value: &Value) -> Text<'_> {
    if let Some(text) = value.as_str() {
        return (!text.is_empty()).then_some(Cow::Borrowed(text));
    }
    let words = value.as_array()?.iter().take(WORDS_MAX).filter_map(JsonValueTrait::as_str);
    let joined = words.collect::<Vec<_>>().join(" ");
    (!joined.is_empty()).then_some(Cow::Owned(joined))
}

fn is_socket(deed: &Deed<'_>) -> bool {
    [&deed.source, &deed.target].iter().any(|end| end.ip.is_some() || end.host.is_some())
}

/// The ends of a connection, however the event writes them.
fn sockets<'v>(record: &Record<'v>, deed: &mut Deed<'v>) {
    let named = |ip, port| End {
        ip: record.argument(ip).and_then(address),
        port: record.argument(port).and_then(number),
        host: None,
    };
    (deed.source, deed.target) = (named("src", "src_port"), named("dst", "dst_port"));
    let domains = record.argument("dst_dns").and_then(|list| list.as_array());
    let host = domains.and_then(|list| list.iter().find_map(JsonValueTrait::as_str));
    deed.target.host = host.filter(|host| !host.is_empty()).map(|h| Cow::Borrowed(domain(h)));
    if let Some(packet) = record.argument("metadata").filter(|p| json::has(p, "src_ip")) {
        (deed.source, deed.target) =
            (end(packet, "src_ip", "src_port"), end(packet, "dst_ip", "dst_port"));
        let protocol = match json::at(packet, &["protocol"]).and_then(JsonValueTrait::as_i64) {
            Some(6) => Some("tcp"),
            Some(17) => Some("udp"),
            Some(1) => Some("icmp"),
            _ => None,
        };
        deed.protocol = protocol.map(Cow::Borrowed);
    } else if record.name().starts_with("net_tcp_") || record.name().starts_with("net_flow_tcp") {
        deed.protocol = Some(Cow::Borrowed("tcp"));
    }
    let is_bound = matches!(record.name(), "bind" | "security_socket_bind");
    for name in ["remote_addr", "addr"] {
        let told = record.argument(name).map(socket_address).filter(|end| end.ip.is_some());
        if let Some(told) = told.filter(|_| deed.target.ip.is_none()) {
            deed.target = told;
        }
    }
    if let Some(local) = record.argument("local_addr").map(socket_address) {
        let place =
            if is_bound || deed.target.ip.is_none() { &mut deed.target } else { &mut deed.source };
        if local.ip.is_some() {
            *place = local;
        }
    }
}

/// An end as `{"sa_family":"AF_INET","sin_addr":…,"sin_port":"443"}`; numbers stand as texts.
fn socket_address(value: &Value) -> End<'_> {
    let v4 = end(value, "sin_addr", "sin_port");
    if v4.ip.is_some() { v4 } else { end(value, "sin6_addr", "sin6_port") }
}

fn end<'v>(value: &'v Value, ip: &str, port: &str) -> End<'v> {
    End {
        ip: json::at(value, &[ip]).and_then(address),
        port: json::at(value, &[port]).and_then(number),
        host: None,
    }
}

fn address(value: &Value) -> Text<'_> {
    value.as_str().filter(|text| is_ip(text)).map(Cow::Borrowed)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The first name that a packet of DNS asks for.
fn question<'v>(record: &Record<'v>) -> Text<'v> {
    let simple = record.argument("dns_questions");
    let whole = || json::at(record.argument("proto_dns")?, &["questions"]);
    let list = simple.or_else(whole)?.as_array()?;
    let name = |item: &'v Value| json::text(item, &["query"]).or(json::text(item, &["name"]));
    let host = list.iter().find_map(name).map(domain)?;
    (!host.is_empty()).then_some(Cow::Borrowed(host))
}

fn network_activity(name: &str) -> i64 {
    match name {
        "connect"
        | "security_socket_connect"
        | "net_tcp_connect"
        | "net_flow_tcp_begin"
        | "accept"
        | "accept4"
        | "security_socket_accept" => 1,
        "net_flow_tcp_end" => 2,
        "bind" | "listen" | "security_socket_bind" | "security_socket_listen" => 7,
        _ => 6,
    }
}

fn file_activity(name: &str) -> i64 {
    match name {
        "creat"
        | "mknod"
        | "mknodat"
        | "mkdir"
        | "mkdirat"
        | "security_inode_mknod"
        | "symlink"
        | "symlinkat"
        | "link"
        | "linkat"
        | "security_inode_symlink" => 1,
        "read" | "vfs_read" | "vfs_readv" | "readlink" | "readlinkat" => 2,
        "write" | "vfs_write" | "vfs_writev" | "__kernel_write" | "magic_write"
        | "file_modification" | "truncate" => 3,
        "unlink" | "unlinkat" | "rmdir" | "security_inode_unlink" => 4,
        "rename" | "renameat" | "renameat2" | "security_inode_rename" => 5,
        "setxattr" | "utime" | "utimensat" => 6,
        "chmod" | "fchmodat" | "chown" | "lchown" | "fchownat" | "chmod_common" => 7,
        "mount" | "security_sb_mount" => 12,
        "umount" | "security_sb_umount" => 13,
        "open" | "openat" | "openat2" | "security_file_open" | "do_sys_open" => 14,
        _ => 99,
    }
}
