//! Strings as they stand in responses (RFC 3501 §4.3).

use super::utf7;

/// A quoted string where that is possible, else a literal.
pub(crate) fn string(out: &mut Vec<u8>, text: &[u8]) {
    if !text.iter().all(|b| matches!(b, b' '..=b'~' | b'\t')) {
        literal(out, text);
        return;
    }
    out.push(b'"');
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// A string, or NIL.
pub(crate) fn nstring(out: &mut Vec<u8>, text: Option<&[u8]>) {
    match text {
        Some(text) => string(out, text),
        None => out.extend_from_slice(b"NIL"),
    }
}

pub(crate) fn literal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(format!("{{{}}}\r\n", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
}

/// A folder's name, quoted and in modified UTF-7.
pub(crate) fn mailbox(name: &str) -> String {
    let mut out = Vec::new();
    string(&mut out, utf7::encode(name).as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_quoted_is_a_literal() {
        let written = |text: &[u8]| {
            let mut out = Vec::new();
            nstring(&mut out, Some(text));
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(br#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert_eq!(written("é".as_bytes()), "{2}\r\né");
        assert_eq!(written(b"a\r\nb"), "{4}\r\na\r\nb");
        assert_eq!(mailbox("Entwürfe"), "\"Entw&APw-rfe\"");
    }
}
