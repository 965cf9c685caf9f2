//! Code injection: a program's own language (PHP, JavaScript, Java, Ruby, Perl) where a value
//! belongs.

mod java;
mod php;
mod script;

/// Whether a value, in small letters, would be run as code by an interpreter.
pub fn is_attack(small: &str) -> bool {
    // A value without a sign of any of these languages is let go before the patterns are tried.
    let sign = |b: u8| matches!(b, b'(' | b'$' | b'<' | b'[' | b'.' | b'{' | b'_' | b'=' | b'`');
    small.bytes().any(sign)
        && (java::PATTERNS.any(small) || php::PATTERNS.any(small) || script::PATTERNS.any(small))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_patterns_are_built() {
        assert!(java::PATTERNS.is_built() && php::PATTERNS.is_built());
        assert!(script::PATTERNS.is_built());
    }

    #[test]
    fn code_is_told_from_prose() {
        for value in [
            "<?php echo shell_exec($_get['q']); ?>",
            "call_user_func('phpinfo')",
            "${@print(1)}",
            "auto_prepend_file=php://input",
            "require('child_process').exec('id')",
            "__proto__[admin]=1",
            "t(java.lang.runtime).getruntime()",
            "class.module.classloader.urls[0]=x",
            "@{[system 'id']}",
            "(sys.tem)('id')",
        ] {
            assert!(is_attack(value), "{value}");
        }
        for value in [
            "price: $40 (net)",
            "print screen key",
            "a.b.c",
            "what is eval?",
            "system of a down",
            "function of the liver",
            "require 2 seats",
            "total = 3 (three)",
            "mail.example.com",
            "java coffee (ground)",
            "while (supplies last)",
            "us$5 (approx)",
        ] {
            assert!(!is_attack(value), "{value}");
        }
    }
}
