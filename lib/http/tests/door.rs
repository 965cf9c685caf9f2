//! The client against a server that says what it is told to, plain and with TLS.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test is the other side")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use door::{Blame, Client, Clock, Error, Redirects, Request, Retry, Settings};

/// A clock that notes the waits and never waits.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<u64>>>);

impl Clock for Noted {
    fn now(&self) -> i64 {
        784_111_777
    }
    fn sleep(&self, time: Duration) {
        self.0.lock().unwrap().push(time.as_millis() as u64);
    }
}

/// Answers one connection after another; an empty answer hangs up. Gives the address and the
/// requests as they came.
fn server(answers: &[&str]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answers: Vec<String> = answers.iter().map(|a| a.replace("HERE", &address)).collect();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            noted.lock().unwrap().push(request(&mut stream));
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, seen)
}

fn request(stream: &mut impl Read) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    let length =
        |line: &str| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok();
    let mut body = vec![0; head.lines().find_map(length).unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn get(address: &str) -> Request {
    Request::get(address)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn status(line: &str, more: &str) -> String {
    format!("HTTP/1.1 {line}\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n")
}

fn client(settings: Settings) -> (Client, Noted) {
    let clock = Noted::default();
    (Client::with_clock(settings, Box::new(clock.clone())).unwrap(), clock)
}

fn failure(answers: &[&str], settings: Settings, make: impl Fn(&str) -> Request) -> (Error, Noted) {
    let (address, _) = server(answers);
    let (client, clock) = client(settings);
    (client.call(&make(&address)).unwrap_err(), clock)
}

#[test]
fn what_passes_is_tried_again() {
    let (address, seen) = server(&[
        "",
        &status("429 Slow", "retry-after: 7\r\n"),
        &status("503 Down", "retry-after: Sun, 06 Nov 1994 08:49:47 GMT\r\n"),
        &ok("done"),
    ]);
    let (client, clock) = client(Settings::default());
    let answer = client.call(&Request::get(format!("{address}/a")).header("x-key", "k1")).unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (200, "done"));
    let waits = clock.0.lock().unwrap().clone();
    assert!((500..700).contains(&waits[0]) && waits[1..] == [7000, 10_000], "{waits:?}");
    assert!(
        seen.lock().unwrap().iter().all(|r| r.starts_with("GET /a ") && r.contains("x-key: k1"))
    );
}

#[test]
fn a_post_is_not_done_twice() {
    // The connection broke: it may have arrived. A server that says "busy" did nothing.
    let post = |address: &str| Request::post(address, "application/json", "{}");
    let (error, clock) = failure(&["", &ok("")], Settings::default(), post);
    assert!(error.unsure && clock.0.lock().unwrap().is_empty(), "{error:?}");
    let (error, _) = failure(&[&status("500 Oh", "")], Settings::default(), post);
    assert!(error.unsure && error.status == Some(500), "{error:?}");
    let (address, seen) = server(&[&status("503 Busy", ""), &ok("x")]);
    let (client, _) = client(Settings::default());
    assert!(client.call(&post(&address)).is_ok());
    assert!(seen.lock().unwrap().iter().all(|r| r.ends_with("\r\n\r\n{}")));
}

#[test]
fn tries_end() {
    let down = status("502 Down", "");
    let settings = Settings { retries: 2, ..Settings::default() };
    let (error, clock) = failure(&[&down, &down, &down], settings, get);
    assert!(error.what.contains("status 502") && error.what.contains("after 3 tries"), "{error}");
    assert_eq!((error.blame, clock.0.lock().unwrap().len()), (Blame::Remote, 2));
    // More than we wait: the caller learns when.
    let later = status("429 Slow", "retry-after: 3600\r\n");
    let (error, _) = failure(&[&later], Settings::default(), get);
    assert_eq!(error.retry, Retry::After(Duration::from_hours(1)));
}

#[test]
fn errors_say_what_and_hide_secrets() {
    let echo = "HTTP/1.1 401 No\r\ncontent-length: 26\r\nconnection: close\r\n\r\nbad token s3cr3t-token ok?";
    let (error, _) = failure(&[echo], Settings::default(), |address| {
        let url = format!("{}/x?key=s3cr3t-query", address.replace("//", "//u:s3cr3t-pass@"));
        Request::get(url).header("authorization", "Bearer s3cr3t-token")
    });
    let all = format!("{error} {error:?}");
    assert!(all.contains("/x: status 401: bad token «redacted» ok?"), "{all}");
    assert!(!all.contains("s3cr3t") && all.contains("not accepted"), "{all}");
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (client, _) = client(Settings { retries: 1, ..Settings::default() });
    let hook = Request::post(format!("http://{gone}/s3cr3t"), "a/b", "").secret_path();
    let error = client.call(&hook).unwrap_err();
    assert!(!error.unsure && error.what.contains("connection was refused"), "{error}");
    assert!(!format!("{error:?} {hook:?}").contains("s3cr3t"));
}

#[test]
fn redirects_stay_at_home() {
    let moved = |to: &str| status("302 Moved", &format!("location: {to}\r\n"));
    let (error, _) = failure(&[&moved("/b")], Settings::default(), get);
    assert!(error.what.contains("redirects to http://127.0.0.1"), "{error}");
    let same = || Settings { redirects: Redirects::SameHost, ..Settings::default() };
    let (address, seen) = server(&[&moved("/b"), &ok("b")]);
    assert_eq!(client(same()).0.call(&Request::get(address)).unwrap().text(), "b");
    assert!(seen.lock().unwrap()[1].starts_with("GET /b "));
    let (error, _) = failure(&[&moved("http://evil.example/x?t=1")], same(), get);
    assert!(error.what.ends_with("redirects to http://evil.example/x"), "{error}");
    let post = |address: &str| Request::post(address, "a/b", "");
    assert!(failure(&[&moved("/b")], same(), post).0.what.contains("redirects"));
}

#[test]
fn bounds_hold() {
    let settings = || Settings { body_max: 3, ..Settings::default() };
    let (error, _) = failure(&[&ok("four")], settings(), get);
    assert!(error.what.contains("longer than 3 bytes"), "{error}");
    let allowed = Settings { hosts: vec!["a.example".into()], ..Settings::default() };
    let error = client(allowed).0.call(&Request::get("http://b.example/")).unwrap_err();
    assert!(error.what.contains("b.example is not among"), "{error}");
    // A body that stops early is a failure, and what was fetched is not fetched on top again.
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nhalf";
    let (address, _) = server(&[short, &ok("whole")]);
    let mut taken = Vec::new();
    let (client, clock) = client(Settings::default());
    assert!(client.fetch(&Request::get(address), &mut taken).is_err());
    assert_eq!((taken.as_slice(), clock.0.lock().unwrap().len()), (b"half".as_slice(), 0));
}

#[test]
fn a_proxy_is_asked_instead() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = Some(format!("http://u:p@{}", listener.local_addr().unwrap()));
    let tunnel = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let asked = request(&mut stream);
        stream.write_all(b"HTTP/1.1 200 Tunnel\r\n\r\n").unwrap();
        let inside = request(&mut stream);
        stream.write_all(ok("by proxy").as_bytes()).unwrap();
        (asked, inside)
    });
    let (client, _) = client(Settings { proxy, ..Settings::default() });
    let answer = client.call(&Request::get("http://tracker.example/x")).unwrap();
    assert_eq!(answer.text(), "by proxy");
    let (asked, inside) = tunnel.join().unwrap();
    assert!(asked.starts_with("CONNECT tracker.example:80 "), "{asked}");
    assert!(asked.to_ascii_lowercase().contains("proxy-authorization: basic dtpw"), "{asked}");
    assert!(inside.starts_with("GET /x "), "{inside}");
    let bad = Settings { proxy: Some("nonsense://u:s3cr3t@x".into()), ..Settings::default() };
    let Err(error) = Client::new(bad) else { panic!("a proxy of no known kind was taken") };
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
}

#[test]
fn tls_of_ones_own_needs_its_authority() {
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
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(session, stream.unwrap());
            let mut head = String::new();
            let _refused = BufReader::new(&mut stream).read_line(&mut head);
            let _refused = stream.write_all(ok("inside").as_bytes());
        }
    });
    let error = client(Settings::default()).0.call(&Request::get(&*url)).unwrap_err();
    assert!(error.what.contains("TLS failed") && error.remedy.contains("authority"), "{error:?}");
    assert_eq!(error.retry, Retry::Never);
    let trusting = Settings { authorities: made.cert.pem().into_bytes(), ..Settings::default() };
    assert_eq!(client(trusting).0.call(&Request::get(url)).unwrap().text(), "inside");
    let wrong = Settings { authorities: b"no pem".to_vec(), ..Settings::default() };
    assert!(Client::new(wrong).is_err());
}
