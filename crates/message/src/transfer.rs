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
                let padding = memchr::memchr(b'=', raw).unwrap_or(raw.len());
                digits(raw.get(..padding).unwrap_or_default()) * 3 / 4
            }
            Self::QuotedPrintable => wire_size(&quoted_printable(raw)),
        };
        size as u64
    }
}

/// How many base64 characters there are. In chunks whose count fits a byte,
/// which the compiler counts sixteen at a time.
fn digits(raw: &[u8]) -> usize {
    let is_digit = |b: u8| b.is_ascii_alphanumeric() | (b == b'+') | (b == b'/');
    let count = |chunk: &[u8]| chunk.iter().map(|b| u8::from(is_digit(*b))).sum::<u8>();
    raw.chunks(255).map(|chunk| usize::from(count(chunk))).sum()
}

fn wire_size(bytes: &[u8]) -> usize {
    let bare = |at: &usize| at.checked_sub(1).and_then(|at| bytes.get(at)) != Some(&b'\r');
    bytes.len() + memchr::memchr_iter(b'\n', bytes).filter(bare).count()
}

/// What each byte stands for in base64; `NONE` for those outside its alphabet.
const SEXTETS: [u8; 256] = sextets();
const NONE: u8 = 64;

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn sextets() -> [u8; 256] {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [NONE; 256];
    let mut value = 0;
    while value < alphabet.len() {
        table[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    table
}

fn sextet(byte: u8) -> Option<u32> {
    let value = SEXTETS.get(usize::from(byte)).copied().unwrap_or(NONE);
    (value != NONE).then_some(u32::from(value))
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
    let ends = memchr::memchr_iter(b'\n', raw).map(|at| at + 1);
    let mut start = 0;
    for end in ends.chain([raw.len()]) {
        let line = raw.get(start..end).unwrap_or_default();
        start = end;
        let text = line.trim_ascii_end();
        let broken = line.len() > text.len() && line.ends_with(b"\n");
        // White space at the end was added on the way (RFC 2045 §6.7 rule 3).
        let (text, soft) = match text.strip_suffix(b"=") {
            Some(text) => (text, true),
            None => (text, false),
        };
        let mut rest = text;
        while let Some((plain, after)) =
            memchr::memchr(b'=', rest).and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?)))
        {
            out.extend_from_slice(plain);
            rest = match after {
                [high, low, after @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    out.push(hex(*high) << 4 | hex(*low));
                    after
                }
                // Not an escape: a sender that forgot to encode.
                _ => {
                    out.push(b'=');
                    after
                }
            };
        }
        out.extend_from_slice(rest);
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
