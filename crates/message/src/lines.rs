//! Lines ending in LF or CRLF, with where they stand.

/// A line of a mail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Where it begins in the mail.
    pub(crate) start: usize,
    /// Its bytes without the line break.
    pub(crate) text: &'a [u8],
}

/// Goes through the lines of a mail. A copy looks ahead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(raw: &'a [u8]) -> Self {
        Self {
            rest: raw,
            offset: 0,
        }
    }

    /// Where the next line begins.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let length = memchr::memchr(b'\n', self.rest);
        let length = length.map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at_checked(length)?;
        let start = self.offset;
        self.offset += length;
        self.rest = rest;
        Some(Line {
            start,
            text: without_line_break(line),
        })
    }
}

/// Without one LF or CRLF at the end.
pub(crate) fn without_line_break(bytes: &[u8]) -> &[u8] {
    match bytes.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => bytes,
    }
}

/// At most the first `max` bytes.
pub(crate) fn at_most(bytes: &[u8], max: usize) -> &[u8] {
    bytes.get(..max).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_both_line_breaks_and_a_missing_one() {
        let found: Vec<_> = Lines::new(b"a\r\n\nb\rc\nd")
            .map(|l| (l.start, l.text))
            .collect();
        assert_eq!(found, [(0, &b"a"[..]), (3, b""), (4, b"b\rc"), (8, b"d")]);
    }
}
