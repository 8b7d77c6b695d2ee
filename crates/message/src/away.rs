//! Until when somebody is away, where their automatic answer says so.

use inboxlink_model::MailDate;
use serde::{Serialize, Serializer};

use crate::{Message, limits::MAX_PHRASE_CHARS, text_for_reading};

/// A day of the calendar, as its author wrote it: of what time zone it is,
/// nobody says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Day {
    fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let longest = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let fits = (1..=longest).contains(&day) && (1970..=9999).contains(&year);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        fits.then_some(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    pub fn days_since_epoch(self) -> i64 {
        // Howard Hinnant, "chrono-compatible low-level date algorithms".
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        era * 146_097 + of_era - 719_468
    }

    /// The day on which a mail was written, by its author's clock.
    fn of(date: MailDate) -> Option<Self> {
        let local = date.at.seconds() + i64::from(date.offset_minutes) * 60;
        // Howard Hinnant, "chrono-compatible low-level date algorithms".
        let days = local.div_euclid(86_400) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = (from_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self::new(
            i32::try_from(year).ok()?,
            u32::try_from(month).ok()?,
            u32::try_from(day).ok()?,
        )
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What stands before the end of an absence.
const CUES: [&str; 46] = [
    "until",
    "till",
    "returning",
    "return on",
    "return to the office on",
    "return",
    "back on",
    "back in the office on",
    "back in office on",
    "be back",
    "through",
    "bis zum",
    "bis",
    "wieder ab",
    "wieder am",
    "zurück am",
    "zurück ab",
    "ab dem",
    "ab",
    "jusqu'au",
    "jusqu’au",
    "de retour le",
    "retour le",
    "à partir du",
    "hasta el",
    "hasta",
    "regreso el",
    "vuelvo el",
    "fino al",
    "rientro il",
    "rientrerò il",
    "dal",
    "tot en met",
    "t/m",
    "tot",
    "terug op",
    "até",
    "de volta em",
    "do dnia",
    "do",
    "till och med",
    "t.o.m.",
    "tilbage",
    "tilbake",
    "takaisin",
    "dönüş",
];

/// Words that may stand between.
const BETWEEN: [&str; 28] = [
    "on",
    "the",
    "den",
    "dem",
    "zum",
    "le",
    "el",
    "il",
    "op",
    "em",
    "dia",
    "em",
    "and",
    "including",
    "einschließlich",
    "and including",
    "office",
    "to",
    "in",
    "at",
    "am",
    "de",
    "of",
    "og",
    "den",
    "inclusive",
    "morning",
    "dnia",
];

/// Days of the week, by how they begin.
const WEEKDAYS: [&str; 35] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so",
    "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "mié", "mie", "jue", "vie", "sáb", "dom",
    "gio", "maa", "woe", "zat", "zon", "seg", "ter", "qui",
];

/// Months in English, German, French, Spanish, Italian, Dutch, Portuguese and
/// the Scandinavian languages; short forms with or without a full stop.
const MONTHS: [&[&str]; 12] = [
    &[
        "january", "jan", "januar", "jänner", "janvier", "janv", "enero", "ene", "gennaio", "gen",
        "januari", "janeiro",
    ],
    &[
        "february",
        "feb",
        "februar",
        "février",
        "févr",
        "febrero",
        "febbraio",
        "februari",
        "fevereiro",
        "fev",
    ],
    &[
        "march", "mar", "märz", "mrz", "mars", "marzo", "maart", "mrt", "março",
    ],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "mag", "mei", "maio", "maj"],
    &[
        "june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho",
    ],
    &[
        "july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho",
    ],
    &[
        "august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusti",
    ],
    &[
        "september",
        "sep",
        "sept",
        "septembre",
        "septiembre",
        "settembre",
        "set",
        "setembro",
    ],
    &[
        "october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro",
        "out",
    ],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "décembre",
        "déc",
        "diciembre",
        "dic",
        "dicembre",
        "dezembro",
    ],
];

