//! JavaScript on a server, Ruby, Perl and Python: how they reach processes and prototypes.

use std::sync::LazyLock;

use super::super::pattern::Patterns;

pub static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        // Node.js.
        r"\brequire\s*\(\s*['\x22`]|\bchild_process\b|\brequire\.resolve\b",
        r"\bprocess\s*\.\s*(?:env|binding|mainmodule|exit|kill|chdir|cwd|spawn|versions?)\b",
        r"\bglobal(?:this)?\s*[.\[]\s*['\x22]?process|\bthis\.constructor\b|constructor\s*\.\s*constructor",
        r"_\$\$nd_|__js_function",
        r"\bconsole\s*\.\s*(?:debug|dir|error|info|log|table|trace|warn)\s*\(",
        r"\b(?:new\s+)?function\s*\(\s*[\w,\s]*\)\s*\{|\bnew\s+function\s*\(|=>\s*\{",
        r"\bstring\s*\.\s*(?:raw|fromcharcode)\b|\bimport\s*\(\s*['\x22]",
        r"\bfs\s*\.\s*(?:read|write|append)\w*\s*\(",
        r"\bwhile\s*\(\s*(?:[!~+-]*\s*(?:\d|true|false|nan|infinity|null|undefined|string|\[|\{|''|\x22\x22|''|``|/)|!)",
        r"\bfor\s*\(\s*;\s*;",
        // Prototypes.
        r"__proto__|\bconstructor\s*(?:\.|\[\s*['\x22]?)\s*prototype",
        // Ruby.
        r"\bprocess\s*\.\s*(?:spawn|fork|exec|daemon)\b|\b(?:kernel|io)\s*\.\s*(?:exec|system|popen|open|spawn|read|binread|binwrite|write)\b",
        r"\bopen3\s*\.|%x[{(\[|]|\.instance_eval\b|\berb\.new\b|\b(?:erb|marshal|yaml)\.(?:load|new)\b|\.constantize\b",
        // Perl: code within a text.
        r"@\s*\{\s*\[|@\s*\{\s*!!?\s*\w",
        // Python.
        r"__import__\s*\(|__(?:class|globals|builtins|subclasses|mro|init|getattribute)__",
        r"\b(?:os|subprocess|pty|commands)\s*\.\s*(?:system|popen|spawn\w*|exec\w*|call|run|check_output|getoutput)\s*\(",
    ])
});
