//! A span of time as people say it: three days, four hours.

use std::{fmt, str::FromStr};

use inboxlink_model::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{limits::MAX_PERIOD_DAYS, zone::Zone};

/// A span of time: days of the calendar, and minutes on top.
///
/// Written as in ISO 8601, `P3D`, `P1W`, `PT4H`, `P1DT12H`; read from that and
/// from words, `3 days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    days: u32,
    minutes: u32,
}

/// The text is no period that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a period is weeks, days, hours and minutes, such as P3D or PT4H, more than nothing and at most {MAX_PERIOD_DAYS} days"
)]
pub struct PeriodError;

impl Period {
    /// So many days and minutes.
    ///
    /// # Errors
    /// [`PeriodError`] where it is nothing, or longer than the limit.
    pub fn new(days: u32, minutes: u32) -> Result<Self, PeriodError> {
        let whole = u64::from(days) * MINUTES_A_DAY + u64::from(minutes);
        let allowed = 1..=u64::from(MAX_PERIOD_DAYS) * MINUTES_A_DAY;
        if allowed.contains(&whole) {
            Ok(Self { days, minutes })
        } else {
            Err(PeriodError)
        }
    }

    /// The moment that lies so much later, with days of 24 hours.
    pub fn after(self, start: Timestamp) -> Timestamp {
        let minutes = u64::from(self.days) * MINUTES_A_DAY + u64::from(self.minutes);
        start.plus_millis(i64::try_from(minutes * 60_000).unwrap_or(i64::MAX))
    }

    /// Likewise with the days of a time zone, which end at the same time of
    /// day even where the clocks changed.
    pub(crate) fn after_in(self, start: Timestamp, zone: &Zone) -> Timestamp {
        let days = jiff::Span::new().days(i64::from(self.days));
        let later = zone
            .local(start)
            .and_then(|local| local.checked_add(days).ok());
        let later = later.and_then(|local| zone.moment(local));
        match later {
            Some(day) => day.plus_millis(i64::from(self.minutes) * 60_000),
            // Beyond the calendar there are no clocks to be changed.
            None => self.after(start),
        }
    }
}

const MINUTES_A_DAY: u64 = 24 * 60;

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        // jiff reads text of any length; a period is a few characters.
        let short = text.len() <= 60;
        let span = short.then(|| text.trim().parse::<jiff::Span>());
        let span = span.and_then(Result::ok).ok_or(PeriodError)?;
        let rest = span.weeks(0).days(0).hours(0).minutes(0);
        if !rest.is_zero() || span.is_negative() {
            return Err(PeriodError);
        }
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let minutes = i64::from(span.get_hours()) * 60 + span.get_minutes();
        let small = |n: i64| u32::try_from(n).map_err(|_| PeriodError);
        Self::new(small(days)?, small(minutes)?)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.days > 0 {
            write!(f, "{}D", self.days)?;
        }
        let (hours, minutes) = (self.minutes / 60, self.minutes % 60);
        if self.minutes > 0 {
            f.write_str("T")?;
        }
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        Ok(())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_iso_and_words() {
        for (text, written) in [
            ("P3D", "P3D"),
            ("P2W", "P14D"),
            ("PT90M", "PT1H30M"),
            ("P1DT12H", "P1DT12H"),
            ("3 days", "P3D"),
        ] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), written);
        }
        for text in [
            "",
            "P",
            "P0D",
            "-P1D",
            "P1M",
            "PT30S",
            "P5000D",
            "soon",
            &"9".repeat(500),
        ] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError), "{text}");
        }
    }

    #[test]
    fn days_of_a_time_zone_end_at_the_same_time_of_day() {
        let berlin = Zone::named("europe/berlin").unwrap();
        let hour = 3_600_000;
        // 2024-03-30 12:00 in Berlin; the clocks went forward that night.
        let noon = Timestamp::from_seconds(1_711_796_400);
        let day: Period = "P1D".parse().unwrap();
        assert_eq!(day.after(noon), noon.plus_millis(24 * hour));
        assert_eq!(day.after_in(noon, &berlin), noon.plus_millis(23 * hour));
        // 02:30 of the next day did not exist there: an hour later it did.
        let half_past_two = Timestamp::from_seconds(1_711_762_200);
        assert_eq!(
            day.after_in(half_past_two, &berlin),
            half_past_two.plus_millis(24 * hour)
        );
        // 2024-10-26 12:00; the clocks went back that night.
        let noon = Timestamp::from_seconds(1_729_936_800);
        assert_eq!(day.after_in(noon, &berlin), noon.plus_millis(25 * hour));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_the_same(days in 0u32..400, minutes in 0u32..5000) {
            if let Ok(period) = Period::new(days, minutes) {
                prop_assert_eq!(period.to_string().parse(), Ok(period));
            }
        }

        #[test]
        fn later_is_later(days in 0u32..400, minutes in 0u32..5000, at: i64) {
            let (start, zone) = (Timestamp(at / 2), Zone::named("America/New_York").unwrap());
            if let Ok(period) = Period::new(days, minutes) {
                prop_assert!(period.after(start) > start);
                prop_assert!(period.after_in(start, &zone) > start);
            }
        }
    }
}
