//! A man in the middle: hands calls on to a server, or answers himself.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// What becomes of a call.
pub enum Fate {
    /// It goes on to the server.
    Pass,
    /// It is answered with this status and body.
    Answer(u16, String),
}

/// The man; he leaves with the test.
pub struct Between {
    /// Where he listens.
    pub url: String,
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Between {
    /// Stands before a server; sees each call with its headers before it goes on.
    pub fn start(server: &str, mut fate: impl FnMut(&str) -> Fate + Send + 'static) -> Between {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = server.trim_start_matches("http://").to_owned();
        let end = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&end);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                if let Some(call) = call(&mut stream) {
                    let text = String::from_utf8_lossy(&call).into_owned();
                    let answer = match fate(&text) {
                        Fate::Pass => passed(&server, &call),
                        Fate::Answer(status, body) => answered(status, &body),
                    };
                    let _gone = stream.write_all(&answer);
                }
                let _closed = stream.shutdown(Shutdown::Both);
            }
        });
        let url = format!("http://127.0.0.1:{port}");
        Between { url, end, thread: Some(thread) }
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.end.store(true, Ordering::SeqCst);
        let _woken = TcpStream::connect(self.url.trim_start_matches("http://"));
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

/// One call with its body.
fn call(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let mut part = [0u8; 4096];
    loop {
        let count = stream.read(&mut part).ok().filter(|count| *count > 0)?;
        all.extend_from_slice(&part[..count]);
        let Some(head) = all.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&all[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        if all.len() >= head + 4 + length {
            return Some(all);
        }
    }
}

/// The server's answer; the connection is not kept.
fn passed(server: &str, call: &[u8]) -> Vec<u8> {
    let line = call.windows(2).position(|two| two == b"\r\n").unwrap() + 2;
    let mut stream = TcpStream::connect(server).unwrap();
    stream.write_all(&call[..line]).unwrap();
    stream.write_all(b"Connection: close\r\n").unwrap();
    stream.write_all(&call[line..]).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

fn answered(status: u16, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}
