//! Commands for the server's shell where a value belongs.

use super::super::text::{any, behind};

/// Programs that intruders call.
const PROGRAMS: &[&str] = &[
    "id",
    "ls",
    "dir",
    "cat",
    "type",
    "whoami",
    "uname",
    "ping",
    "nslookup",
    "dig",
    "host",
    "curl",
    "wget",
    "nc",
    "ncat",
    "netcat",
    "bash",
    "sh",
    "zsh",
    "python",
    "python3",
    "perl",
    "php",
    "ruby",
    "powershell",
    "cmd",
    "cmd.exe",
    "ifconfig",
    "ipconfig",
    "ip",
    "netstat",
    "ps",
    "pwd",
    "echo",
    "sleep",
    "touch",
    "rm",
    "cp",
    "mv",
    "chmod",
    "tftp",
    "ftp",
    "find",
    "grep",
    "sed",
    "awk",
    "head",
    "tail",
    "more",
    "less",
    "env",
    "printenv",
    "net",
    "tasklist",
    "systeminfo",
    "certutil",
    "bitsadmin",
    "regsvr32",
    "mkfifo",
    "base64",
    "xxd",
    "w",
    "who",
    "last",
    "df",
    "mount",
    "kill",
    "reboot",
    "shutdown",
    "crontab",
    "useradd",
    "passwd",
    "su",
    "sudo",
    "tar",
    "socat",
    "telnet",
    "lynx",
    "fetch",
    "phpinfo",
    "uptime",
    "set",
    "hostname",
    "arp",
    "route",
    "tree",
    "printf",
    "timeout",
    "expr",
    "sysinfo",
    "ver",
    "vol",
    "dnscat",
    "tcpdump",
    "ssh",
];

/// Whether a value, in small letters, would make a shell run something.
pub fn is_attack(small: &str) -> bool {
    if any(
        small,
        &[
            "() {",
            "(){",
            "${ifs}",
            "$ifs",
            "/bin/",
            "/dev/tcp/",
            "cmd.exe",
            "cmd /c",
            "powershell -",
            "powershell.exe",
            "system(",
            "shell_exec(",
            "passthru(",
            "popen(",
            "proc_open(",
            "runtime.getruntime",
            "os.system",
            "subprocess.",
            "pcntl_exec(",
            "<!--#exec",
        ],
    ) {
        return true;
    }
    let separators = [";", "|", "&", "\n", "\r", "`", "$(", "%0a", "{", "<(", "\\n"];
    separators.iter().any(|sign| after(small, sign))
}

/// Whether a known program stands behind a sign that separates commands.
fn after(small: &str, sign: &str) -> bool {
    let mut rest = small;
    while let Some(tail) = behind(rest, sign) {
        if is_call(tail, sign) {
            return true;
        }
        rest = tail;
    }
    false
}

fn is_call(tail: &str, sign: &str) -> bool {
    let tail = tail.trim_start_matches([' ', '\t', '|', '&', '"', '\'', '\\', '^', '(']);
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '\\' | '-');
    let end = tail.find(|c| !name(c)).unwrap_or(tail.len());
    let (word, rest) = tail.split_at(end);
    let word = word.rsplit(['/', '\\']).next().unwrap_or(word);
    if !PROGRAMS.contains(&word) {
        return false;
    }
    // A separator of queries or prose needs more than a word behind it.
    let call = rest.is_empty()
        || rest.starts_with([
            ';', '|', '&', '`', ')', '>', '<', '$', ',', '}', '\n', '(', '"', '\'', '#',
        ]);
    let option = rest
        .trim_start()
        .starts_with(['-', '/', '\\', '.', '$', '*', '"', '\'', '~', '%', '&', '|', ';']);
    let argument = rest.starts_with(' ')
        && (rest.contains('/') || rest.contains('.') || rest.trim().is_empty());
    call || option || argument || matches!(sign, "`" | "$(")
}
