//! Times as exports and spreadsheets write them: the year first, or as a number since 1970.

use model::Time;
use sonic_rs::Value;

use crate::app::json::time_in;
use crate::clock::{Calendar, Stamp};

const MINUTE: i64 = 60_000_000_000;

/// Reads a time; one without a zone stands in that of the calendar. Days before months and months
/// before days cannot be told apart: where the year stands last, nothing is guessed.
pub fn read(text: &str, calendar: &Calendar) -> Option<Time> {
    let text = text.trim();
    time_in(&Value::from(text), calendar.zone()).or_else(|| loose(text, calendar))
}

/// `2026/10/6 9:05`, `2026年10月6日 9時05分`, `2026-10-06 09:05:01 JST`.
fn loose(text: &str, calendar: &Calendar) -> Option<Time> {
    // (The T of a zone's name stands before no digit.)
    let before_digit = |at: usize| {
        text.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let plain: String = text
        .char_indices()
        .filter(|(_, c)| *c != '秒')
        .map(|(at, c)| match c {
            '年' | '月' | '/' => '-',
            '分' if text.contains('秒') => ':',
            'T' if before_digit(at) => ' ',
            '日' | '分' => ' ',
            '時' => ':',
            c => c,
        })
        .collect();
    let mut words = plain.split_whitespace();
    let mut date = words.next()?.split('-').map(|part| part.parse::<u16>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut clock = words.next()?.splitn(3, ':');
    let hour: u8 = clock.next()?.parse().ok()?;
    let minute: u8 = clock.next()?.parse().ok()?;
    let second = clock.next();
    let zone = match words.next() {
        None => "",
        Some("UTC" | "GMT" | "Z") => "Z",
        Some("JST") => "+09:00",
        Some(offset) if offset.starts_with(['+', '-']) => offset,
        Some(_) => return None,
    };
    if words.next().is_some() || date.next().is_some() || year < 1000 {
        return None;
    }
    let pad =
        if second.is_some_and(|s| s.find(['.', ',']).unwrap_or(s.len()) == 1) { "0" } else { "" };
    let whole = format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{pad}{}",
        second.unwrap_or("00")
    );
    let time = if zone.is_empty() {
        let civil = Time::parse_civil(&whole, 0)?;
        calendar.clone().time(Stamp::Zoneless(civil), None)?
    } else {
        Time::parse_rfc3339(&format!("{whole}{zone}"))?
    };
    // Without seconds it is any time of that minute.
    let end = if second.is_none() { time.start.saturating_add(MINUTE - 1) } else { time.end };
    Some(Time { end, ..time })
}

#[cfg(test)]
mod tests {
    use model::seam::source::ReadSettings;

    use super::*;

    #[test]
    fn times_of_exports() {
        let zone = jiff::tz::TimeZone::get("Asia/Tokyo").ok();
        let calendar = Calendar::new(&ReadSettings { zone, ..ReadSettings::default() });
        let said = |text: &str| read(text, &calendar).map(|time| time.to_string());
        for (text, wanted) in [
            ("2026/10/6 9:05", Some("2026-10-06T00:05:00Z")),
            ("2026年10月6日 9時05分", Some("2026-10-06T00:05:00Z")),
            ("2026年10月6日 9時05分7秒", Some("2026-10-06T00:05:07Z")),
            ("2026-10-06 09:05:01 UTC", Some("2026-10-06T09:05:01Z")),
            ("2026-10-06 09:05:01.250 JST", Some("2026-10-06T00:05:01.250Z")),
            ("2026-10-06T09:05:01Z", Some("2026-10-06T09:05:01Z")),
            ("1791244801", Some("2026-10-06T00:00:01Z")),
            ("10/06/2026 09:05", None),
            ("2026-13-06 09:05", None),
            ("soon", None),
        ] {
            assert_eq!(said(text).as_deref(), wanted, "{text}");
        }
        let minute = read("2026/10/6 9:05", &calendar).unwrap();
        assert_eq!(minute.end - minute.start, MINUTE - 1);
    }
}
