//! Content-Transfer-Encoding (RFC 2045 §6), undone as far as it goes: a bad
//! or cut sequence costs itself and nothing after it.

use std::borrow::Cow;

/// How a part's bytes are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 7bit, 8bit, binary, and what is not known.
    Identity,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    pub(crate) fn of(value: &str) -> Self {
        let token = value.split([';', ' ', '(']).next().unwrap_or_default();
        if token.eq_ignore_ascii_case("base64") {
            Self::Base64
        } else if token.eq_ignore_ascii_case("quoted-printable") {
            Self::QuotedPrintable
        } else {
            Self::Identity
        }
    }

    /// The decoded bytes.
    pub(crate) fn decode(self, raw: &[u8]) -> Cow<'_, [u8]> {
        match self {
            Self::Identity => raw.into(),
            Self::Base64 => base64(raw).into(),
            Self::QuotedPrintable => quoted_printable(raw).into(),
        }
    }

    /// How many bytes it decodes to, line breaks counted as CRLF as on the wire.
    pub(crate) fn decoded_size(self, raw: &[u8]) -> u64 {
        let size = match self {
            Self::Identity => wire_size(raw),
            Self::Base64 => {
                let digits = raw.iter().take_while(|b| **b != b'=');
                digits.filter(|b| sextet(**b).is_some()).count() * 3 / 4
            }
            Self::QuotedPrintable => wire_size(&quoted_printable(raw)),
        };
        size as u64
    }
}

fn wire_size(bytes: &[u8]) -> usize {
    let mut last = 0;
    let mut size = bytes.len();
    for byte in bytes {
        size += usize::from(*byte == b'\n' && last != b'\r');
        last = *byte;
    }
    size
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Characters outside the alphabet are passed over (RFC 2045 §6.8); padding
/// ends a run, and what follows begins anew: some senders join encoded texts.
fn base64(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() / 4 * 3);
    let mut bits = 0;
    let mut count = 0;
    for byte in raw {
        if let Some(value) = sextet(*byte) {
            bits = (bits << 6) | value;
            count += 1;
            if count == 4 {
                let [_, a, b, c] = bits.to_be_bytes();
                out.extend([a, b, c]);
                (bits, count) = (0, 0);
            }
        } else if *byte == b'=' {
            flush(&mut out, bits, count);
            (bits, count) = (0, 0);
        }
    }
    flush(&mut out, bits, count);
    out
}

/// The bytes of an incomplete group of two or three characters.
fn flush(out: &mut Vec<u8>, bits: u32, count: u32) {
    let [_, a, b, _] = (bits << (6 * (4 - count.min(4)))).to_be_bytes();
    match count {
        2 => out.push(a),
        3 => out.extend([a, b]),
        _ => {}
    }
}

fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii_end();
        let broken = line.len() > text.len() && line.ends_with(b"\n");
        // White space at the end was added on the way (RFC 2045 §6.7 rule 3).
        let (text, soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut rest = text;
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            if *byte != b'=' {
                out.push(*byte);
                continue;
            }
            match after {
                [high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    out.push(hex(*high) << 4 | hex(*low));
                    rest = after;
                }
                // Not an escape: a sender that forgot to encode.
                _ => out.push(b'='),
            }
        }
        if broken && !soft {
            let crlf = line.ends_with(b"\r\n");
            out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
        } else if !broken && !soft {
            // No line break to trim before: a mail or part that just ends.
            out.extend_from_slice(line.get(text.len()..).unwrap_or_default());
        }
    }
    out
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(encoding: Encoding, raw: &str) -> String {
        String::from_utf8(encoding.decode(raw.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn base64_good_broken_and_joined() {
        for (raw, expected) in [
            ("aGVs\r\nbG8=", "hello"),
            ("aGVsbG8", "hello"),
            ("aGV*sbG8=aGVsbG8=", "hellohello"),
            ("a", ""),
            ("", ""),
        ] {
            assert_eq!(text(Encoding::Base64, raw), expected, "{raw}");
        }
        assert_eq!(Encoding::Base64.decoded_size(b"aGVs\r\nbG8="), 5);
    }

    #[test]
    fn quoted_printable_good_and_broken() {
        for (raw, expected) in [
            ("caf=C3=A9", "café"),
            ("a =\r\nb  \r\nc", "a b\r\nc"),
            ("1=2 and =zz", "1=2 and =zz"),
            ("cut =C", "cut =C"),
            ("soft=", "soft"),
            ("a=\n\nb\n", "a\nb\n"),
        ] {
            assert_eq!(text(Encoding::QuotedPrintable, raw), expected, "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn a_prefix_decodes_to_a_prefix(raw in "[A-Za-z0-9+/\n]{0,80}", cut in 0usize..80) {
            let whole = base64(raw.as_bytes());
            let part = base64(&raw.as_bytes()[..cut.min(raw.len())]);
            // The last, incomplete byte may be missing, never wrong.
            prop_assert!(whole.starts_with(&part));
        }
    }
}
