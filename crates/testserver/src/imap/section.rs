//! The bytes that a section names (RFC 3501 §6.4.5).

use std::borrow::Cow;

use super::parse::{Section, SectionText};
use crate::mime::{Content, Part, fields, split_header};

/// The bytes, or `None` where the message has no such part.
pub(crate) fn section<'m>(raw: &'m [u8], section: &Section) -> Option<Cow<'m, [u8]>> {
    let all = all(raw, section)?;
    let Some(partial) = section.partial else {
        return Some(all);
    };
    let end = partial.start.saturating_add(partial.length);
    let (start, end) = (partial.start.min(all.len()), end.min(all.len()));
    Some(match all {
        Cow::Borrowed(all) => Cow::Borrowed(all.get(start..end)?),
        Cow::Owned(all) => Cow::Owned(all.get(start..end)?.to_vec()),
    })
}

fn all<'m>(raw: &'m [u8], section: &Section) -> Option<Cow<'m, [u8]>> {
    // The whole message needs no look inside.
    let (header, body) = if section.path.is_empty() {
        if section.text == SectionText::Whole {
            return Some(Cow::Borrowed(raw));
        }
        split_header(raw)
    } else {
        let root = Part::parse(raw);
        let part = root.descend(&section.path)?;
        match (&section.text, &part.content) {
            (SectionText::Whole, _) => return Some(Cow::Borrowed(part.body)),
            (SectionText::Mime, _) => return Some(Cow::Borrowed(part.header)),
            (_, Content::Message(inner)) => (inner.header, inner.body),
            _ => return None,
        }
    };
    Some(match &section.text {
        SectionText::Text => Cow::Borrowed(body),
        SectionText::Fields { names, not } => Cow::Owned(chosen(header, names, *not)),
        _ => Cow::Borrowed(header),
    })
}

fn chosen(header: &[u8], names: &[Vec<u8>], not: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields(header) {
        let named = names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(field.name));
        if named != not {
            out.extend_from_slice(field.raw);
        }
    }
    out.extend_from_slice(b"\r\n");
    out
}
