//! What goes wrong on the way to a tracker is told clearly, for each kind, without a secret.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test is the other side")]

mod common;

use std::net::TcpListener;
use std::sync::Arc;

use common::{Reply, SECRET, hides_secrets, serve, serve_one, settings, ticket, tracker};
use model::{Blame, Error, Retry};

fn error(kind: &str, reply: Reply) -> Error {
    let (url, _) = serve(move |_| reply.clone());
    let error = tracker(kind, &url).create(&ticket()).unwrap_err();
    hides_secrets(&format!("{error:?}"));
    error
}

fn plain(status: u16, more: &str, body: &str) -> Reply {
    (status, more.to_owned(), body.to_owned())
}

#[test]
fn statuses_say_whose_fault_and_what_to_do() {
    for kind in trackers::KINDS {
        let echo = format!("{{\"message\": \"no: {SECRET}\"}}");
        for (status, blame, wanted) in [
            (401, Blame::User, "check the token"),
            (403, Blame::User, "rights"),
            (404, Blame::User, "project"),
            (422, Blame::User, "its words say why"),
            (429, Blame::Remote, "Too many requests"),
            (500, Blame::Remote, "nothing is lost"),
            (503, Blame::Remote, "nothing is lost"),
        ] {
            let error = error(kind, plain(status, "", &echo));
            assert_eq!(error.blame, blame, "{kind} {status}: {error:?}");
            assert!(error.what.contains(&format!("status {status}")), "{kind}: {error:?}");
            assert!(error.remedy.contains(wanted), "{kind} {status}: {error:?}");
            assert_eq!(error.retry != Retry::Never, status == 429 || status >= 500, "{error:?}");
        }
    }
}

#[test]
fn waits_are_kept_and_redirects_are_not_followed() {
    for kind in trackers::KINDS {
        let late = error(kind, plain(429, "retry-after: 3600\r\n", "{}"));
        assert!(late.what.contains("3600") || late.remedy.contains("3600"), "{kind}: {late:?}");
        let away = "location: https://elsewhere.example/login\r\n";
        for status in [301, 302, 307, 308] {
            let moved = error(kind, plain(status, away, ""));
            assert!(moved.what.contains("redirects to https://elsewhere.example"), "{moved:?}");
            assert!(moved.remedy.contains("Credentials"), "{moved:?}");
        }
    }
}

/// After a 429 with a short wait the same request goes through, once.
#[test]
fn a_short_wait_is_waited_out() {
    for kind in trackers::KINDS {
        let mut first = true;
        let (url, seen) = serve(move |_| {
            let busy = std::mem::take(&mut first);
            let body = "{\"number\": 7, \"iid\": 7, \"key\": \"SEC-7\", \"ok\": true, \"ts\": \"7\", \
                        \"issue\": {\"id\": 7}, \"values\": [], \"issue_priorities\": [{\"id\": 1}]}";
            if busy { plain(429, "retry-after: 0\r\n", "{}") } else { plain(200, "", body) }
        });
        let settings = trackers::Settings { retries: Some(1), ..settings(kind, &url) };
        let tracker = trackers::make(&settings, SECRET.into(), Vec::new()).unwrap();
        assert!(!tracker.create(&ticket()).unwrap().is_empty(), "{kind}");
        let posts = seen.lock().unwrap().iter().filter(|one| one.method == "POST").count();
        assert!(posts <= 2, "{kind}: {posts}");
    }
}

/// Slack says 200 to what it does not do.
#[test]
fn a_refusal_with_status_200_is_a_refusal() {
    for (said, wanted) in [
        ("invalid_auth", "Check the token"),
        ("not_in_channel", "must be a member"),
        ("missing_scope", "chat:write"),
        ("msg_too_long", "documentation"),
    ] {
        let body = format!("{{\"ok\": false, \"error\": \"{said}\"}}");
        let error = error("slack", plain(200, "", &body));
        assert!(error.what.contains(said) && error.remedy.contains(wanted), "{error:?}");
    }
}

#[test]
fn what_is_no_answer_of_an_api_is_told() {
    for kind in trackers::KINDS {
        let page = error(kind, plain(200, "", "<html>Sign in</html>"));
        assert!(page.what.contains("the answer is no JSON"), "{kind}: {page:?}");
    }
    let none = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", none.local_addr().unwrap());
    drop(none);
    let down = tracker("github", &url).create(&ticket()).unwrap_err();
    assert!(down.what.contains("refused") && down.blame == Blame::Remote, "{down:?}");
}

/// A certificate that nobody knows is refused until its authority is named.
#[test]
fn a_certificate_of_ones_own_needs_its_authority() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(session, stream.unwrap());
            serve_one(&mut stream, &mut |_| plain(201, "", "{\"number\": 7}"));
        }
    });
    let error = tracker("github", &url).create(&ticket()).unwrap_err();
    assert!(error.what.contains("TLS failed") && error.remedy.contains("authority"), "{error:?}");
    assert_eq!((error.blame, error.retry), (Blame::User, Retry::Never));
    hides_secrets(&format!("{error:?}"));
    let known = made.cert.pem().into_bytes();
    let trusting = trackers::make(&settings("github", &url), SECRET.into(), known).unwrap();
    assert_eq!(trusting.create(&ticket()).unwrap(), "7");
}
