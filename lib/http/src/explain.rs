//! What a failure means, in words: method, address and cause, without secrets.

use std::io;
use std::time::Duration;

use crate::client::{Failure, LATER};
use crate::error::{Blame, Error, Retry};
use crate::request::Request;
use crate::{Answer, retry, url};

/// The most of an answer's body that an error shows, in characters.
const EXCERPT_MAX: usize = 300;

/// A status that is no success.
pub(crate) fn status(request: &Request, answer: &Answer) -> Error {
    let code = answer.status;
    let remedy = match code {
        401 => "The credentials were not accepted: check the token or key, and that it is valid.",
        403 => "The credentials are known, but may not do this: check the rights of the account.",
        404 => "Check the address, the project's name, and that the account may see it.",
        413 => "The other side takes no request of this size.",
        429 => "Too many requests: wait, or ask the other side for a higher limit.",
        400 | 409 | 410 | 415 | 422 => "The other side refused the content: its words say why.",
        500.. => "The other side is down or broken: nothing is lost, try again later.",
        _ => "The answer was not expected: check the address.",
    };
    let mut what = format!("{}: status {code}", request.shown());
    let said = excerpt(request, answer);
    if !said.is_empty() {
        what.push_str(": ");
        what.push_str(&said);
    }
    let passing = retry::is_passing(code);
    Error {
        blame: if code >= 500 || code == 429 { Blame::Remote } else { Blame::User },
        retry: if passing { Retry::After(LATER) } else { Retry::Never },
        status: Some(code),
        unsure: passing && !retry::was_not_acted_on(code),
        ..Error::user(what, remedy)
    }
}

/// The start of the answer, on one line; whatever of our headers it repeats is struck out.
fn excerpt(request: &Request, answer: &Answer) -> String {
    let mut text = answer.text();
    for (name, value) in &request.headers {
        let harmless = name.eq_ignore_ascii_case("content-type")
            || name.eq_ignore_ascii_case("accept")
            || value.len() < 4;
        let secret = value.split_once(' ').map_or(value.as_str(), |(_, secret)| secret);
        if !harmless && !secret.is_empty() {
            text = text.replace(secret, "«redacted»");
        }
    }
    let clean: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT_MAX).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A redirect that is not followed.
pub(crate) fn redirect(request: &Request, target: &str) -> Error {
    Error::user(
        format!("{}: it redirects to {}", request.shown(), url::shown(target)),
        "Credentials are not carried elsewhere: set the final address in the settings.",
    )
}

/// An answer beyond the bound.
pub(crate) fn too_long(request: &Request, limit: u64) -> Error {
    Error::user(
        format!("{}: the answer is longer than {limit} bytes", request.shown()),
        "Check the address; if the size is right, raise the bound.",
    )
}

/// No answer at all.
pub(crate) fn transport(request: &Request, error: &ureq::Error) -> Failure {
    use ureq::Error as E;
    use ureq::Timeout as T;
    let shown = request.shown();
    let broken = |why: String, remedy: &str, unsure: bool| Failure {
        error: Error { unsure, ..Error::remote(format!("{shown}: {why}"), remedy, LATER) },
        passing: true,
    };
    let user = |why: String, remedy: &str| Error::user(format!("{shown}: {why}"), remedy).into();
    match error {
        E::HostNotFound => {
            broken("the host is not known".into(), "Check the address and the name server.", false)
        }
        E::Timeout(T::Resolve | T::Connect) => broken(
            "no connection in time".into(),
            "Check the address, the way to it and the proxy.",
            false,
        ),
        E::Timeout(_) => broken("no answer in time".into(), "Try again later.", true),
        E::Io(cause) => match tls_cause(cause) {
            Some(why) => user(why, AUTHORITY),
            None => io_failure(cause, &broken),
        },
        E::Rustls(cause) => user(format!("TLS failed: {cause}"), AUTHORITY),
        E::Tls(cause) => user(format!("TLS failed: {cause}"), AUTHORITY),
        E::ConnectionFailed => {
            broken("no connection".into(), "Check the address and the way to it.", false)
        }
        E::ConnectProxyFailed(_) | E::InvalidProxyUrl => {
            user("the proxy refused".into(), "Check the proxy in the settings.")
        }
        E::BadUri(_) | E::Http(_) => {
            user("the address is malformed".into(), "Check the address in the settings.")
        }
        _ => broken("the answer is no HTTP".into(), "Check the address and the port.", true),
    }
}

const AUTHORITY: &str = "If the certificate is the organisation's own, name the file with its \
                         authority (PEM) in the settings; the check is never switched off.";

fn tls_cause(cause: &io::Error) -> Option<String> {
    let inner = cause.get_ref()?;
    if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
        return Some(format!("TLS failed: {tls}"));
    }
    match inner.downcast_ref::<ureq::Error>()? {
        ureq::Error::Rustls(tls) => Some(format!("TLS failed: {tls}")),
        _ => None,
    }
}

fn io_failure(cause: &io::Error, broken: &dyn Fn(String, &str, bool) -> Failure) -> Failure {
    match cause.kind() {
        io::ErrorKind::ConnectionRefused => broken(
            "the connection was refused".into(),
            "Check that the server runs and the port is right.",
            false,
        ),
        io::ErrorKind::TimedOut => broken("no answer in time".into(), "Try again later.", true),
        kind => broken(format!("the connection broke ({kind})"), "Try again later.", true),
    }
}

/// The last word after all tries.
pub(crate) fn given_up(mut error: Error, failed: u32, wait: Duration) -> Error {
    if failed > 0 {
        error.what = format!("{} (after {} tries)", error.what, failed + 1);
    }
    if let Retry::After(_) = error.retry {
        error.retry = Retry::After(wait.max(Duration::from_secs(1)));
    }
    error
}
