//! What a field says, by mail-parser's readers of fields.

use inboxlink_model::{MailDate, Timestamp};
use mail_parser::{HeaderValue, parsers::MessageStream};

use crate::{
    guard::guarded,
    limits::{MAX_NAME_CHARS, MAX_PARAMETER_FIELD_BYTES},
};

/// Runs one of mail-parser's readers over an unfolded value. `None`: it panicked.
pub(crate) fn read_field(
    value: &str,
    reader: for<'x> fn(&mut MessageStream<'x>) -> HeaderValue<'x>,
) -> Option<HeaderValue<'static>> {
    // The readers look for the line break that ends a field.
    let line = format!("{value}\n");
    guarded(|| reader(&mut MessageStream::new(line.as_bytes())).into_owned())
}

/// A field of free text with its encoded words (RFC 2047) decoded, as one
/// line of at most `max` characters.
pub(crate) fn text(value: &str, max: usize) -> String {
    match read_field(value, |stream| stream.parse_unstructured()) {
        Some(HeaderValue::Text(text)) => one_line(&text, max),
        Some(_) => String::new(),
        None => one_line(value, max),
    }
}

/// White space and control characters folded to single spaces.
pub(crate) fn one_line(text: &str, max: usize) -> String {
    let mut line = String::new();
    let mut chars = 0;
    let separator = |c: char| c.is_whitespace() || c.is_control();
    for word in text.split(separator).filter(|word| !word.is_empty()) {
        let space = usize::from(chars > 0);
        for c in " ".chars().take(space).chain(word.chars()) {
            if chars == max {
                return line;
            }
            line.push(c);
            chars += 1;
        }
    }
    line
}

/// A Date field, in the spellings that mail has beside the standard's too.
pub(crate) fn date(value: &str) -> Option<MailDate> {
    standard_date(value).or_else(|| standard_date(&respelled(value)?))
}

fn standard_date(value: &str) -> Option<MailDate> {
    let HeaderValue::DateTime(date) = read_field(value, |stream| stream.parse_date())? else {
        return None;
    };
    // The 31st of February would roll over into March.
    if !date.is_valid() || date.day > days_of(date.year, date.month) {
        return None;
    }
    let seconds = guarded(|| date.to_timestamp())?;
    let offset = i16::from(date.tz_hour) * 60 + i16::from(date.tz_minute);
    Some(MailDate {
        at: Timestamp::from_seconds(seconds),
        offset_minutes: if date.tz_before_gmt { -offset } else { offset },
    })
}

/// How many days a month has in the Gregorian calendar.
fn days_of(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A date without a zone (then it is UTC's), with a leap second, as `ctime`
/// writes it, or as ISO 8601 does, in the standard's spelling.
fn respelled(value: &str) -> Option<String> {
    let end = value.floor_char_boundary(64);
    let value = value.get(..end)?.replace(":60", ":59");
    let words: Vec<&str> = value.split_whitespace().collect();
    let is_time = |word: &&str| word.contains(':');
    let respelled = match words.as_slice() {
        [_, month, day, time, year, ..] if is_time(time) && day.parse::<u8>().is_ok() => {
            Some(format!("{day} {month} {year} {time} +0000"))
        }
        [_, _, _, .., time] if is_time(time) => Some(format!("{value} +0000")),
        [day, time, ..] if is_time(time) => iso_date(day, time),
        [both, ..] => both
            .split_once('T')
            .and_then(|(day, time)| iso_date(day, time)),
        [] => return None,
    };
    Some(respelled.unwrap_or(value))
}

/// `2024-05-03` and `10:12:00.5+02:00`.
fn iso_date(day: &str, time: &str) -> Option<String> {
    let mut parts = day.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    let clock = time.find(|c: char| !c.is_ascii_digit() && c != ':');
    let (clock, zone) = time.split_at_checked(clock.unwrap_or(time.len()))?;
    let zone = zone.rfind(['+', '-']).and_then(|at| zone.get(at..));
    let zone = zone.unwrap_or("+0000").replace(':', "");
    Some(format!("{day} {month} {year} {clock} {zone}"))
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A Content-Type or Content-Disposition (RFC 2045 §5, RFC 2183), parameters
/// decoded (RFC 2231).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameterised {
    /// `text/plain`, `attachment`: in lower case, without parameters.
    pub(crate) value: String,
    parameters: Vec<(String, String)>,
}

impl Parameterised {
    pub(crate) fn read(value: &str) -> Self {
        let end = value.floor_char_boundary(MAX_PARAMETER_FIELD_BYTES);
        let value = value.get(..end).unwrap_or_default();
        let Some(HeaderValue::ContentType(read)) =
            read_field(value, |stream| stream.parse_content_type())
        else {
            return Self::default();
        };
        let subtype = read.c_subtype.iter().map(|subtype| format!("/{subtype}"));
        let kind = read.c_type.to_string() + &subtype.collect::<String>();
        let parameters = read.attributes.unwrap_or_default().into_iter();
        Self {
            value: one_line(&kind, MAX_NAME_CHARS).to_lowercase(),
            parameters: parameters
                .map(|p| (p.name.to_lowercase(), p.value.into_owned()))
                .collect(),
        }
    }

    /// A parameter, by its name in lower case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        parameters.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_and_one_line() {
        assert_eq!(text("=?utf-8?q?caf=C3=A9?= \t x", 99), "café x");
        assert_eq!(text("=?utf-8?q?a=0D=0ABcc:_b?=", 99), "a Bcc: b");
        assert_eq!(text("", 99), "");
        assert_eq!(text("abc def", 5), "abc d");
    }

    #[test]
    fn dates() {
        let found = date("Mon, 3 Mar 2025 09:00:00 +0130").unwrap();
        assert_eq!(found.at, Timestamp::from_seconds(1_740_987_000));
        assert_eq!(found.offset_minutes, 90);
        assert_eq!(
            date("3 Mar 2025 09:00:00 -0500").unwrap().offset_minutes,
            -300
        );
        for value in [
            "3 Mar 2025 09:00:00",
            "Mon Mar  3 09:00:00 2025",
            "2025-03-03T09:00:00Z",
            "2025-03-03T11:00:00.5+02:00",
            "2025-03-03 09:00:00",
        ] {
            let at = date(value).map(|date| date.at);
            assert_eq!(at, Some(Timestamp::from_seconds(1_740_992_400)), "{value}");
        }
        for value in [
            "",
            "yesterday",
            "at 10:12 on a day",
            "99 Foo 2025 99:99:99 +9999",
            "31 Feb 2025 10:00:00 +0000",
            "29 Feb 2025 10:00:00 +0000",
            "29 Feb 1900 10:00:00 +0000",
            "31 Apr 2025 10:00:00 +0000",
            "2025-02-30T10:00:00Z",
        ] {
            assert_eq!(date(value), None, "{value}");
        }
        for value in ["29 Feb 2024 10:00:00 +0000", "29 Feb 2000 10:00:00 +0000"] {
            assert!(date(value).is_some(), "{value}");
        }
    }

    #[test]
    fn parameters() {
        let read =
            Parameterised::read("TEXT/Plain; Charset=\"UTF-8\"; name*0*=utf-8''%C3%A9; name*1=x");
        assert_eq!(read.value, "text/plain");
        assert_eq!(read.parameter("charset"), Some("UTF-8"));
        assert_eq!(read.parameter("name"), Some("éx"));
        assert_eq!(Parameterised::read("").value, "");
    }
}
