//! Parts of a date (`minute`, `hour`, …), read from the date formats of logs. Dates with a zone
//! are taken as the moment they name, in UTC; dates without one as they stand.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// Numbers above this are milliseconds since 1970, others seconds.
const SECONDS_MAX: i64 = 1_000_000_000_000;

impl DatePart {
    /// This part of a date written as text.
    pub fn of_text(self, text: &str) -> Option<i64> {
        let moment = text.parse::<Timestamp>().ok().map(|t| t.to_zoned(TimeZone::UTC).datetime());
        let date = moment.or_else(|| text.parse::<DateTime>().ok())?;
        Some(self.of(date))
    }

    /// This part of a date given as a count since 1970.
    pub fn of_count(self, count: i64) -> Option<i64> {
        let seconds = if count > SECONDS_MAX { count / 1000 } else { count };
        let zoned: Zoned = Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC);
        Some(self.of(zoned.datetime()))
    }

    fn of(self, date: DateTime) -> i64 {
        match self {
            DatePart::Minute => i64::from(date.minute()),
            DatePart::Hour => i64::from(date.hour()),
            DatePart::Day => i64::from(date.day()),
            DatePart::Week => i64::from(date.date().iso_week_date().week()),
            DatePart::Month => i64::from(date.month()),
            DatePart::Year => i64::from(date.year()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_dates_of_logs() {
        for (text, hour) in [
            ("2024-07-10T12:30:00Z", 12),
            ("2024-07-10T12:30:00.123Z", 12),
            ("2024-07-10T21:30:00+09:00", 12),
            ("2024-07-10 12:30:00", 12),
        ] {
            assert_eq!(DatePart::Hour.of_text(text), Some(hour), "{text}");
        }
        assert_eq!(DatePart::Week.of_text("2024-07-10T12:30:00Z"), Some(28));
        assert_eq!(DatePart::Minute.of_count(1_720_614_600), Some(30));
        assert_eq!(DatePart::Year.of_count(1_720_614_600_000), Some(2024));
        assert_eq!(DatePart::Hour.of_text("yesterday"), None);
        assert_eq!(DatePart::Hour.of_count(i64::MIN), None);
    }
}
