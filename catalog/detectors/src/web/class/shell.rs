//! Web shells: a script that takes commands in its query.

use super::super::text::any;

/// Whether a path and a query, decoded and in small letters, call one.
pub fn is_shell(path: &str, query: &str) -> bool {
    const NAMES: &[&str] = &[
        "c99.php",
        "r57.php",
        "wso.php",
        "b374k",
        "alfa.php",
        "webshell",
        "cmd.jsp",
        "cmd.asp",
        "cmd.php",
        "shell.php",
        "shell.jsp",
        "shell.aspx",
        "phpspy",
        "indoxploit",
        "antsword",
        "godzilla",
        "behinder",
        "china.php",
        "weevely",
    ];
    let script = any(path, &[".php", ".jsp", ".asp", ".cgi", ".cfm", ".phtml", ".pht"]);
    let takes = ["cmd=", "exec=", "command=", "shell=", "c=", "execute="].iter().any(|name| {
        let mut pairs = query.split('&');
        pairs.any(|pair| pair.strip_prefix(name).is_some_and(is_command))
    });
    script && takes || (script && !query.is_empty() && any(path, NAMES))
}

/// Whether a value is a command line.
fn is_command(value: &str) -> bool {
    const FIRST: &[&str] = &[
        "id", "ls", "dir", "whoami", "uname", "cat", "pwd", "ps", "ifconfig", "ipconfig", "wget",
        "curl", "nc", "bash", "sh", "python", "perl", "net", "type", "echo", "env", "hostname",
    ];
    FIRST.contains(&value.split([' ', '+', ';', '|']).next().unwrap_or_default())
}
