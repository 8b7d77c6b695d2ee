//! INTERNALDATE as a point in time.

use inboxlink_model::Timestamp;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads a date-time (RFC 9051 §9): `" 7-Feb-1994 21:52:25 -0800"`. `None`
/// where it is none; a day that its month does not have is the next month's.
pub(crate) fn parse_internal_date(text: &str) -> Option<Timestamp> {
    let mut words = text.split_whitespace();
    let (date, time, zone) = (words.next()?, words.next()?, words.next()?);
    let mut date = date.split('-');
    let day = number(date.next()?, 1, 31)?;
    let month = date.next()?.to_ascii_lowercase();
    let month = i64::try_from(MONTHS.iter().position(|m| *m == month)?).ok()? + 1;
    let year = number(date.next()?, 1, 9999)?;
    let mut time = time.split(':');
    let hours = number(time.next()?, 0, 23)?;
    let minutes = number(time.next()?, 0, 59)?;
    let seconds = number(time.next()?, 0, 60)?;
    let (sign, zone) = match zone.split_at_checked(1)? {
        ("+", zone) => (1, zone),
        ("-", zone) => (-1, zone),
        _ => return None,
    };
    let (zone_hours, zone_minutes) = zone.split_at_checked(2)?;
    let east = sign * (number(zone_hours, 0, 23)? * 60 + number(zone_minutes, 0, 59)?);
    let of_day = hours * 3600 + minutes * 60 + seconds - east * 60;
    Some(Timestamp::from_seconds(
        days_since_1970(year, month, day) * 86_400 + of_day,
    ))
}

fn number(text: &str, low: i64, high: i64) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse()
        .ok()
        .filter(|value| (low..=high).contains(value))
}

/// Days in the Gregorian calendar, counted from March so that the leap day
/// comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: Option<i64>) {
        assert_eq!(
            parse_internal_date(text),
            seconds.map(Timestamp::from_seconds),
            "{text}"
        );
    }

    #[test]
    fn reads_what_servers_write() {
        check("01-Jan-1970 00:00:00 +0000", Some(0));
        check("17-Jul-1996 02:44:25 -0700", Some(837_596_665));
        check(" 7-Feb-1994 21:52:25 -0800", Some(760_686_745));
        check("29-Feb-2024 23:59:60 +0530", Some(1_709_231_400));
        check("31-DEC-1969 23:59:59 +0000", Some(-1));
    }

    #[test]
    fn what_cannot_be_read_is_none() {
        for text in [
            "",
            "17-Jul-1996",
            "17-Jul-1996 02:44:25",
            "17-Xxx-1996 02:44:25 +0000",
            "99-Jul-1996 02:44:25 +0000",
            "17-Jul-1996 02:44 +0000",
            "17-Jul-1996 02:44:25 0700",
            "17-Jul-1996 02:44:25 +é00",
            "+7-Jul-1996 02:44:25 +0000",
        ] {
            check(text, None);
        }
    }
}
