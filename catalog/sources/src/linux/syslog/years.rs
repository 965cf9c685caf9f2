//! The year of a log that writes none, from what the log itself says: never from a clock.

use crate::clock::Stamp;
use crate::{syslog, wrap};

/// How many lines are searched.
const LINES_MAX: usize = 4000;

/// The year of the first line: some line writes its own date with the year, in its head (where
/// heads are mixed) or in its message (`2026-10-15`, `2026/10/15`, `2026.10.15`).
pub fn infer(sample: &[u8]) -> Option<i64> {
    let mut turns = 0;
    let mut last = None;
    for line in wrap::first_lines(sample, LINES_MAX) {
        let Ok(head) = syslog::head(&line) else { continue };
        let (month, day) = match head.stamp {
            Stamp::Yearless { month, day, .. } => (month, day),
            Stamp::Whole(time) | Stamp::Zoneless(time) => {
                let date = time.to_string();
                let part = |from: usize, to: usize| date.get(from..to)?.parse::<i64>().ok();
                let (year, month) = (part(0, 4)?, part(5, 7)?);
                let turned = i64::from(last.is_some_and(|last: i64| last - month > 6));
                return Some(year - turns - turned);
            }
        };
        // The months start anew: a year has passed since the first line.
        turns += i64::from(last.is_some_and(|last: i64| last - month > 6));
        last = Some(month);
        if let Some(year) = dated(head.message, month, day) {
            return Some(year - turns);
        }
    }
    None
}

/// The year in a text that writes this month and day with one.
fn dated(text: &str, month: i64, day: i64) -> Option<i64> {
    let bytes = text.as_bytes();
    bytes.windows(10).find_map(|window| {
        let number = |from: usize, to: usize| {
            let digits = window.get(from..to)?;
            digits
                .iter()
                .try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
        };
        let mark = window.get(4).filter(|mark| matches!(mark, b'-' | b'/' | b'.'));
        let same = mark.is_some()
            && mark == window.get(7)
            && (number(5, 7), number(8, 10)) == (Some(month), Some(day));
        number(0, 4).filter(|year| same && (1970..=2261).contains(year))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_writes_its_own_date_tells_the_year() {
        let first = "Dec 31 23:59:00 web-1 a: x\n";
        let cases = [
            ("Oct 15 08:00:00 web-1 deploy: release 2026.10.15-2\n", Some(2026)),
            ("Oct 15 08:00:00 web-1 deploy: release 2026.10.14-2\n", None),
            ("2026-10-15T08:00:00Z web-1 a: x\n", Some(2026)),
        ];
        for (line, wanted) in cases {
            assert_eq!(infer(line.as_bytes()), wanted, "{line}");
        }
        // The turn of the year lies between.
        let turned = format!("{first}Jan  1 00:01:00 web-1 a: at 2027-01-01\n");
        assert_eq!(infer(turned.as_bytes()), Some(2026));
    }
}