/// Words looked at behind a cue.
const REACH: usize = 8;

/// The day that an automatic answer names as the end of the absence: the last
/// one away or the first one back, as its author put it. Nothing where it
/// names none, or one that could be two.
///
/// ```
/// use inboxlink_message::{away_until, parse};
///
/// let raw = b"Date: Mon, 4 Aug 2025 09:00:00 +0200\nSubject: Automatic reply\n\n\
///     I am away and will be back on Monday, August 18th.";
/// assert_eq!(away_until(&parse(raw, None)).unwrap().to_string(), "2025-08-18");
/// ```
pub fn away_until(message: &Message) -> Option<Day> {
    let written = message.date.and_then(Day::of);
    let text = text_for_reading(message);
    let opening: String = text.chars().take(MAX_PHRASE_CHARS).collect();
    [message.subject.as_str(), &opening]
        .into_iter()
        .find_map(|text| stated(&text.to_lowercase(), written))
}

fn stated(text: &str, written: Option<Day>) -> Option<Day> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "(),;:!\"".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let starts = 0..words.len();
    let mut found = starts.filter_map(|at| {
        let rest = words.get(at..)?;
        let behind = CUES.iter().find_map(|cue| after(rest, cue))?;
        date(behind, written)
    });
    found.find(|day| written.is_none_or(|written| *day >= written))
}

/// What stands behind a phrase that begins some words.
fn after<'a, 'b>(words: &'a [&'b str], phrase: &str) -> Option<&'a [&'b str]> {
    let mut rest = words;
    for part in phrase.split(' ') {
        let (first, others) = rest.split_first()?;
        if *first != part {
            return None;
        }
        rest = others;
    }
    Some(rest)
}

/// The date with which some words begin, behind words that say nothing.
fn date(words: &[&str], written: Option<Day>) -> Option<Day> {
    let skipped = |word: &&&str| {
        let bare = word.trim_end_matches('.');
        let weekday = |name: &&str| {
            bare.starts_with(*name) && !bare.starts_with(|c: char| c.is_ascii_digit())
        };
        let weekday =
            bare.chars().count() <= 10 && WEEKDAYS.iter().any(weekday) && month(bare).is_none();
        BETWEEN.contains(&bare) || weekday
    };
    let mut rest = words.iter().take(REACH).skip_while(skipped);
    let first = rest.next()?.trim_end_matches(['.', '?']);
    if let Some(day) = numeric(first, written) {
        return Some(day);
    }
    let rest: Vec<&str> = rest
        .copied()
        .filter(|word| !matches!(*word, "de" | "of" | "do"))
        .collect();
    let second = rest.first()?.trim_end_matches('.');
    let (day, month) = match (ordinal(first), month(first)) {
        (Some(day), _) => (day, month(second)?),
        (None, Some(month)) => (ordinal(second)?, month),
        _ => return None,
    };
    let year = rest.get(1).map(|word| word.trim_end_matches('.'));
    let year = year
        .filter(|word| word.len() == 4)
        .and_then(|word| word.parse().ok());
    with_year(year, month, day, written)
}

/// `18`, `18.`, `18th`, `1er`.
fn ordinal(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = word.get(digits.len()..)?;
    let known = matches!(
        ending,
        "" | "." | "st" | "nd" | "rd" | "th" | "er" | "º" | "°" | "e"
    );
    known.then(|| digits.parse().ok()).flatten()
}

fn month(word: &str) -> Option<u32> {
    let place = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(place + 1).ok()
}

