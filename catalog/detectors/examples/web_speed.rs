//! How fast requests and statements are judged on one core:
//! `cargo run --release -p detectors --example web_speed`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a measuring program")]

use std::hint::black_box;
use std::time::Instant;

use detectors::web::{is_scanner, judge, judge_header, worth_header};
use sqli::{Dialect, features, skeleton_hash};

const ROUNDS: u32 = 40;

/// Requests as customers send them, and one attack among twenty.
fn targets() -> Vec<String> {
    let mut out = Vec::new();
    for n in 0..1000_u32 {
        out.push(match n % 20 {
            0 => format!("/item?id={n}%27%20union%20select%20{n},name%20from%20users--%20-"),
            1..=4 => format!("/search?q=red+shoes+{n}&page={}", n % 9),
            5..=8 => format!("/item?id={n}&colour=blue"),
            9..=11 => format!("/api/v2/orders/{n}/lines"),
            12 => format!("/search?q=o%27brien+{n}"),
            _ => format!("/static/css/site-{n}.css"),
        });
    }
    out
}

fn statements() -> Vec<String> {
    let of = |n: u32| match n % 10 {
        0 => format!("SELECT id, name, price FROM item WHERE id = {n} ORDER BY name LIMIT 20"),
        1 => format!("INSERT INTO visit (at, page, who) VALUES ('2026-03-04', '/item/{n}', NULL)"),
        2 => format!("SELECT a FROM t WHERE b = '{n}' UNION SELECT password FROM users -- '"),
        3 => format!("UPDATE cart SET count = {n} WHERE session = 'a8f7{n}' AND item = 12"),
        _ => {
            format!("SELECT o.id, l.item FROM orders o JOIN line l ON l.o = o.id WHERE o.id = {n}")
        }
    };
    (0..1000).map(of).collect()
}

fn told(what: &str, count: usize, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    println!("{what}: {:.0} a second ({count} in {seconds:.2} s)", count as f64 / seconds);
}

fn main() {
    let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
    let (targets, statements) = (targets(), statements());
    let start = Instant::now();
    let mut found = 0;
    for _ in 0..ROUNDS {
        for target in &targets {
            found += judge("GET", black_box(target)).len();
            if worth_header(black_box(agent)) {
                found += judge_header("user-agent", agent).len();
            }
            found += usize::from(is_scanner(black_box(agent)));
        }
    }
    told("requests, one of twenty an attack", targets.len() * ROUNDS as usize, start);
    let start = Instant::now();
    for _ in 0..ROUNDS {
        for sql in &statements {
            found += usize::from(features(black_box(sql), Dialect::MySql).is_telling());
            found += usize::from(skeleton_hash(sql, Dialect::MySql) == 0);
        }
    }
    told("statements, features and skeleton", statements.len() * ROUNDS as usize, start);
    println!("attacks found: {found}");
}
