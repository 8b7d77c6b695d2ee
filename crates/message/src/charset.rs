//! Bytes to text.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

use crate::{guard::guarded, lines::at_most};

/// Text whose character set is declared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text, without a byte order mark.
    pub(crate) text: String,
    /// Whether the declared set is known and could be read.
    pub(crate) known: bool,
}

/// Reads bytes in a declared character set; one that is not known counts as
/// not declared.
pub(crate) fn declared(bytes: &[u8], charset: &str) -> Decoded {
    let charset = charset.trim();
    let is = |names: &[&str]| names.iter().any(|name| charset.eq_ignore_ascii_case(name));
    let (text, known) = if is(&["utf-8", "utf8"]) {
        (utf8(bytes), true)
    } else if is(&["", "us-ascii", "ascii"]) {
        // Senders that declare ASCII and send something else are common.
        (undeclared(bytes).into_owned(), true)
    } else {
        let decode = charset_decoder(charset.as_bytes());
        match decode.and_then(|decode| guarded(|| decode(bytes))) {
            Some(text) => (text, true),
            None => (undeclared(bytes).into_owned(), false),
        }
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    Decoded { text, known }
}

/// Valid UTF-8, nearly always, is read by the fast check.
fn utf8(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Reads bytes whose character set nobody declared: UTF-8 where they are,
/// else Windows-1252, the most frequent accident.
pub(crate) fn undeclared(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        // UTF-8 of which the last character is incomplete: a mail cut short.
        Err(error)
            if error.error_len().is_none() && !at_most(bytes, error.valid_up_to()).is_ascii() =>
        {
            String::from_utf8_lossy(bytes)
        }
        Err(_) => charset_decoder(b"windows-1252")
            .and_then(|decode| guarded(|| decode(bytes)))
            .map_or_else(|| String::from_utf8_lossy(bytes), Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_declared_and_what_is_not() {
        assert_eq!(declared(b"caf\xe9", "ISO-8859-1").text, "café");
        assert_eq!(declared(b"caf\xe9", "us-ascii").text, "café");
        assert_eq!(declared("é".as_bytes(), "").text, "é");
        assert_eq!(declared(b"\xef\xbb\xbfa", "utf-8").text, "a");
        assert_eq!(declared(b"\x1b$B4A;z\x1b(B", "iso-2022-jp").text, "漢字");
        let unknown = declared(b"caf\xe9", "x-nobody-knows");
        assert_eq!((unknown.text.as_str(), unknown.known), ("café", false));
    }

    #[test]
    fn a_cut_character_changes_nothing_before_it() {
        let whole = "éé".as_bytes();
        assert_eq!(undeclared(whole.split_last().unwrap().1), "é\u{fffd}");
    }
}
