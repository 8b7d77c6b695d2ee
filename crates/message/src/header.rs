//! The fields of a header (RFC 5322 §2.2), found without judging them.

use std::borrow::Cow;

use crate::{
    charset,
    limits::{MAX_FIELD_BYTES, MAX_FIELDS},
    lines::{Lines, at_most},
};

/// A field as it stands in the mail, folds and all.
#[derive(Debug, Clone, Copy)]
struct Field<'a> {
    name: &'a [u8],
    start: usize,
    end: usize,
}

/// A header: of the mail, or of one of its parts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header<'a> {
    raw: &'a [u8],
    fields: Vec<Field<'a>>,
    /// Whether fields were left out.
    pub(crate) too_many: bool,
}

impl<'a> Header<'a> {
    /// Reads fields up to the empty line, or to a line for which `is_end`
    /// holds, or to the first line where no header is. `raw` is what `lines`
    /// goes through. A leading `From ` line of an mbox is passed over.
    pub(crate) fn read(
        raw: &'a [u8],
        lines: &mut Lines<'a>,
        is_end: impl Fn(&[u8]) -> bool,
    ) -> Self {
        let mut header = Self {
            raw,
            ..Self::default()
        };
        loop {
            let mut ahead = *lines;
            let Some(line) = ahead.next() else { break };
            if line.text.is_empty() {
                *lines = ahead;
                break;
            }
            if is_end(line.text) {
                break;
            }
            if line.text.starts_with(b" ") || line.text.starts_with(b"\t") {
                match header.fields.last_mut() {
                    Some(field) if !header.too_many => field.end = ahead.offset(),
                    Some(_) => {}
                    None => break,
                }
            } else if let Some(name) = field_name(line.text) {
                if header.fields.len() < MAX_FIELDS {
                    header.fields.push(Field {
                        name,
                        // After the colon; white space before it is tolerated.
                        start: line.start + colon(line.text).map_or(0, |at| at + 1),
                        end: ahead.offset(),
                    });
                } else {
                    header.too_many = true;
                }
            } else if header.fields.is_empty() && !is_from_line(line.text) {
                break;
            }
            // A line that is no field, between fields, is passed over: a
            // broken relay's, and no reason to lose the fields after it.
            *lines = ahead;
        }
        header
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The first field of that name (in lower case), unfolded; empty is `Some`.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// All fields of that name, unfolded, in order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = String> {
        self.raw_values(name)
            .map(|value| unfold(at_most(value, MAX_FIELD_BYTES)))
    }

    /// All fields of that name, unfolded, however long they are.
    pub(crate) fn all_whole(&self, name: &str) -> impl Iterator<Item = String> {
        self.raw_values(name).map(unfold)
    }

    fn raw_values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let fields = self.fields.iter();
        fields
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .filter_map(|field| self.raw.get(field.start..field.end))
    }
}

fn colon(line: &[u8]) -> Option<usize> {
    line.iter().position(|b| *b == b':')
}

fn field_name(line: &[u8]) -> Option<&[u8]> {
    let name = line.get(..colon(line)?)?.trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

fn is_from_line(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// One line, without the folds' line breaks and white space at the ends.
/// Bytes that are no UTF-8 are taken for Windows-1252, as undeclared ones are.
fn unfold(value: &[u8]) -> String {
    let unfolded: Cow<'_, [u8]> = if value.iter().any(|b| matches!(b, b'\r' | b'\n')) {
        let kept = value.iter().filter(|b| !matches!(b, b'\r' | b'\n'));
        kept.copied().collect::<Vec<u8>>().into()
    } else {
        value.into()
    };
    charset::undeclared(unfolded.trim_ascii()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> (Header<'_>, usize) {
        let mut lines = Lines::new(raw.as_bytes());
        let header = Header::read(raw.as_bytes(), &mut lines, |line| line == b"--end");
        (header, lines.offset())
    }

    #[test]
    fn folds_repeats_and_junk() {
        let raw = "From me\nA : 1\r\n\t2\r\njunk\nb:3\na:4\n\nbody: 5";
        let (header, end) = read(raw);
        assert_eq!(header.all("a").collect::<Vec<_>>(), ["1\t2", "4"]);
        assert_eq!(header.get("b").as_deref(), Some("3"));
        assert_eq!(header.get("body"), None);
        assert_eq!(&raw[end..], "body: 5");
    }

    #[test]
    fn text_without_a_header_stays_text() {
        for raw in ["Hello there\n\nBye", " indented\na: b\n"] {
            let (header, end) = read(raw);
            assert!(header.is_empty());
            assert_eq!(end, 0);
        }
        assert_eq!(read("a: b\n--end\n").1, 5);
    }

    #[test]
    fn more_fields_than_allowed_are_left_out() {
        let raw = "a: b\n".repeat(MAX_FIELDS + 1);
        let (header, _) = read(&raw);
        assert!(header.too_many);
        assert_eq!(header.all("a").count(), MAX_FIELDS);
    }
}
