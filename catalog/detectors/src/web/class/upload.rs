//! Uploads of what a server would run.

/// Ends of names that servers run, or that change how they do.
const ENDS: &[&str] = &[
    ".php",
    ".php3",
    ".php4",
    ".php5",
    ".php7",
    ".php8",
    ".phps",
    ".pht",
    ".phtml",
    ".phar",
    ".jsp",
    ".jspx",
    ".jspf",
    ".asp",
    ".aspx",
    ".ashx",
    ".asa",
    ".cer",
    ".war",
    ".cgi",
    ".cfm",
    ".shtml",
    ".htaccess",
    ".user.ini",
    "web.config",
];

/// Whether a request puts a script where the server runs it: by its method and path.
pub fn is_upload(method: &str, path: &str) -> bool {
    matches!(method, "PUT" | "MOVE" | "COPY") && is_script(path)
}

/// Whether a file's name, in small letters, is one of a script; also with what hides its end.
pub fn is_script(name: &str) -> bool {
    let name = name.split(['\0', ';', '?']).next().unwrap_or(name);
    let name = name.trim_end_matches(['/', '.', ' ', '"', '\'']).trim_end_matches("::$data");
    ENDS.iter().any(|end| name.ends_with(end))
        || [".php.", ".jsp.", ".phtml.", "wp-config"].iter().any(|part| name.contains(part))
        || name.strip_prefix("sess_").is_some_and(|rest| rest.len() >= 16)
}
