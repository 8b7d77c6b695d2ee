//! A day of the calendar, as a person writes it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, without a time zone: `2024-02-29`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day is written like 2024-02-29")]
pub struct ParseDayError;

const MONTHS: [(&str, u8); 12] = [
    ("Jan", 31),
    ("Feb", 28),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];

impl Day {
    /// A day by its numbers; `None` where the calendar has no such day, or
    /// none that a mail could be from.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let place = usize::from(month.checked_sub(1)?);
        let (_, days) = MONTHS.get(place)?;
        let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let days = days + u8::from(leap && month == 2);
        let there = (1970..=9999).contains(&year) && (1..=days).contains(&day);
        there.then_some(Self { year, month, day })
    }

    /// The same in IMAP's spelling, `29-Feb-2024` (RFC 9051 §9, `date-text`).
    pub fn imap(self) -> String {
        let place = usize::from(self.month.saturating_sub(1));
        let month = MONTHS.get(place).map_or("Jan", |(name, _)| name);
        format!("{}-{month}-{}", self.day, self.year)
    }
}

impl FromStr for Day {
    type Err = ParseDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        fn number<T: FromStr>(text: &str, digits: usize) -> Option<T> {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        }
        let mut parts = text.trim().split('-');
        let mut read = || {
            let year = number(parts.next()?, 4)?;
            let (month, day) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
            parts.next().is_none().then_some((year, month, day))
        };
        let (year, month, day) = read().ok_or(ParseDayError)?;
        Self::new(year, month, day).ok_or(ParseDayError)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for Day {
    type Error = ParseDayError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for good in ["2024-02-29", "1970-01-01", "2000-02-29", "9999-12-31"] {
            assert_eq!(good.parse::<Day>().unwrap().to_string(), good);
        }
        for bad in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-32",
            "24-01-01",
            "2024-1-1",
            "2024-01-01-01",
            "+024-01-01",
            "",
            "yesterday",
            "2024/01/01",
        ] {
            assert_eq!(bad.parse::<Day>(), Err(ParseDayError), "{bad}");
        }
        assert_eq!("2024-02-09".parse::<Day>().unwrap().imap(), "9-Feb-2024");
    }
}
