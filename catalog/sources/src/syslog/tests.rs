//! Heads as daemons, tools and machines of many kinds write them.

use super::*;
use crate::clock::Calendar;

fn cut(line: &str) -> String {
    let head = match head(line) {
        Ok(head) => head,
        Err(why) => return why.to_owned(),
    };
    let mut calendar = Calendar::default();
    calendar.infer(Some(2026));
    let time = calendar.time(head.stamp, None).map_or("no time".into(), |t| t.to_string());
    let Head { host, program, pid, id, data, message, .. } = head;
    format!("{time}|{host}|{program}|{pid}|{id}{data}|{message}")
}

#[test]
fn heads_as_they_are_written() {
    for (line, wanted) in [
        ("Oct 15 08:18:24 web-1 sshd[12]: hi: x", "2026-10-15T08:18:24Z|web-1|sshd|12||hi: x"),
        ("Oct  5 08:18:24 web-1 sudo: a : b", "2026-10-05T08:18:24Z|web-1|sudo|||a : b"),
        (
            "Oct 15 08:18:24 web-1 lookup for x failed",
            "2026-10-15T08:18:24Z|web-1||||lookup for x failed",
        ),
        ("Oct 15 2025 08:18:24 web-1 a: b", "2025-10-15T08:18:24Z|web-1|a|||b"),
        ("Thu Oct 15 08:18:24 2025 web-1 a: b", "2025-10-15T08:18:24Z|web-1|a|||b"),
        ("Oct 15 08:18:24.250 web-1 a: b", "2026-10-15T08:18:24.250Z|web-1|a|||b"),
        ("août 19 11:08:37 web-1 a[7]: b", "2026-08-19T11:08:37Z|web-1|a|7||b"),
        ("10月 15 08:18:24 web-1 a[7]: b", "2026-10-15T08:18:24Z|web-1|a|7||b"),
        ("2026-10-15T08:18:24.5+09:00 web-1 a: b", "2026-10-14T23:18:24.500Z|web-1|a|||b"),
        ("2026-10-15T08:18:24+0900 web-1 a: b", "2026-10-14T23:18:24Z|web-1|a|||b"),
        ("2026-10-15 08:18:24 web-1 a: b", "2026-10-15T08:18:24Z|web-1|a|||b"),
        ("Thu 2026-10-15 08:18:24 JST web-1 a: b", "2026-10-15T08:18:24Z|web-1|a|||b"),
        ("1791244800.123456 web-1 a[1]: b", "2026-10-06T00:00:00.123456Z|web-1|a|1||b"),
        ("<34>Oct 15 08:18:24 web-1 su: b", "2026-10-15T08:18:24Z|web-1|su|||b"),
        ("Oct 15 08:18:24 kernel: b", "2026-10-15T08:18:24Z||kernel|||b"),
        (
            r#"<165>1 2026-10-15T08:18:24.003Z web-1 app 7 ID47 [a@1 b="c\"]d"][e@1] text"#,
            r#"2026-10-15T08:18:24.003Z|web-1|app|7|ID47[a@1 b="c\"]d"][e@1]|text"#,
        ),
        ("<165>1 2026-10-15T08:18:24Z - - - - - x", "2026-10-15T08:18:24Z|||||x"),
        ("Feb 30 08:18:24 web-1 a: b", "no time at the start"),
        ("no head", "no time at the start"),
    ] {
        assert_eq!(cut(line), wanted, "{line}");
    }
}
