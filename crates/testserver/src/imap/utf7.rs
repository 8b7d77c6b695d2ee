//! Modified UTF-7, the spelling of folder names (RFC 3501 §5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

pub(crate) fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted = String::new();
    for c in name.chars() {
        if !matches!(c, ' '..='~') {
            shifted.push(c);
            continue;
        }
        flush(&mut shifted, &mut out);
        out.push(c);
        if c == '&' {
            out.push('-');
        }
    }
    flush(&mut shifted, &mut out);
    out
}

fn flush(shifted: &mut String, out: &mut String) {
    if !shifted.is_empty() {
        let units: Vec<u8> = shifted.encode_utf16().flat_map(u16::to_be_bytes).collect();
        out.push('&');
        BASE64.encode_string(units, out);
        out.push('-');
        shifted.clear();
    }
}

/// The name, if the bytes are modified UTF-7.
pub(crate) fn decode(raw: &[u8]) -> Option<String> {
    let mut rest = std::str::from_utf8(raw).ok().filter(|raw| raw.is_ascii())?;
    let mut out = String::with_capacity(rest.len());
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        let (shifted, tail) = after.split_once('-')?;
        rest = tail;
        if shifted.is_empty() {
            out.push('&');
            continue;
        }
        let bytes = BASE64.decode(shifted).ok()?;
        let (pairs, []) = bytes.as_chunks::<2>() else {
            return None;
        };
        let units: Vec<u16> = pairs.iter().copied().map(u16::from_be_bytes).collect();
        out.push_str(&String::from_utf16(&units).ok()?);
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_and_writes_the_rfcs_example() {
        let (name, raw) = ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encode(name), raw);
        assert_eq!(decode(raw.as_bytes()).as_deref(), Some(name));
        for bad in ["&", "&!-", "&AA-", "&2D0-", "é"] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in any::<String>()) {
            prop_assert_eq!(decode(encode(&name).as_bytes()), Some(name));
        }
    }
}
