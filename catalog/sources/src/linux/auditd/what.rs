//! What an audit event tells: a program started, a file touched, a socket opened, a login.

use super::record::Record;
use super::sockaddr::Address;

/// What was done, in OCSF's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Process Activity with this activity.
    Process(i64),
    /// File System Activity with this activity.
    File(i64),
    /// Network Activity with this activity.
    Network(i64),
    /// Authentication with this activity, and its name where the class lists none.
    Login(i64, &'static str),
    /// Account Change with this activity, and its name where the class lists none.
    Account(i64, &'static str),
    /// Application Lifecycle with this activity.
    Service(i64),
    /// A system call that is none of these.
    Call,
    /// Anything else.
    Other,
}

/// Activities of OCSF's Process Activity.
pub const LAUNCH: i64 = 1;
const TERMINATE: i64 = 2;
const INJECT: i64 = 4;
const SET_USER: i64 = 5;

/// The bits of `open`'s flags that ask to write.
const WRITES: u64 = 0o3;

impl What {
    /// Reads it from the types of the records, then from the system call.
    pub fn of(record: &Record<'_>) -> What {
        if record.has("EXECVE") || record.has("USER_CMD") {
            return What::Process(LAUNCH);
        }
        if let Some(known) = record.kinds().find_map(reported) {
            return known;
        }
        let Some(call) = record.syscall() else { return What::Other };
        if let Some(Address::Inet { .. }) = record.socket() {
            return What::Network(match call.as_ref() {
                "bind" | "listen" => 7,
                "connect" | "accept" | "accept4" => 1,
                _ => 6,
            });
        }
        match call.as_ref() {
            "execve" | "execveat" | "fork" | "vfork" | "clone" | "clone3" => What::Process(LAUNCH),
            "exit" | "exit_group" | "kill" | "tkill" | "tgkill" | "pidfd_send_signal" => {
                What::Process(TERMINATE)
            }
            "ptrace" | "process_vm_writev" => What::Process(INJECT),
            "setuid" | "setreuid" | "setresuid" | "setfsuid" | "setgid" | "setregid"
            | "setresgid" | "setfsgid" => What::Process(SET_USER),
            other => file(other, record).map_or(What::Call, What::File),
        }
    }
}

/// What programs report themselves (`man 5 audit`, `libaudit.h`).
fn reported(kind: &str) -> Option<What> {
    Some(match kind {
        "USER_LOGIN" | "USER_START" | "LOGIN" => What::Login(1, "Logon"),
        "USER_END" | "USER_LOGOUT" => What::Login(2, "Logoff"),
        "USER_AUTH" => What::Login(99, "Authentication"),
        "USER_ACCT" => What::Login(99, "Account Check"),
        "USER_ERR" => What::Login(99, "Authentication Error"),
        "CRED_ACQ" => What::Login(99, "Credentials Acquired"),
        "CRED_REFR" => What::Login(99, "Credentials Refreshed"),
        "CRED_DISP" => What::Login(99, "Credentials Disposed"),
        "ADD_USER" => What::Account(1, "Create"),
        "DEL_USER" => What::Account(6, "Delete"),
        "USER_CHAUTHTOK" => What::Account(3, "Password Change"),
        "ACCT_LOCK" | "RESP_ACCT_LOCK" => What::Account(9, "Lock"),
        "ACCT_UNLOCK" | "RESP_ACCT_UNLOCK_TIMED" => What::Account(12, "Unlock"),
        "ADD_GROUP" => What::Account(99, "Group Created"),
        "DEL_GROUP" => What::Account(99, "Group Deleted"),
        "GRP_MGMT" => What::Account(99, "Group Changed"),
        "USER_MGMT" | "GRP_CHAUTHTOK" | "USER_ROLE_CHANGE" | "CHUSER_ID" | "CHGRP_ID" => {
            What::Account(99, "Changed")
        }
        "SERVICE_START" => What::Service(3),
        "SERVICE_STOP" => What::Service(4),
        _ => return None,
    })
}

/// What a system call does to a file; `None` if it is about no file.
fn file(call: &str, record: &Record<'_>) -> Option<i64> {
    let paths = record.paths();
    let is = |kind: &str| paths.iter().any(|(k, _)| k == kind);
    if paths.is_empty() {
        return None;
    }
    Some(match call {
        "rename" | "renameat" | "renameat2" => 5,
        "unlink" | "unlinkat" | "rmdir" => 4,
        "creat" | "mkdir" | "mkdirat" | "mknod" | "mknodat" | "link" | "linkat" | "symlink"
        | "symlinkat" => 1,
        "chmod" | "fchmod" | "fchmodat" | "fchmodat2" | "chown" | "fchown" | "fchownat"
        | "lchown" => 7,
        "setxattr" | "lsetxattr" | "fsetxattr" | "removexattr" | "utime" | "utimes"
        | "utimensat" | "futimesat" => 6,
        "truncate" | "ftruncate" => 3,
        "mount" => 12,
        "umount" | "umount2" => 13,
        "open" | "openat" | "openat2" => match () {
            () if is("CREATE") => 1,
            () if writes(call, record) => 3,
            () => 14,
        },
        "stat" | "lstat" | "newfstatat" | "statx" | "access" | "faccessat" | "faccessat2"
        | "readlink" | "readlinkat" => 8,
        _ if is("DELETE") => 4,
        _ if is("CREATE") => 1,
        _ => return None,
    })
}

fn writes(call: &str, record: &Record<'_>) -> bool {
    let argument = match call {
        "open" => "a1",
        "openat" => "a2",
        _ => return false,
    };
    let flags = record.of("SYSCALL", argument);
    flags.and_then(|f| u64::from_str_radix(&f, 16).ok()).is_some_and(|f| f & WRITES != 0)
}