/// `2025-08-18`, `18.08.2025`, `18.8.`, `18/08/25`.
fn numeric(word: &str, written: Option<Day>) -> Option<Day> {
    let separator = word.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
    let numbers = word.split(separator).filter(|part| !part.is_empty());
    let numbers: Option<Vec<u32>> = numbers.map(|part| part.parse().ok()).collect();
    let (a, b, c) = match *numbers?.as_slice() {
        [year, month, day] if year > 31 => return Day::new(year.try_into().ok()?, month, day),
        [a, b, year] => (a, b, Some(if year < 100 { 2000 + year } else { year })),
        // `18.8.`, but no `9.30`, which is a time, and no `1/2`.
        [a, b] if separator == '.' && (word.ends_with('.') || b <= 12) => (a, b, None),
        [a, b] if separator == '/' && (a > 12) != (b > 12) => (a, b, None),
        _ => return None,
    };
    let year = c.and_then(|year| i32::try_from(year).ok());
    let day_first = with_year(year, b, a, written);
    let month_first = with_year(year, a, b, written);
    match separator {
        '/' => {
            // 3/4 is one day here and another there: one of them may be over.
            let later = |day: &Day| written.is_none_or(|written| *day >= written);
            match (day_first.filter(later), month_first.filter(later)) {
                (Some(a), Some(b)) if a != b => None,
                (a, b) => a.or(b),
            }
        }
        _ => day_first,
    }
}

/// A day whose year may be left out: then it is the next one such.
fn with_year(year: Option<i32>, month: u32, day: u32, written: Option<Day>) -> Option<Day> {
    if let Some(year) = year {
        return Day::new(year, month, day);
    }
    let written = written?;
    let this_year = Day::new(written.year, month, day).filter(|day| *day >= written);
    this_year.or_else(|| Day::new(written.year + 1, month, day))
}

#[cfg(test)]
mod tests {
    use inboxlink_model::Timestamp;

    use super::*;

    #[test]
    fn the_day_is_read_in_many_forms() {
        // Monday, 4 August 2025.
        let written = Day::new(2025, 8, 4);
        for (text, day) in [
            (
                "I am out of the office until August 18.",
                Some("2025-08-18"),
            ),
            (
                "back in the office on Monday, 18 August 2025",
                Some("2025-08-18"),
            ),
            (
                "AUTO: Ann Lee is out of the office (returning 18/08/2025)",
                Some("2025-08-18"),
            ),
            ("I'll return on the 18th of August", Some("2025-08-18")),
            (
                "Ich bin bis zum 18.08.2025 nicht im Büro.",
                Some("2025-08-18"),
            ),
            ("Ab dem 18. August bin ich wieder da", Some("2025-08-18")),
            ("bis einschließlich 18.8.", Some("2025-08-18")),
            ("Je suis absent jusqu'au 18 août inclus", Some("2025-08-18")),
            (
                "Estaré fuera hasta el 18 de agosto de 2025",
                Some("2025-08-18"),
            ),
            ("Sarò assente fino al 18 agosto", Some("2025-08-18")),
            ("Ik ben afwezig t/m 18 augustus", Some("2025-08-18")),
            ("returning 2025-08-18", Some("2025-08-18")),
            ("until 2 January", Some("2026-01-02")),
            // Over, ambiguous, no date at all.
            ("until 3 August 2025", None),
            ("until 09/10/2025", None),
            ("I was back on 1 August 2025, until further notice", None),
            ("we open until 9.30", None),
            ("until 31 February 2026", None),
            ("", None),
        ] {
            let found = stated(&text.to_lowercase(), written).map(|day| day.to_string());
            assert_eq!(found.as_deref(), day, "{text}");
        }
    }

    #[test]
    fn the_day_of_a_mail_is_its_authors() {
        let date = |seconds, offset_minutes| MailDate {
            at: Timestamp::from_seconds(seconds),
            offset_minutes,
        };
        let shown = |date| Day::of(date).map(|day| day.to_string());
        assert_eq!(shown(date(951_868_799, 0)).as_deref(), Some("2000-02-29"));
        assert_eq!(shown(date(951_868_799, 1)).as_deref(), Some("2000-03-01"));
        assert_eq!(shown(date(-1, 0)), None);
    }
}
