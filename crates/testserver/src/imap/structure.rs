//! BODY and BODYSTRUCTURE (RFC 3501 §7.4.2).

use super::encode::{nstring, string};
use super::envelope::envelope;
use crate::mime::{Content, Parameterised, Part, first, parameterised};

/// Writes a part's structure. Recursion ends where the parser's did.
pub(crate) fn structure(out: &mut Vec<u8>, part: &Part<'_>, extended: bool) {
    out.push(b'(');
    match &part.content {
        Content::Multipart(parts) => multipart(out, part, parts, extended),
        content => single(out, part, content, extended),
    }
    out.push(b')');
}

fn multipart(out: &mut Vec<u8>, part: &Part<'_>, parts: &[Part<'_>], extended: bool) {
    for child in parts {
        structure(out, child, extended);
    }
    if parts.is_empty() {
        // The grammar asks for a part.
        structure(out, &Part::parse(b""), extended);
    }
    out.push(b' ');
    string(out, &subtype(&part.content_type));
    if extended {
        out.push(b' ');
        parameters(out, &part.content_type);
        disposition_language_location(out, part);
    }
}

fn single(out: &mut Vec<u8>, part: &Part<'_>, content: &Content<'_>, extended: bool) {
    let header = |name| first(part.header, name);
    let kind = upper(part.content_type.value.split(|b| *b == b'/').next());
    string(out, &kind);
    out.push(b' ');
    string(out, &subtype(&part.content_type));
    out.push(b' ');
    parameters(out, &part.content_type);
    out.push(b' ');
    nstring(out, header("content-id").as_deref());
    out.push(b' ');
    nstring(out, header("content-description").as_deref());
    out.push(b' ');
    let encoding = header("content-transfer-encoding").unwrap_or_default();
    let encoding = parameterised(&encoding).value;
    match encoding.is_empty() {
        true => string(out, b"7BIT"),
        false => string(out, &encoding.to_ascii_uppercase()),
    }
    out.extend_from_slice(format!(" {}", part.body.len()).as_bytes());
    let lines = part.body.iter().filter(|b| **b == b'\n').count();
    if let Content::Message(inner) = content {
        out.push(b' ');
        envelope(out, inner.header);
        out.push(b' ');
        structure(out, inner, extended);
        out.extend_from_slice(format!(" {lines}").as_bytes());
    } else if kind == b"TEXT" {
        out.extend_from_slice(format!(" {lines}").as_bytes());
    }
    if extended {
        out.push(b' ');
        nstring(out, header("content-md5").as_deref());
        disposition_language_location(out, part);
    }
}

fn disposition_language_location(out: &mut Vec<u8>, part: &Part<'_>) {
    match first(part.header, "content-disposition").map(|value| parameterised(&value)) {
        Some(disposition) if !disposition.value.is_empty() => {
            out.extend_from_slice(b" (");
            string(out, &disposition.value);
            out.push(b' ');
            parameters(out, &disposition);
            out.push(b')');
        }
        _ => out.extend_from_slice(b" NIL"),
    }
    for name in ["content-language", "content-location"] {
        out.push(b' ');
        nstring(out, first(part.header, name).as_deref());
    }
}

fn parameters(out: &mut Vec<u8>, value: &Parameterised) {
    if value.parameters.is_empty() {
        out.extend_from_slice(b"NIL");
        return;
    }
    for (at, (name, value)) in value.parameters.iter().enumerate() {
        out.push(if at == 0 { b'(' } else { b' ' });
        string(out, name);
        out.push(b' ');
        string(out, value);
    }
    out.push(b')');
}

fn subtype(content_type: &Parameterised) -> Vec<u8> {
    upper(content_type.value.split(|b| *b == b'/').nth(1))
}

fn upper(bytes: Option<&[u8]>) -> Vec<u8> {
    bytes.unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(mail: &[u8], extended: bool) -> String {
        let mut out = Vec::new();
        structure(&mut out, &Part::parse(mail), extended);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn shows_a_mail_with_an_attachment() {
        let mail =
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\none\r\ntwo\r\n--a\r\n\
            Content-Type: application/pdf; name=\"x.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\
            Content-Disposition: attachment; filename=x.pdf\r\n\r\nAAAA\r\n--a--\r\n";
        let text = r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 8 1"#;
        let pdf = r#"("APPLICATION" "PDF" ("name" "x.pdf") NIL NIL "BASE64" 4"#;
        assert_eq!(shown(mail, false), format!("({text}){pdf}) \"MIXED\")"));
        let pdf = format!("{pdf} NIL (\"attachment\" (\"filename\" \"x.pdf\")) NIL NIL)");
        assert_eq!(
            shown(mail, true),
            format!("({text} NIL NIL NIL NIL){pdf} \"MIXED\" (\"boundary\" \"a\") NIL NIL NIL)")
        );
    }

    #[test]
    fn an_empty_multipart_keeps_to_the_grammar() {
        let mail = b"Content-Type: multipart/mixed\r\n\r\nx";
        let text = r#"("TEXT" "PLAIN" ("charset" "us-ascii") NIL NIL "7BIT" 0 0)"#;
        assert_eq!(shown(mail, false), format!("({text} \"MIXED\")"));
    }

    #[test]
    fn a_forwarded_message_shows_its_envelope() {
        let mail = b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nhi\r\n";
        assert_eq!(
            shown(mail, false),
            "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 19 \
             (NIL \"in\" NIL NIL NIL NIL NIL NIL NIL NIL) \
             (\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 4 1) 3)"
        );
    }
}
