//! METHOD and COMMENT of a calendar part (RFC 5545, RFC 5546).

use crate::{
    AttachmentKind, Calendar,
    body::clean,
    charset,
    limits::{MAX_REPORT_BYTES, MAX_VALUE_CHARS},
    role::{Part, Role},
};

/// The facts of the first calendar part.
pub(crate) fn calendar(parts: &[Part<'_>]) -> Option<Calendar> {
    let is_calendar = |part: &&Part<'_>| part.role == Role::Attachment(AttachmentKind::Calendar);
    let part = parts.iter().find(is_calendar)?;
    let text = charset::declared(&part.decode(MAX_REPORT_BYTES), "utf-8").text;
    // A line that begins with white space goes on with the one before.
    let text = clean(&text).replace("\n ", "").replace("\n\t", "");
    let value = |name: &str| {
        let mut lines = text.lines();
        lines
            .find_map(|line| property(line, name))
            .filter(|value| !value.is_empty())
    };
    let method = part.leaf.content_type.parameter("method");
    let method = method.map(str::to_owned).or_else(|| value("METHOD"));
    Some(Calendar {
        method: method.map(|method| method.trim().to_uppercase()),
        comment: value("COMMENT"),
        // One that is a version of the text is the mail itself.
        attached: part.attached && part.leaf.place.alternative.is_none(),
    })
}

/// The value of `NAME;PARAMETERS:value`, unescaped (RFC 5545 §3.3.11).
fn property(line: &str, name: &str) -> Option<String> {
    let found = line.get(..name.len())?;
    let rest = line.get(name.len()..)?;
    if !found.eq_ignore_ascii_case(name) || !rest.starts_with([':', ';']) {
        return None;
    }
    let mut quoted = false;
    let colon = rest.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    let mut value = String::new();
    let mut chars = rest.get(colon + 1..)?.chars().take(MAX_VALUE_CHARS);
    while let Some(c) = chars.next() {
        value.push(match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => '\n',
                Some(escaped) => escaped,
                None => break,
            },
            c => c,
        });
    }
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties() {
        for (line, expected) in [
            ("COMMENT:a\\, b\\nc", Some("a, b\nc")),
            ("comment;LANGUAGE=\"x:y\":hi", Some("hi")),
            ("COMMENTARY:no", None),
            ("COMMENT", None),
        ] {
            assert_eq!(property(line, "COMMENT").as_deref(), expected, "{line}");
        }
    }
}
