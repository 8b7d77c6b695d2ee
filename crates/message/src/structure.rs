//! A mail's parts (RFC 2046 §5.1), found in one pass over its lines.
//!
//! The MIME parser underneath reads fields and decodes text, but the tree is
//! walked here: its own walk loses the text after a nested attached mail, and
//! knows neither IMAP's part numbers nor limits. Attached mails are leaves,
//! never descended into, so that nothing inside one is taken for ours.

use std::collections::HashMap;

use crate::{
    field::Parameterised,
    header::Header,
    limits::{MAX_DEPTH, MAX_PARTS},
    lines::{Lines, without_line_break},
};

/// The kinds of multipart that say something about their parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Multipart {
    Mixed,
    Alternative,
    Related,
    Digest,
    Encrypted,
}

impl Multipart {
    fn of(content_type: &str) -> Option<Self> {
        Some(match content_type.strip_prefix("multipart/")? {
            "alternative" => Self::Alternative,
            "related" => Self::Related,
            "digest" => Self::Digest,
            "encrypted" => Self::Encrypted,
            _ => Self::Mixed,
        })
    }
}

/// Where a part stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    /// Its number as in IMAP.
    pub(crate) number: String,
    /// The multipart around it.
    pub(crate) parent: Option<Multipart>,
    /// The outermost multipart/alternative around it: parts with the same
    /// number here are versions of one content.
    pub(crate) alternative: Option<usize>,
    /// Whether it belongs to another part of a multipart/related: an image of
    /// the HTML, not something to read by itself.
    pub(crate) companion: bool,
}

/// A part that holds no parts.
#[derive(Debug, Clone)]
pub(crate) struct Leaf<'a> {
    pub(crate) place: Place,
    pub(crate) header: Header<'a>,
    pub(crate) content_type: Parameterised,
    /// Its bytes, not decoded.
    pub(crate) raw: &'a [u8],
}

/// All of a mail.
#[derive(Debug, Default)]
pub(crate) struct Structure<'a> {
    /// The mail's own header.
    pub(crate) header: Header<'a>,
    /// The leaves in order.
    pub(crate) leaves: Vec<Leaf<'a>>,
    /// Whether parts were left out.
    pub(crate) too_many: bool,
    /// Whether a multipart too deep was taken for a leaf.
    pub(crate) too_deep: bool,
}

/// Takes a mail apart. Linear in its length.
pub(crate) fn split(raw: &[u8]) -> Structure<'_> {
    let mut lines = Lines::new(raw);
    skip_blank_lines(&mut lines);
    let header = Header::read(raw, &mut lines, |_| false);
    let mut splitter = Splitter::new(raw, header.clone(), lines.offset());
    while let Some(line) = lines.next() {
        let Some(delimiter) = splitter.delimiter(line.text) else {
            continue;
        };
        splitter.leave(delimiter.level + 1, line.start);
        if delimiter.closes {
            splitter.leave(delimiter.level, line.start);
        } else if splitter.result.leaves.len() + splitter.open.len() < MAX_PARTS {
            let part = Header::read(raw, &mut lines, |text| splitter.delimiter(text).is_some());
            splitter.enter_child(part, lines.offset());
        } else {
            splitter.result.too_many = true;
            break;
        }
    }
    splitter.leave(0, raw.len());
    Structure {
        header,
        ..splitter.result
    }
}

fn skip_blank_lines(lines: &mut Lines<'_>) {
    let mut ahead = *lines;
    while ahead
        .next()
        .is_some_and(|line| line.text.trim_ascii().is_empty())
    {
        *lines = ahead;
    }
}

/// A part begun and not ended.
struct Begun<'a> {
    place: Place,
    header: Header<'a>,
    content_type: Parameterised,
    /// Where its content begins.
    start: usize,
}

/// A multipart begun and not ended.
struct Open<'a> {
    part: Begun<'a>,
    kind: Multipart,
    boundary: Vec<u8>,
    /// The outer multipart with the same boundary, if any.
    shadowed: Option<usize>,
    children: usize,
}

struct Delimiter {
    level: usize,
    closes: bool,
}

struct Splitter<'a> {
    raw: &'a [u8],
    result: Structure<'a>,
    open: Vec<Open<'a>>,
    /// The innermost open multipart of a boundary: one look-up a line.
    levels: HashMap<Vec<u8>, usize>,
    leaf: Option<Begun<'a>>,
    alternatives: usize,
}

impl<'a> Splitter<'a> {
    fn new(raw: &'a [u8], header: Header<'a>, start: usize) -> Self {
        let mut splitter = Self {
            raw,
            result: Structure::default(),
            open: Vec::new(),
            levels: HashMap::new(),
            leaf: None,
            alternatives: 0,
        };
        splitter.enter(Place::default(), header, start);
        splitter
    }

    /// Whether a line delimits parts of an open multipart.
    fn delimiter(&self, line: &[u8]) -> Option<Delimiter> {
        let token = line.strip_prefix(b"--")?.trim_ascii_end();
        let level = |token| self.levels.get(token).copied();
        if let Some(level) = level(token) {
            return Some(Delimiter {
                level,
                closes: false,
            });
        }
        let level = level(token.strip_suffix(b"--")?)?;
        Some(Delimiter {
            level,
            closes: true,
        })
    }

