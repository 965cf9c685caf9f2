//! How many instances ran when: what licence meters count.

/// One stretch of time: an hour, a day, a week.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bucket {
    /// Its start, in seconds since 1970.
    pub start: i64,
    /// Its end, which is not in it.
    pub end: i64,
    /// Instances that ran at its start.
    pub at_start: u32,
    /// The most that ran at once.
    pub max: u32,
    /// The fewest that ran at once.
    pub min: u32,
    /// Seconds that instances ran, added up.
    pub seconds: u64,
    /// Different instances that ran.
    pub unique: u32,
    /// Whether it is not known but expected, after the same time a week or a day before.
    pub expected: bool,
}

impl Bucket {
    /// The mean over time.
    pub fn mean(&self) -> f64 {
        let length = (self.end - self.start).max(1);
        self.seconds as f64 / length as f64
    }
}

/// What ran in a month and the weeks before it, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// The hours of the month, from its first local midnight.
    pub hours: Vec<Bucket>,
    /// The minutes of the month; only [`Bucket::at_start`] is filled.
    pub minutes: Vec<Bucket>,
    /// The local days of the 90 days that end with the month, from the first that is known.
    pub days: Vec<Bucket>,
    /// The ISO weeks (from Monday, local) that begin or end in the month and are wholly known.
    pub weeks: Vec<Bucket>,
    /// ISO weeks that reach over the edge of what is known.
    pub part_weeks: Vec<Bucket>,
    /// When the most ran at once, and how many.
    pub peak: Option<(i64, u32)>,
    /// For how many seconds of the month so many instances ran at once, by count.
    pub levels: Vec<(u32, u64)>,
    /// Seconds that instances ran in the month.
    pub seconds: u64,
    /// Each instance's time in the month in whole hours, a part of one as one, added up.
    pub started_hours: u64,
    /// What the whole month is expected to be, as a multiple of what is known: 1 if all is known.
    pub growth: f64,
}

impl Usage {
    /// The same without what is only expected.
    #[must_use]
    pub fn known(&self) -> Usage {
        let mut known = self.clone();
        known.hours.retain(|hour| !hour.expected);
        known.growth = 1.0;
        known
    }
}
