//! The tree of parts, as ranges of the message's bytes.

use super::{Parameterised, first, parameterised};
use crate::limits;

/// A message or a part of one.
#[derive(Debug, Clone)]
pub(crate) struct Part<'a> {
    /// The header with the empty line after it.
    pub(crate) header: &'a [u8],
    /// Everything after the header.
    pub(crate) body: &'a [u8],
    pub(crate) content_type: Parameterised,
    pub(crate) content: Content<'a>,
}

/// What a part holds.
#[derive(Debug, Clone)]
pub(crate) enum Content<'a> {
    /// Text, a file: nothing to look into.
    Leaf,
    /// The parts of a multipart.
    Multipart(Vec<Part<'a>>),
    /// A message within the message.
    Message(Box<Part<'a>>),
}

impl<'a> Part<'a> {
    /// Finds the parts of a whole message.
    pub(crate) fn parse(raw: &'a [u8]) -> Self {
        Self::parse_within(raw, b"text/plain", limits::MIME_DEPTH)
    }

    fn parse_within(raw: &'a [u8], default: &[u8], depth: usize) -> Self {
        let (header, body) = split_header(raw);
        let content_type = content_type(header, default);
        let value = content_type.value.to_ascii_lowercase();
        let boundary = content_type.parameter("boundary").unwrap_or_default();
        let content = if depth == 0 {
            Content::Leaf
        } else if value.starts_with(b"multipart/") {
            let default: &[u8] = match value.as_slice() {
                b"multipart/digest" => b"message/rfc822",
                _ => b"text/plain",
            };
            let parts = split(body, boundary).into_iter();
            Content::Multipart(
                parts
                    .map(|part| Self::parse_within(part, default, depth - 1))
                    .collect(),
            )
        } else if value == b"message/rfc822" {
            Content::Message(Box::new(Self::parse_within(body, b"text/plain", depth - 1)))
        } else {
            Content::Leaf
        };
        Self {
            header,
            body,
            content_type,
            content,
        }
    }

    /// The part of that number (RFC 3501 §6.4.5): `[2, 1]` is `2.1`.
    pub(crate) fn descend(&self, path: &[u32]) -> Option<&Self> {
        let mut current = self;
        for (level, number) in path.iter().enumerate() {
            // A message's numbers are those of what it holds.
            let container = match &current.content {
                Content::Message(inner) if level > 0 => inner,
                _ => current,
            };
            current = match &container.content {
                Content::Multipart(parts) => {
                    parts.get(usize::try_from(number.checked_sub(1)?).ok()?)?
                }
                // A message that is no multipart has one part: its body.
                _ if *number == 1 && (level == 0 || !std::ptr::eq(container, current)) => container,
                _ => return None,
            };
        }
        Some(current)
    }
}

/// The header with the empty line that ends it, and the rest.
pub(crate) fn split_header(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        end += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    raw.split_at_checked(end).unwrap_or((raw, &[]))
}

fn content_type(header: &[u8], default: &[u8]) -> Parameterised {
    let given = first(header, "content-type").map(|value| parameterised(&value));
    given
        .filter(|given| {
            let mut halves = given.value.split(|b| *b == b'/');
            let token = |half: Option<&[u8]>| half.is_some_and(|half| !half.is_empty());
            token(halves.next()) && token(halves.next()) && halves.next().is_none()
        })
        .unwrap_or_else(|| Parameterised {
            value: default.to_vec(),
            parameters: match default {
                b"text/plain" => vec![(b"charset".to_vec(), b"us-ascii".to_vec())],
                _ => Vec::new(),
            },
        })
}

/// The bytes between the boundary's lines (RFC 2046 §5.1.1). The line end
/// before a boundary belongs to it.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    if boundary.is_empty() {
        return parts;
    }
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let delimiter = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary))
            .map(<[u8]>::trim_ascii_end)
            .filter(|rest| matches!(*rest, b"" | b"--"));
        if let Some(rest) = delimiter {
            parts.extend(start.and_then(|start| part_between(body, start, at)));
            start = Some(at + line.len());
            if rest == b"--" {
                return parts;
            }
            if parts.len() == limits::MIME_PARTS - 1 {
                break;
            }
        }
        at += line.len();
    }
    parts.extend(start.and_then(|start| body.get(start..)));
    parts
}

fn part_between(body: &[u8], start: usize, end: usize) -> Option<&[u8]> {
    let part = body.get(start..end)?;
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    Some(part.strip_suffix(b"\r").unwrap_or(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"Content-Type: multipart/mixed; boundary=a\r\n\r\nprologue\r\n\
        --a\r\n\r\none\r\n\
        --a\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\n\r\ninner\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n\
        --a\r\nContent-Type: message/rfc822\r\n\r\nSubject: s\r\n\r\nplain\r\n\
        --a--\r\nepilogue";

    fn body(path: &[u32]) -> Option<&'static [u8]> {
        Part::parse(MAIL).descend(path).map(|part| part.body)
    }

    #[test]
    fn parts_have_imaps_numbers() {
        assert_eq!(body(&[1]), Some(&b"one"[..]));
        assert_eq!(body(&[2, 1]), Some(&b"inner"[..]));
        assert_eq!(body(&[2, 2]), Some(&b"<p>"[..]));
        assert_eq!(body(&[3]), Some(&b"Subject: s\r\n\r\nplain"[..]));
        assert_eq!(body(&[3, 1]), Some(&b"plain"[..]));
        for none in [&[0][..], &[4], &[1, 1], &[3, 1, 1], &[2, 3]] {
            assert_eq!(body(none), None, "{none:?}");
        }
        let single = Part::parse(b"Subject: s\n\nbody");
        assert_eq!(single.descend(&[1]).unwrap().body, b"body");
        assert!(single.descend(&[1, 1]).is_none());
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let deep = b"Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
        let mut part = &Part::parse(&deep);
        let mut depth = 0;
        while let Content::Message(inner) = &part.content {
            part = inner;
            depth += 1;
        }
        assert_eq!(depth, limits::MIME_DEPTH);
    }
}
