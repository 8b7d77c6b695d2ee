//! Points in time, in seconds since 1970 UTC, as IMAP and mail write them.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// INTERNALDATE's form, always in UTC: `17-Jul-1996 09:44:25 +0000`.
pub(crate) fn internal_date(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    format!("{day:02}-{}-{year:04} {} +0000", name(month), time(seconds))
}

/// The form of Date and Received headers: `Wed, 17 Jul 1996 09:44:25 +0000`.
pub(crate) fn mail_date(seconds: i64) -> String {
    let days = seconds.div_euclid(DAY);
    let (year, month, day) = civil(days);
    let weekday = usize::try_from(days.rem_euclid(7)).unwrap_or_default();
    let weekday = WEEKDAYS.get(weekday).unwrap_or(&"Thu");
    format!(
        "{weekday}, {day} {} {year:04} {} +0000",
        name(month),
        time(seconds)
    )
}

/// Reads a date-time (RFC 3501 §9), `" 7-Feb-1994 21:52:25 -0800"`.
pub(crate) fn parse_date_time(text: &str) -> Option<i64> {
    let mut words = text.split_ascii_whitespace();
    let (date, time, zone) = (words.next()?, words.next()?, words.next()?);
    let mut time = time.split(':').map(|part| number(part, 0, 60));
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let (sign, zone) = zone.split_at_checked(1)?;
    let sign = match sign {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (zone_hours, zone_minutes) = zone.split_at_checked(2)?;
    let east = number(zone_hours, 0, 23)? * 60 + number(zone_minutes, 0, 59)?;
    Some(parse_date(date)? * DAY + hour * 3600 + minute * 60 + second - sign * east * 60)
}

/// Reads a date (RFC 3501 §9), `1-Feb-1994`, as days since 1970.
pub(crate) fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(month))?;
    let month = i64::try_from(month).ok()? + 1;
    let year = number(year, 1, 9999)?;
    parts
        .next()
        .is_none()
        .then(|| number(day, 1, 31).map(|day| days(year, month, day)))?
}

fn number(text: &str, low: i64, high: i64) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let value = digits.then(|| text.parse().ok())??;
    (low..=high).contains(&value).then_some(value)
}

fn name(month: i64) -> &'static str {
    let index = usize::try_from(month - 1).unwrap_or_default();
    MONTHS.get(index).copied().unwrap_or("Jan")
}

fn time(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{hour:02}:{minute:02}:{second:02}")
}

/// Days since 1970 of a Gregorian date. Years are counted from March, so that
/// the leap day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

/// The inverse of [`days`]: year, month, day.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_writes_the_rfcs_examples() {
        assert_eq!(
            parse_date_time("17-Jul-1996 02:44:25 -0700"),
            Some(837_596_665)
        );
        assert_eq!(
            parse_date_time(" 7-Feb-1994 21:52:25 -0800"),
            Some(760_686_745)
        );
        assert_eq!(internal_date(837_596_665), "17-Jul-1996 09:44:25 +0000");
        assert_eq!(mail_date(837_596_665), "Wed, 17 Jul 1996 09:44:25 +0000");
        assert_eq!(parse_date("1-jan-1970"), Some(0));
        for text in ["", "1-Jan", "1-Jan-1970-1", "32-Jan-1970", "+1-Jan-1970"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in -60_000_000_000i64..250_000_000_000) {
            prop_assert_eq!(parse_date_time(&internal_date(seconds)), Some(seconds));
        }
    }
}
