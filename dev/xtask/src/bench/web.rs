//! Access log lines in the combined format.

use std::fmt::Write;

use super::random::{START, civil, number, outside};

const MONTHS: &[&str] =
    &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const PATHS: &[&str] = &[
    "/",
    "/index.html",
    "/login",
    "/api/v1/orders",
    "/api/v1/items/",
    "/static/app.js",
    "/static/style.css",
    "/images/logo.png",
    "/search?q=lamp&page=",
    "/cart/add?item=",
    "/robots.txt",
];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "curl/8.10.1",
];
const STATUS: &[u16] = &[200, 200, 200, 200, 200, 200, 301, 304, 404, 500];

/// Writes line number `n`.
pub fn line(n: u64, out: &mut String) {
    let dice = number(3, n);
    let (year, month, day, hour, minute, second) = civil(START + n / 300);
    let pick = |list: &[&'static str], from: u32| {
        list.get((dice >> from) as usize % list.len()).copied().unwrap_or("-")
    };
    let month = MONTHS.get(month as usize - 1).copied().unwrap_or("Jan");
    let path = pick(PATHS, 8);
    let number = if path.ends_with(['=', '/']) && path.len() > 1 {
        (dice % 5_000).to_string()
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "{} - - [{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000] \
         \"{} {path}{number} HTTP/1.1\" {} {} \"https://www.example.com{}\" \"{}\"",
        outside(dice >> 30),
        if dice.is_multiple_of(9) { "POST" } else { "GET" },
        STATUS.get((dice >> 16) as usize % STATUS.len()).copied().unwrap_or(200),
        (dice >> 20) % 60_000,
        pick(PATHS, 24),
        pick(AGENTS, 28),
    );
}
