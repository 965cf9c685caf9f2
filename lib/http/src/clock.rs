//! Time as the client needs it: handed in, so that tests need not wait.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A clock that can wait.
pub trait Clock: Send + Sync {
    /// Seconds since 1970 in UTC; needed for a `Retry-After` that names a date.
    fn now(&self) -> i64;
    /// Waits.
    fn sleep(&self, time: Duration);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}
