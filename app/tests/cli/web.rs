//! Attacks on web applications, told from an access log alone: what failed, what worked, what to
//! block. The logs are made here, line by line.

use std::fmt::Write as _;

use serde_json::Value;

use crate::investigate;

/// An access log in the making: one line a second.
#[derive(Default)]
struct Log {
    text: String,
    lines: u32,
}

impl Log {
    fn add(&mut self, client: &str, request: &str, status: u32, bytes: u32) {
        let (hour, minute) = (8 + self.lines / 3600, self.lines / 60 % 60);
        let second = self.lines % 60;
        self.lines += 1;
        writeln!(
            self.text,
            "{client} - - [04/Mar/2026:{hour:02}:{minute:02}:{second:02} +0000] \
             \"{request} HTTP/1.1\" {status} {bytes} \"-\" \"Mozilla/5.0\""
        )
        .unwrap();
    }

    /// Customers who look at pages, and one whose name has an apostrophe.
    fn customers(&mut self) {
        for n in 0..60 {
            let client = format!("203.0.113.{}", 10 + n % 20);
            self.add(&client, &format!("GET /item?id={n}"), 200, 5000 + n % 7);
            self.add(&client, &format!("GET /view?page=news{n}"), 200, 7000 + n % 5);
            self.add(&client, "GET /search?q=o%27brien+%26+sons", 200, 6000);
        }
    }

    fn told(&self) -> Vec<Value> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("access.log"), &self.text).unwrap();
        let (_, json) = investigate(&[folder.path().to_str().unwrap()]);
        json["incidents"].as_array().unwrap().clone()
    }
}

/// The blocks that are advised, by their slug.
fn blocks(incident: &Value, id: &str) -> Vec<String> {
    let all = incident["recommendations"].as_array().unwrap().iter();
    all.filter(|it| it["id"] == id).map(|it| format!("{} {}", it["text"], it["why"])).collect()
}

#[test]
fn honest_customers_are_no_incident() {
    let mut log = Log::default();
    log.customers();
    assert!(log.told().is_empty());
}

#[test]
fn a_scanner_that_fails_is_one_low_incident() {
    let mut log = Log::default();
    log.customers();
    for n in 0..40 {
        log.add("198.51.100.9", &format!("GET /old/page{n}.php"), 404, 300);
    }
    for path in ["/.env", "/.git/config", "/item?id=1%27+or+1=1--+-", "/view?page=../../etc/passwd"]
    {
        log.add("198.51.100.9", &format!("GET {path}"), 404, 300);
    }
    let told = log.told();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["severity"], "low");
    assert_eq!(told[0]["outcome"], "attempted");
    assert_eq!(told[0]["kind"], "web_attack");
    assert_eq!(blocks(&told[0], "rate_rule").len(), 1, "{told:#?}");
    let set = blocks(&told[0], "ip_set");
    assert!(set[0].contains("198.51.100.9"), "{set:?}");
    let rules = blocks(&told[0], "waf_rule");
    assert!(rules.iter().any(|rule| rule.contains("hit 0 of")), "{rules:?}");
}

#[test]
fn a_shared_address_is_not_advised_to_be_blocked() {
    let mut log = Log::default();
    log.customers();
    for n in 0..50 {
        log.add("198.51.100.20", &format!("GET /item?id={n}"), 200, 5001);
    }
    for path in ["/.env", "/item?id=1%27+or+1=1--+-", "/item?id=2+union+select+1,2--"] {
        log.add("198.51.100.20", &format!("GET {path}"), 404, 300);
    }
    let told = log.told();
    assert_eq!(told.len(), 1);
    assert!(blocks(&told[0], "ip_set").is_empty(), "{told:#?}");
    assert!(!blocks(&told[0], "waf_rule").is_empty());
}

#[test]
fn passwords_that_are_guessed() {
    let mut log = Log::default();
    log.customers();
    // A customer logs in and is sent on; an office does so all day.
    for _ in 0..40 {
        log.add("203.0.113.9", "POST /login", 302, 0);
    }
    assert!(log.told().is_empty());
    for _ in 0..40 {
        log.add("198.51.100.30", "POST /login", 200, 2100);
    }
    let told = log.told();
    assert_eq!((told.len(), &told[0]["severity"]), (1, &Value::from("low")), "{told:#?}");
    log.add("198.51.100.30", "POST /login", 302, 0);
    let told = log.told();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["severity"], &told[0]["outcome"]), (&"high".into(), &"succeeded".into()));
    assert!(told[0]["entities"].to_string().contains("198.51.100.30"));
}

