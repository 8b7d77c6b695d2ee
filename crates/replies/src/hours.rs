//! Hours of the week in a time zone: when an office is open, when it is quiet.

use std::collections::BTreeSet;

use inboxlink_model::Timestamp;
use jiff::civil::{self, DateTime};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::zone::Zone;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "days need no explanation")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// Monday to Friday.
    pub const WORKING: [Self; 5] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri];

    fn of(date: civil::Date) -> Self {
        match date.weekday() {
            civil::Weekday::Monday => Self::Mon,
            civil::Weekday::Tuesday => Self::Tue,
            civil::Weekday::Wednesday => Self::Wed,
            civil::Weekday::Thursday => Self::Thu,
            civil::Weekday::Friday => Self::Fri,
            civil::Weekday::Saturday => Self::Sat,
            civil::Weekday::Sunday => Self::Sun,
        }
    }
}

/// Hours of some days of the week, by the clocks of a time zone.
///
/// In JSON `{"timeZone": "Europe/Berlin", "days": ["mon", "tue"], "from":
/// "09:00", "until": "17:00"}`; `days` are Monday to Friday where left out. Hours
/// that end before they begin end on the next day: `22:00` until `06:00`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hours {
    zone: Zone,
    days: BTreeSet<Weekday>,
    from: civil::Time,
    until: civil::Time,
}

/// Why hours cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoursError {
    /// No such time zone.
    #[error("there is no time zone `{0}`; write one such as Europe/Berlin")]
    TimeZone(String),
    /// Not a time of day.
    #[error("`{0}` is no time of day; write one such as 09:30")]
    TimeOfDay(String),
    /// They end when they begin.
    #[error("the hours end when they begin; write two different times")]
    Empty,
    /// No day.
    #[error("the hours have no day; write at least one of mon, tue, wed, thu, fri, sat, sun")]
    NoDays,
}

/// As they stand in JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    #[serde(default = "working_days")]
    days: BTreeSet<Weekday>,
    from: String,
    time_zone: String,
    until: String,
}

fn working_days() -> BTreeSet<Weekday> {
    Weekday::WORKING.into()
}

impl Hours {
    /// From one time of day until before another, on these days.
    ///
    /// # Errors
    /// [`HoursError`] says which part cannot be used.
    pub fn new(
        time_zone: &str,
        days: impl IntoIterator<Item = Weekday>,
        from: &str,
        until: &str,
    ) -> Result<Self, HoursError> {
        let zone = Zone::named(time_zone);
        let zone = zone.ok_or_else(|| HoursError::TimeZone(crate::error::shown(time_zone)))?;
        let (from, until) = (time_of_day(from)?, time_of_day(until)?);
        let days: BTreeSet<_> = days.into_iter().collect();
        if from == until {
            Err(HoursError::Empty)
        } else if days.is_empty() {
            Err(HoursError::NoDays)
        } else {
            Ok(Self {
                zone,
                days,
                from,
                until,
            })
        }
    }

    /// Monday to Friday, nine to five.
    ///
    /// # Errors
    /// [`HoursError::TimeZone`].
    pub fn office(time_zone: &str) -> Result<Self, HoursError> {
        Self::new(time_zone, Weekday::WORKING, "09:00", "17:00")
    }

    /// Whether a moment lies within them.
    pub fn contain(&self, at: Timestamp) -> bool {
        let Some(local) = self.zone.local(at) else {
            return false;
        };
        let (date, time) = (local.date(), local.time());
        let on = |date| self.days.contains(&Weekday::of(date));
        if self.from < self.until {
            on(date) && self.from <= time && time < self.until
        } else {
            let since_yesterday = date.yesterday().is_ok_and(on) && time < self.until;
            (on(date) && self.from <= time) || since_yesterday
        }
    }

    /// What their clocks show at a moment: `fri 2024-01-12 22:00`.
    pub(crate) fn tell(&self, at: Timestamp) -> Option<String> {
        let local = self.zone.local(at)?;
        let day = format!("{:?}", Weekday::of(local.date())).to_lowercase();
        let (time, zone) = (local.time(), self.zone.name());
        let (hour, minute) = (time.hour(), time.minute());
        Some(format!(
            "{day} {} {hour:02}:{minute:02} {zone}",
            local.date()
        ))
    }

    /// The first moment from this one on that lies outside of them; itself
    /// where it does. Hours that never end (every day, each beginning when the
    /// last ends) do not exist.
    pub fn end_from(&self, at: Timestamp) -> Timestamp {
        self.edge(at, false)
    }

