//! Java: names of classes, and calls that reach the platform through an expression.

use std::sync::LazyLock;

use super::super::pattern::Patterns;

pub static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        // Packages of the platform, and of libraries that expressions climb through.
        r"\bjava\.(?:lang|io|net|nio|util|sql|rmi|beans|security|awt|text|time|math|runtime)\b",
        r"\bjavax\.[a-z]+\.[a-z]",
        r"\b(?:com\.sun|sun\.(?:misc|reflect|rmi)|jdk\.(?:internal|nashorn))\.",
        r"\b(?:com\.opensymphony|freemarker\.template|org\.omg)\.[a-z]",
        r"\borg\.apache\.(?:commons|struts2?|xalan|xerces|catalina|tomcat|velocity|ognl|log4j)\b",
        r"\borg\.(?:springframework|codehaus|mozilla|jboss|hibernate|python|mvel2?)\.[a-z]+\.[a-z]",
        r"\bognl\.[a-z]|@ognl|#_memberaccess|#context\[|xwork\.methodaccessor",
        // The ways to a process and to foreign classes.
        r"\bprocessbuilder\b|^\s*runtime\s*$",
        r"\bgetruntime\s*\(|\bruntime\s*\.\s*(?:exec|getruntime)|\bjava\.runtime\b",
        r"\.getclass\s*\(|\.forname\s*\(|\.getmethod\s*\(|\.newinstance\s*\(|\.getdeclared",
        r"\bclass\.module\.|\bclass\.classloader\b|\burlclassloader\b|\bgetclassloader\b",
        r"\b(?:unmarshaller|unsafe|xmldecoder|objectinputstream)\b.{0,200}\b(?:base64data|java)",
        r"\b(?:clone|instantiate|invoker|chained|constant|closure)transformer\b",
        r"\bsimplexmlrpc|\bscriptenginemanager\b|\bgroovyshell\b|\btemplatesimpl\b",
    ])
});