#[test]
fn a_file_that_was_given_away_differs_from_the_page() {
    let mut log = Log::default();
    log.customers();
    // This page ignores its parameter: its size is as always.
    log.add("198.51.100.40", "GET /view?page=../../../etc/passwd", 200, 7001);
    let told = log.told();
    assert!(told.iter().all(|it| it["severity"] == "low"), "{told:#?}");
    // This one gives files away.
    log.add("198.51.100.41", "GET /item?id=../../../etc/passwd", 200, 1843);
    log.add("198.51.100.41", "GET /item?id=../../../etc/hosts", 200, 221);
    let told = log.told();
    assert_eq!(told[0]["severity"], "critical", "{told:#?}");
    assert_eq!(told[0]["outcome"], "impact");
    assert!(told[0]["entities"].to_string().contains("198.51.100.41"));
    assert!(!told[0]["entities"].to_string().contains("198.51.100.40"));
}

#[test]
fn answers_of_two_sizes_follow_a_condition() {
    let mut log = Log::default();
    log.customers();
    for n in 1..8 {
        log.add("198.51.100.50", &format!("GET /item?id=3+and+{n}={n}"), 200, 5003);
        log.add("198.51.100.50", &format!("GET /item?id=3+and+{n}={}", n + 1), 200, 1200);
    }
    let told = log.told();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        (&told[0]["kind"], &told[0]["outcome"]),
        (&"sql_injection".into(), &"succeeded".into())
    );
    // A page that shows what it was given has as many sizes as values.
    let mut log = Log::default();
    log.customers();
    for n in 1..8 {
        log.add("198.51.100.51", &format!("GET /item?id=3+and+{n}={n}"), 200, 5000 + n);
        log.add("198.51.100.51", &format!("GET /item?id=3+and+{n}={}", n + 1), 200, 5040 + n);
    }
    let told = log.told();
    assert_eq!((told.len(), &told[0]["outcome"]), (1, &"attempted".into()), "{told:#?}");
}

#[test]
fn answers_that_wait_as_long_as_asked() {
    let mut text = String::new();
    let line = |n: u32, query: &str, seconds: f64| {
        format!(
            "https 2026-03-04T08:00:{n:02}.000000Z app/web/0123456789abcdef 198.51.100.60:40000 \
             10.0.0.5:80 0.001 {seconds:.3} 0.000 200 200 300 5000 \
             \"GET https://shop.example.com:443/item?{query} HTTP/1.1\" \"Mozilla/5.0\" - - \
             arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef \
             \"Root=1-69a7e500-0123456789abcdef0123{n:04}\" \"shop.example.com\" \"-\" 0 \
             2026-03-04T08:00:{n:02}.000000Z \"forward\" \"-\" \"-\" \"10.0.0.5:80\" \"200\" \"-\" \"-\"\n"
        )
    };
    for (n, wait) in [1, 2, 3, 4, 5].into_iter().enumerate() {
        let n = u32::try_from(n).unwrap() * 2;
        text += &line(n, &format!("id=1%27+and+sleep({wait})--+-"), f64::from(wait) + 0.02);
        text += &line(n + 1, "id=1%27+and+1=1--+-", 0.03);
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("alb.log"), text).unwrap();
    let (_, json) = investigate(&[folder.path().to_str().unwrap()]);
    let told = json["incidents"].as_array().unwrap();
    assert_eq!(told.len(), 1, "{json:#}");
    assert_eq!(
        (&told[0]["kind"], &told[0]["outcome"]),
        (&"sql_injection".into(), &"succeeded".into())
    );
}

/// Honest values of a public list as queries of many clients.
#[test]
fn ten_thousand_honest_requests_are_no_incident() {
    let file = super::root().join("../shared/corpus/sqli/httpparams/payload_train.csv");
    let Ok(text) = std::fs::read_to_string(file) else {
        eprintln!("skipped: ../shared/corpus is not beside the checkout");
        return;
    };
    let mut log = Log::default();
    for line in text.lines().map(str::trim_end).filter(|line| line.ends_with("\"norm\"")) {
        let mut value = String::new();
        let shown = line.split("\",").next().unwrap_or_default();
        let shown = shown.trim_start_matches('"');
        for byte in shown.bytes() {
            if byte.is_ascii_alphanumeric() {
                value.push(char::from(byte));
            } else {
                write!(value, "%{byte:02x}").unwrap();
            }
        }
        let client = format!("203.0.113.{}", log.lines % 200);
        log.add(&client, &format!("GET /item?q={value}"), 200, 5000 + log.lines % 90);
    }
    assert!(log.lines >= 10_000, "{}", log.lines);
    assert_eq!(log.told(), Vec::<Value>::new());
}
