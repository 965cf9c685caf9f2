//! The names that secrets go by.

/// How the value of a secret's name is written when it is not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// One word: `password=…`.
    Word,
    /// One word, and the name is also a common noun or a part of ARNs (`…:secret:name`).
    Noun,
    /// The rest of the line: `Cookie: a=1; b=2`.
    Line,
    /// The same, and AWS request signatures stay, because the access key id in them is evidence.
    Authorization,
    /// A request signature: a secret only if it is a long hexadecimal number.
    Signature,
}

/// The longest name that is looked up; `_`, `-` and `.` in it do not count.
const NAME_MAX: usize = 64;

/// Ends of names that mean a secret, in lower case and without separators.
const ENDS: &[&str] = &[
    "apikey",
    "dbpass",
    "keymaterial",
    "passphrase",
    "passwd",
    "password",
    "plaintext",
    "privatekey",
    "pwd",
    "secret",
    "secretaccesskey",
    "secretbinary",
    "secretkey",
    "secretstring",
    "token",
    "tokencode",
];

/// What the word means as a name, if it names a secret.
pub(super) fn secret(word: &[u8]) -> Option<Name> {
    let mut buffer = [0u8; NAME_MAX];
    let name = squeeze(word, &mut buffer)?;
    match name {
        "token" | "secret" => Some(Name::Noun),
        "cookie" | "cookies" | "setcookie" => Some(Name::Line),
        "authorization" | "proxyauthorization" => Some(Name::Authorization),
        "signature" | "xamzsignature" => Some(Name::Signature),
        "samlassertion" | "samlresponse" => Some(Name::Word),
        name if ENDS.iter().any(|end| name.ends_with(end)) => Some(Name::Word),
        _ => None,
    }
}

/// The last [`NAME_MAX`] letters and digits of a word, in lower case.
fn squeeze<'b>(word: &[u8], buffer: &'b mut [u8; NAME_MAX]) -> Option<&'b str> {
    let mut start = NAME_MAX;
    for byte in word.iter().rev().filter(|b| b.is_ascii_alphanumeric()).take(NAME_MAX) {
        start -= 1;
        *buffer.get_mut(start)? = byte.to_ascii_lowercase();
    }
    std::str::from_utf8(buffer.get(start..)?).ok()
}
