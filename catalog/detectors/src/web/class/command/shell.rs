//! How shells are written: expressions, loops, disguises of a program's name.

use std::sync::LazyLock;

use super::super::pattern::Patterns;

/// What only shells have.
pub static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        r"\(\s*\)\s*\{|\$\{ifs|\$ifs\b|/dev/(?:tcp|udp)/|<!--#(?:exec|include)",
        r"\b(?:cmd(?:\.exe)?\s+/[ck]|cmd\.exe|powershell(?:\.exe)?\s+-|powershell\.exe)\b?",
        r"(?:^|[\s;|&=('\x22`])/(?:usr/)?(?:local/)?s?bin/[a-z]",
        r"\b(?:system|shell_exec|passthru|popen|proc_open|pcntl_exec)\s*\(\s*['\x22$\w]",
        // Computed words: $(…), $((…)), $[…], <(…), ~+.
        r"\$\(\s*[\w(/$]|\$\[\s*[\w$+ ]*\]|(?:^|[\s;|=])[<>]\([a-z/$]|\$\{[a-z_]\w*[:#%/^,@-]",
        r"(?:^|[\s=;])~[+-]\d*(?:$|[\s/;])",
        // Names of files with parts left open, and programs of which letters are.
        r"(?:^|[\s;|&=(`])/[\w?*./]*(?:[\w]*[?*][\w?*]*/|\[[^\]/]{1,8}\])[\w?*.\[\]/]*",
        r"(?:^|[\s;|&=(`])/[\w?*]*\?[\w?*]*\?[\w?*/.]*",
        r"(?:^|[;|&`(]\s*|\s)(?:alias|unalias)\s+(?:-[a-z]+\s+)*[\w.]+=",
        r"\bset\s+[-+]o\s+history\b|\bhistory\s+-[cwd]|(?:^|[\s;])!(?:!|-\d+|\d+)(?:$|[\s;:])",
        // Windows: loops and conditions of its command line.
        r"(?:^|[\s&|;(@])for\s+(?:/[dlfr]\s+(?:\S+\s+)?)?%{1,2}\S*\s+in\s*\(",
        r"(?:^|[\s&|;(@])if\s+(?:/i\s+)?(?:not\s+)?(?:exist|errorlevel|defined|cmdextversion)\s+\S",
        r"(?:^|[&|;(@])\s*if\s+(?:/i\s+)?(?:not\s+)?\S+\s*(?:==|\b(?:equ|neq|lss|leq|gtr|geq)\b)\s*\S",
        // PowerShell: cmdlets are verbs and nouns.
        r"\b(?:invoke|get|set|new|start|stop|remove|add|import|export|out|write|select|where|foreach|convertto|convertfrom|enable|disable|test|copy|move|clear|restart|register|unregister|wait|send|receive|enter|exit|measure|update)-(?:alias|childitem|clipboard|command|computer\w*|content|csv|cimclass|credential|eventlog|expression|host|history|hotfix|item\w*|job|location|method|mpPreference|netfirewall\w*|null|object|output|process|psdrive|pssession|psprovider|restmethod|securestring|service|string|variable|webrequest|wmiobject|wmimethod)\b",
        r"\b(?:iex|iwr)\s*[('\x22$]|\bdownload(?:string|file)\s*\(|\bfrombase64string\b|-enc(?:odedcommand)?\s+[a-z0-9+/]{16}",
    ])
});

/// A command as the shell reads it: quotes, backslashes and empty expansions within words taken
/// out. `None` if there is nothing of these.
pub fn plain(small: &str) -> Option<String> {
    if !small.contains(['\'', '"', '\\', '^', '$', '`']) {
        return None;
    }
    let mut out = String::with_capacity(small.len());
    let mut rest = small.chars().peekable();
    while let Some(sign) = rest.next() {
        match sign {
            '\'' | '"' | '\\' | '^' | '`' => {}
            '$' => match rest.peek() {
                Some('@' | '*' | '?' | '!' | '#' | '-' | '_') => {
                    rest.next();
                }
                Some('{') => while rest.next().is_some_and(|c| c != '}') {},
                Some(c) if c.is_ascii_alphanumeric() => {
                    while rest.next_if(char::is_ascii_alphanumeric).is_some() {}
                }
                _ => out.push('$'),
            },
            other => out.push(other),
        }
    }
    (out != small).then_some(out)
}