    /// The first moment from this one on that lies within them.
    pub fn begin_from(&self, at: Timestamp) -> Timestamp {
        self.edge(at, true)
    }

    fn edge(&self, at: Timestamp, within: bool) -> Timestamp {
        if self.contain(at) == within {
            return at;
        }
        let Some(local) = self.zone.local(at) else {
            return at;
        };
        let time = if within { self.from } else { self.until };
        // The next such time of day that has the wanted answer comes within a
        // week; a change of the clocks may move it.
        let days = std::iter::successors(Some(local.date()), |date| date.tomorrow().ok());
        let edges = days.take(9).map(|date| DateTime::from_parts(date, time));
        edges
            .filter_map(|edge| self.zone.moment(edge))
            .find(|edge| *edge > at && self.contain(*edge) == within)
            .unwrap_or(at)
    }
}

fn time_of_day(text: &str) -> Result<civil::Time, HoursError> {
    let wrong = || HoursError::TimeOfDay(crate::error::shown(text));
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let two_digits = |part: &str| {
        let fits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<i8>().ok()).flatten()
    };
    let (hour, minute) = two_digits(hour).zip(two_digits(minute)).ok_or_else(wrong)?;
    civil::Time::new(hour, minute, 0, 0).map_err(|_| wrong())
}

impl Serialize for Hours {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let time = |time: civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
        let written = Written {
            days: self.days.clone(),
            from: time(self.from),
            time_zone: self.zone.name().to_owned(),
            until: time(self.until),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Self::new(
            &written.time_zone,
            written.days,
            &written.from,
            &written.until,
        )
        .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        let moment: jiff::Timestamp = text.parse().unwrap();
        Timestamp(moment.as_millisecond())
    }

    #[test]
    fn by_the_clocks_of_the_time_zone() {
        let berlin = Hours::office("Europe/Berlin").unwrap();
        for (moment, within) in [
            // Wednesdays, in winter and in summer.
            ("2024-01-10T07:59:59Z", false),
            ("2024-01-10T08:00:00Z", true),
            ("2024-01-10T15:59:59Z", true),
            ("2024-01-10T16:00:00Z", false),
            ("2024-07-10T07:00:00Z", true),
            ("2024-07-10T15:00:00Z", false),
            // A Saturday.
            ("2024-01-13T10:00:00Z", false),
        ] {
            assert_eq!(berlin.contain(at(moment)), within, "{moment}");
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let nights = Hours::new("UTC", [Weekday::Fri], "22:00", "06:00").unwrap();
        for (moment, within) in [
            ("2024-01-12T05:00:00Z", false),
            ("2024-01-12T22:00:00Z", true),
            ("2024-01-13T05:59:00Z", true),
            ("2024-01-13T06:00:00Z", false),
            ("2024-01-13T23:00:00Z", false),
        ] {
            assert_eq!(nights.contain(at(moment)), within, "{moment}");
        }
        let end = nights.end_from(at("2024-01-12T23:00:00Z"));
        assert_eq!(end, at("2024-01-13T06:00:00Z"));
        let begin = nights.begin_from(at("2024-01-13T23:00:00Z"));
        assert_eq!(begin, at("2024-01-19T22:00:00Z"));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let error = |zone, from, until| {
            Hours::new(zone, Weekday::WORKING, from, until)
                .unwrap_err()
                .to_string()
        };
        assert!(error("Europe/Berln", "09:00", "17:00").contains("`Europe/Berln`"));
        assert!(error("UTC", "9", "17:00").contains("`9`"));
        assert!(error("UTC", "09:00", "24:00").contains("`24:00`"));
        assert!(error("UTC", "09:00", "09:00").contains("different"));
    }

    proptest! {
        #[test]
        fn an_edge_is_the_first_moment_of_its_kind(
            minutes in 28_000_000i64..29_000_000,
            from in 0i8..24,
            until in 0i8..24,
            zone in prop::sample::select(vec!["Europe/Berlin", "America/St_Johns", "Asia/Tokyo", "UTC"]),
        ) {
            let time = |hour: i8| format!("{hour:02}:00");
            let Ok(hours) = Hours::new(zone, Weekday::WORKING, &time(from), &time(until)) else { return Ok(()) };
            let now = Timestamp(minutes * 60_000);
            for (edge, within) in [(hours.begin_from(now), true), (hours.end_from(now), false)] {
                prop_assert!(edge >= now);
                prop_assert_eq!(hours.contain(edge), within);
                prop_assert!(edge == now || hours.contain(now) != within);
                prop_assert!(edge == now || hours.contain(edge.plus_millis(-1)) != within);
            }
        }
    }
}
