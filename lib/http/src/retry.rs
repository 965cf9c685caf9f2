//! When to try again, and how long to wait before.

use std::time::Duration;

use crate::{Answer, Settings};

/// Whether a status passes by itself: too many requests, or a server that is down or busy.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// Whether a status says that the request was not acted on, so that even a POST may be repeated.
pub(crate) fn was_not_acted_on(status: u16) -> bool {
    matches!(status, 429 | 503)
}

/// How long the other side asks us to wait: `Retry-After` in seconds or as a date (RFC 9110,
/// 10.2.3), or GitHub's `x-ratelimit-reset` when nothing remains.
pub(crate) fn asked_for(answer: &Answer, now: i64) -> Option<Duration> {
    let until = |at: i64| Duration::from_secs(u64::try_from(at.saturating_sub(now)).unwrap_or(0));
    if let Some(text) = answer.header("retry-after").map(str::trim) {
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        return Some(until(date.as_second()));
    }
    if answer.header("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0") {
        return answer.header("x-ratelimit-reset")?.trim().parse().ok().map(until);
    }
    None
}

/// The wait before the next try: twice as long each time, and never the same for two callers
/// that failed at the same moment: `seed` spreads them over a quarter of it.
pub(crate) fn backoff(settings: &Settings, failed: u32, seed: u64) -> Duration {
    let doubled = settings.backoff.saturating_mul(1u32.checked_shl(failed).unwrap_or(u32::MAX));
    let mixed = (seed ^ u64::from(failed)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
    let spread = doubled.as_millis() as u64 / 4 * mixed / 255;
    doubled.saturating_add(Duration::from_millis(spread)).min(settings.wait_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Answer {
        Answer { headers: vec![(name.into(), value.into())], ..Answer::default() }
    }

    #[test]
    fn the_other_side_may_ask_for_a_time() {
        let after = |value: &str| asked_for(&with("retry-after", value), 784_111_777);
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(after("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("soon"), None);
    }

    #[test]
    fn waits_double_up_to_the_bound() {
        let settings = Settings::default();
        let waits: Vec<u128> = (0..9).map(|n| backoff(&settings, n, 1).as_millis()).collect();
        assert!(waits.windows(2).all(|w| w[0] <= w[1]), "{waits:?}");
        assert!((500..=625).contains(&waits[0]) && waits[8] == 60_000, "{waits:?}");
    }
}
