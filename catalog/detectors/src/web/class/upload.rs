//! Uploads of what a server would run.

/// Whether a request puts a script where the server runs it: by its method, path and status.
pub fn is_upload(method: &str, path: &str) -> bool {
    const ENDS: &[&str] =
        &[".php", ".phtml", ".php5", ".phar", ".jsp", ".jspx", ".asp", ".aspx", ".war", ".cgi"];
    let path = path.trim_end_matches(['/', '\0', '.', ' ']);
    matches!(method, "PUT" | "MOVE" | "COPY") && ENDS.iter().any(|end| path.ends_with(end))
}
