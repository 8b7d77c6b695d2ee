//! Points in time, as values: nothing here reads a clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// From whole seconds; saturates at the ends.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// In whole seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// That many milliseconds later; saturates at the ends.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// A Date header: the moment, and the offset of the clock it was written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MailDate {
    /// The moment.
    pub at: Timestamp,
    /// Minutes east of UTC.
    pub offset_minutes: i16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_down_and_saturate() {
        assert_eq!(Timestamp(-1).seconds(), -1);
        assert_eq!(Timestamp(1999).seconds(), 1);
        assert_eq!(Timestamp::from_seconds(i64::MAX), Timestamp(i64::MAX));
        assert_eq!(Timestamp(i64::MAX).plus_millis(1), Timestamp(i64::MAX));
    }
}