    /// Begins the next part of the innermost open multipart.
    fn enter_child(&mut self, header: Header<'a>, start: usize) {
        let Some(parent) = self.open.last_mut() else {
            return;
        };
        parent.children += 1;
        let outer = &parent.part.place;
        let number = match outer.number.as_str() {
            "" => parent.children.to_string(),
            number => format!("{number}.{}", parent.children),
        };
        let second = parent.kind == Multipart::Related && parent.children > 1;
        let place = Place {
            number,
            parent: Some(parent.kind),
            alternative: outer.alternative,
            companion: outer.companion || second,
        };
        self.enter(place, header, start);
    }

    fn enter(&mut self, mut place: Place, header: Header<'a>, start: usize) {
        let mut content_type = Parameterised::read(&header.get("content-type").unwrap_or_default());
        if content_type.value.is_empty() && place.parent == Some(Multipart::Digest) {
            "message/rfc822".clone_into(&mut content_type.value);
        }
        let boundary = content_type.parameter("boundary").unwrap_or_default();
        let boundary = boundary.trim_end().as_bytes().to_vec();
        let kind = Multipart::of(&content_type.value).filter(|_| !boundary.is_empty());
        let deep = self.open.len() >= MAX_DEPTH;
        self.result.too_deep |= kind.is_some() && deep;
        if kind == Some(Multipart::Alternative) && place.alternative.is_none() {
            self.alternatives += 1;
            place.alternative = Some(self.alternatives);
        }
        let part = Begun {
            place,
            header,
            content_type,
            start,
        };
        match kind.filter(|_| !deep) {
            Some(kind) => {
                let shadowed = self.levels.insert(boundary.clone(), self.open.len());
                self.open.push(Open {
                    part,
                    kind,
                    boundary,
                    shadowed,
                    children: 0,
                });
            }
            None => self.leaf = Some(part),
        }
    }

    /// Ends the part that is being read, and all multiparts from `level` on.
    fn leave(&mut self, level: usize, end: usize) {
        if let Some(leaf) = self.leaf.take() {
            self.push(leaf, end);
        }
        while self.open.len() > level {
            let Some(mut open) = self.open.pop() else {
                break;
            };
            match open.shadowed {
                Some(outer) => self.levels.insert(open.boundary, outer),
                None => self.levels.remove(&open.boundary),
            };
            if open.children == 0 {
                // A multipart without parts: what stands there is text.
                open.part.content_type = Parameterised::default();
                self.push(open.part, end);
            }
        }
    }

    fn push(&mut self, part: Begun<'a>, end: usize) {
        let raw = self.raw.get(part.start..end).unwrap_or_default();
        // The line break before a delimiter is the delimiter's.
        let raw = if end < self.raw.len() {
            without_line_break(raw)
        } else {
            raw
        };
        let mut place = part.place;
        if place.number.is_empty() {
            "1".clone_into(&mut place.number);
        }
        self.result.leaves.push(Leaf {
            place,
            header: part.header,
            content_type: part.content_type,
            raw,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(raw: &str) -> Vec<(String, String, String)> {
        let found = split(raw.as_bytes()).leaves.into_iter();
        let text = |raw: &[u8]| String::from_utf8(raw.to_vec()).unwrap();
        found
            .map(|leaf| (leaf.place.number, leaf.content_type.value, text(leaf.raw)))
            .collect()
    }

    fn leaf(number: &str, content_type: &str, raw: &str) -> (String, String, String) {
        (number.into(), content_type.into(), raw.into())
    }

    #[test]
    fn numbers_are_those_of_imap() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\
                   Content-Type: multipart/alternative; boundary=\"a b\"\n\n\
                   --a b\n\none\n--a b \nContent-Type: text/html\n\ntwo\n--a b--\n\n\
                   --a\nContent-Type: image/png\n\nthree\n--a--\nepilogue\n";
        let expected = [
            leaf("1.1", "", "one"),
            leaf("1.2", "text/html", "two"),
            leaf("2", "image/png", "three"),
        ];
        assert_eq!(leaves(raw), expected);
        let crlf = leaves(&raw.replace('\n', "\r\n"));
        assert_eq!(crlf, expected);
        assert_eq!(leaves("A: b\n\ntext\n"), [leaf("1", "", "text\n")]);
    }

    #[test]
    fn an_outer_boundary_ends_what_was_left_open() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\
                   Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--a\n\ntwo";
        assert_eq!(leaves(raw), [leaf("1.1", "", "one"), leaf("2", "", "two")]);
    }

    #[test]
    fn an_attached_mail_hides_no_part_after_it() {
        let raw = "Content-Type: multipart/mixed; boundary=a\n\n--a\n\
                   Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n\
                   Content-Type: text/plain\n\ninner\n--a\n\nafter\n--a--\n";
        let found = leaves(raw);
        assert_eq!(found[1], leaf("2", "", "after"));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_multipart_without_parts_is_text() {
        let raw = "Content-Type: multipart/report; boundary=nowhere\n\nIt failed.\n";
        assert_eq!(leaves(raw), [leaf("1", "", "It failed.\n")]);
        let raw = "Content-Type: multipart/mixed\n\nNo boundary.\n";
        assert_eq!(
            leaves(raw),
            [leaf("1", "multipart/mixed", "No boundary.\n")]
        );
    }

    #[test]
    fn limits_hold() {
        let part = "--a\n\nx\n";
        let wide = format!(
            "Content-Type: multipart/mixed; boundary=a\n\n{}",
            part.repeat(MAX_PARTS + 5)
        );
        let wide = split(wide.as_bytes());
        assert!(wide.too_many);
        assert!(wide.leaves.len() <= MAX_PARTS);
        let deep: String = (0..200)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))
            .collect();
        let deep = split(deep.as_bytes());
        assert!(deep.too_deep);
        assert_eq!(deep.leaves.len(), 1);
    }
}
