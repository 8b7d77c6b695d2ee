//! A body as lines, each with what a glance at it tells.

use std::ops::Range;

use super::words;
use crate::limits::{MARKER_LINE_BYTES, MAX_REPLY_LINES};

/// What the HTML said of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing.
    #[default]
    None,
    /// It stands in a quotation.
    Quoted,
    /// It says who is quoted.
    Attribution,
    /// From here on everything is an earlier mail.
    Cut,
    /// It stands in a signature.
    Signature,
    /// A line is drawn above it, as above the header of an earlier mail.
    Border,
}

/// A line, and what was seen in it. Every feature is computed once a line,
/// so that looking at windows of lines stays linear.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Its bytes in the body, line end included.
    pub(super) range: Range<usize>,
    /// Its text without white space around it, nor the remains of an undone
    /// quoted-printable encoding.
    pub(super) text: &'a str,
    pub(super) hint: Hint,
    /// Begins with a quote mark.
    pub(super) quoted: bool,
    /// Names an act of writing: `wrote`, `schrieb` …
    pub(super) verb: bool,
    /// Begins as an attribution does: `On`, `Am`, `Le` …
    pub(super) opener: bool,
    /// Begins with a date.
    pub(super) date_start: bool,
    pub(super) digit: bool,
    pub(super) year: bool,
    pub(super) time: bool,
    pub(super) address: bool,
    pub(super) colon_end: bool,
}

impl Line<'_> {
    pub(super) fn blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is short enough to be a mark rather than prose.
    pub(super) fn short(&self) -> bool {
        self.text.len() <= MARKER_LINE_BYTES
    }
}

/// Splits a body into its lines; hints are by line.
pub(super) fn split<'a>(body: &'a str, hints: &[Hint]) -> Vec<Line<'a>> {
    let mut verbs = words::verbs(body).peekable();
    let mut lines = Vec::new();
    let mut start = 0;
    for text in body.split_inclusive('\n') {
        let full = lines.len() + 1 >= MAX_REPLY_LINES;
        let end = if full { body.len() } else { start + text.len() };
        let hint = hints.get(lines.len()).copied().unwrap_or_default();
        let text = if full {
            body.get(start..).unwrap_or_default()
        } else {
            text
        };
        let mut line = look(start..end, text, hint);
        while verbs.next_if(|at| *at < end).is_some() {
            line.verb = line.short();
        }
        lines.push(line);
        start = end;
        if full {
            break;
        }
    }
    lines
}

fn look(range: Range<usize>, raw: &str, hint: Hint) -> Line<'_> {
    let text = trim(raw);
    let mut line = Line {
        range,
        text,
        hint,
        quoted: hint == Hint::Quoted || text.starts_with('>'),
        verb: false,
        opener: false,
        date_start: false,
        digit: false,
        year: false,
        time: false,
        address: false,
        colon_end: false,
    };
    if !line.short() {
        return line;
    }
    line.digit = text.bytes().any(|b| b.is_ascii_digit());
    line.address = has_address(text);
    let end = text.trim_end_matches(['*', '_', '-', ' ', '\u{a0}']);
    line.colon_end =
        end.ends_with([':', '：']) || (end.len() < text.len() && end.ends_with("wrote"));
    if line.digit {
        line.opener = words::has_opener(text);
        (line.year, line.time) = year_and_time(text);
        let year_or_time = line.year || line.time;
        line.date_start = text.starts_with(|c: char| c.is_ascii_digit()) && year_or_time;
    }
    line
}

/// An address, or `<…` that opens one wrapped to the next line.
fn has_address(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| {
        text.get(at + 1..)
            .is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
    })
}

/// Whether a year (a number of four digits, or the end of a date in numbers),
/// and whether a time of day stands in a text.
fn year_and_time(text: &str) -> (bool, bool) {
    let (mut year, mut time) = (false, false);
    // Digits and separators of the numbers that hang together.
    let mut chain: Option<(usize, char)> = None;
    let mut links = 0;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let apart = at > 1 || (at == 1 && !rest.starts_with(' '));
        rest = rest.get(at..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = rest.get(..digits).unwrap_or_default();
        rest = rest.get(digits..).unwrap_or_default();
        let after = rest.chars().next();
        let before = chain.filter(|_| !apart);
        let spaced = at == 1;
        year |= digits == 4 && (number.starts_with("19") || number.starts_with("20"));
        time |= digits == 2
            && !spaced
            && matches!(before, Some((1 | 2, ':' | '.' | 'h')))
            && after != Some('.');
        links = if matches!(before, Some((1 | 2, '.' | '/' | '-'))) {
            links + 1
        } else {
            0
        };
        year |= links == 2 && digits == 2;
        chain = after
            .filter(|c| matches!(c, ':' | '.' | 'h' | '/' | '-'))
            .map(|c| (digits, c));
        if let Some((_, separator)) = chain {
            rest = rest.get(separator.len_utf8()..).unwrap_or_default();
        }
    }
    (year, time)
}

/// Trims white space, byte order marks, and `=09`, `=20` and a final `=`:
/// what is left where a body was never decoded.
pub(super) fn trim(text: &str) -> &str {
    let mut text = text;
    loop {
        let before = text.len();
        text = text.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
        });
        for residue in ["=09", "=20"] {
            text = text.strip_prefix(residue).unwrap_or(text);
            text = text.strip_suffix(residue).unwrap_or(text);
        }
        if text.ends_with('=') && !text.ends_with("==") {
            text = text.strip_suffix('=').unwrap_or(text);
        }
        if text.len() == before {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_years_and_times() {
        assert_eq!(year_and_time("On 3 May 2024 at 10:12, Ann"), (true, true));
        assert_eq!(year_and_time("Den 15. jun. 2016 kl. 20.42"), (true, true));
        assert_eq!(year_and_time("Am 03.05.24 um 10:12"), (true, true));
        assert_eq!(year_and_time("Dne 3. 5. 24 v 9:05"), (true, true));
        assert_eq!(year_and_time("version 1.10.2"), (false, false));
        assert_eq!(year_and_time("call 5550123"), (false, false));
        assert_eq!(year_and_time("2:5"), (false, false));
    }

    #[test]
    fn a_body_of_line_ends_stays_small() {
        let body = "\n".repeat(MAX_REPLY_LINES * 3);
        let lines = split(&body, &[]);
        assert_eq!(lines.len(), MAX_REPLY_LINES);
        assert_eq!(lines.last().unwrap().range.end, body.len());
    }

    #[test]
    fn trims_undone_encoding() {
        assert_eq!(trim("=09  From: a=20\r\n"), "From: a");
        assert_eq!(trim(" a ==\n"), "a ==");
    }
}
