//! Path traversal, and files of the server or of others where a page's own name belongs.

use super::super::text::any;

/// Files that intruders ask for first.
const FILES: &[&str] = &[
    "/etc/passwd",
    "/etc/shadow",
    "/etc/hosts",
    "/etc/group",
    "/etc/issue",
    "/etc/motd",
    "/proc/self/",
    "/proc/version",
    "/proc/cmdline",
    "/var/log/",
    "/etc/ssh",
    "/etc/apache",
    "/etc/httpd",
    "/etc/nginx",
    "/etc/mysql",
    "boot.ini",
    "win.ini",
    "system32/",
    "system32\\",
    "windows\\system",
    "php://filter",
    "php://input",
    "phar://",
    "zip://",
    "expect://",
    "file://",
    "data://",
    "data:text/plain;base64",
    "/.ssh/",
    "web.config",
    "wp-config.php",
    "/.env",
    "/.git/",
    ".htpasswd",
    ".htaccess",
    "/.aws/credentials",
    "php://fd",
    "access_log",
    "error_log",
    "/usr/local/",
    "/proc/net/",
    "/proc/1/",
    "/proc/mounts",
    "/proc/cpuinfo",
    "/etc/fstab",
    "/etc/crontab",
    "/etc/sudoers",
    "/etc/subuid",
    "/etc/subgid",
    "/etc/resolv.conf",
    "/etc/os-release",
    "/etc/hostname",
    ".ssh/id_",
    ".ssh/authorized_keys",
    ".bash_history",
    ".mysql_history",
    "id_rsa",
    "compress.zlib://",
    "compress.bzip2://",
    "glob://",
    "ogg://",
    "rar://",
    "ssh2.",
    "jar:file:",
    "file:/",
    "windows/win",
    "c:/windows",
    "c:\\windows",
    "c:\\inetpub",
];

/// Whether a value, in small letters, leaves the folder it belongs to.
pub fn is_attack(small: &str) -> bool {
    let folders = small.replace('\\', "/");
    let up = folders.matches("../").count()
        + folders.matches("..%").count()
        + folders.matches("..;/").count()
        + folders.matches("..//").count()
        + folders.matches(".../").count();
    if up >= 2
        || (up == 1
            && (any(&folders, &["/../", "etc", "conf", "ini", "log"])
                || folders.starts_with("../")))
    {
        return true;
    }
    if folders.ends_with("/..") || folders == ".." || folders.contains("/./.") {
        return true;
    }
    if any(small, FILES) && !small.contains(' ') {
        return true;
    }
    let scheme = small.trim_end_matches('?');
    if scheme.len() < small.len() && ["http", "https", "ftp", "file", "ftps"].contains(&scheme) {
        return true;
    }
    small.contains('\0') && any(small, &[".", "/"]) || remote(small)
}

/// A script of another server where a page's own belongs.
fn remote(small: &str) -> bool {
    let Some((scheme, rest)) = small.split_once("://") else { return false };
    let scheme = matches!(scheme.trim(), "http" | "https" | "ftp" | "ftps");
    let path = rest.trim_end_matches(['?', '#', '\0']);
    let query = rest.len() != path.len();
    let script = [".txt", ".php", ".inc", ".gif", ".jpg", ".dat", ".log"];
    scheme && query && script.iter().any(|end| path.ends_with(end))
}
