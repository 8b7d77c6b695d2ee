//! Modified UTF-7, the spelling of folder names on the wire (RFC 3501 §5.1.3).

/// RFC 3501's base64: `,` for `/`, no padding.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// A folder's name as a person reads it. What is no modified UTF-7 (many
/// servers send plain UTF-8) is left as it stands.
///
/// ```
/// use inboxlink_sync::decode_mailbox_name;
/// assert_eq!(decode_mailbox_name("Entw&APw-rfe"), "Entwürfe");
/// assert_eq!(decode_mailbox_name("R&D"), "R&D");
/// ```
pub fn decode_mailbox_name(raw: &str) -> String {
    decode(raw).unwrap_or_else(|| raw.to_owned())
}

/// A folder's name as it is sent to a server.
///
/// ```
/// use inboxlink_sync::encode_mailbox_name;
/// assert_eq!(encode_mailbox_name("Entwürfe & mehr"), "Entw&APw-rfe &- mehr");
/// ```
pub fn encode_mailbox_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted: Vec<u16> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut shifted, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            shifted.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    flush(&mut shifted, &mut out);
    out
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    if units.is_empty() {
        return;
    }
    out.push('&');
    let (mut bits, mut held) = (0u32, 0u32);
    for unit in units.drain(..) {
        bits = bits << 16 | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            push_sextet(bits >> held, out);
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        push_sextet(bits << (6 - held), out);
    }
    out.push('-');
}

fn push_sextet(bits: u32, out: &mut String) {
    if let Some(c) = ALPHABET.get((bits & 63) as usize) {
        out.push(char::from(*c));
    }
}

fn decode(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        let (shifted, tail) = after.split_once('-')?;
        if shifted.is_empty() {
            out.push('&');
        } else {
            out.push_str(&decode_shifted(shifted)?);
        }
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

fn decode_shifted(text: &str) -> Option<String> {
    let (mut bits, mut held) = (0u32, 0u32);
    let mut units = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        let sextet = ALPHABET.iter().position(|c| *c == byte)?;
        bits = bits << 6 | u32::try_from(sextet).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from(bits >> held & 0xffff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    // What is left is padding: fewer bits than a sextet, all of them zero.
    if held >= 6 || bits != 0 {
        return None;
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_rfc_and_the_wild() {
        for (raw, name) in [
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("&Jjo-!", "☺!"),
            ("Tom &- Jerry", "Tom & Jerry"),
            ("&2D3eAA-", "😀"),
        ] {
            assert_eq!(decode_mailbox_name(raw), name);
            assert_eq!(encode_mailbox_name(name), raw);
        }
        // No modified UTF-7: shown as it stands.
        for raw in ["Entwürfe", "a&b", "&!!-", "&2D0-", "&AP-"] {
            assert_eq!(decode_mailbox_name(raw), raw);
        }
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in any::<String>()) {
            let raw = encode_mailbox_name(&name);
            prop_assert!(raw.bytes().all(|b| (b' '..=b'~').contains(&b)), "{raw}");
            prop_assert_eq!(decode_mailbox_name(&raw), name);
        }

        #[test]
        fn any_text_can_be_decoded(raw in any::<String>()) {
            decode_mailbox_name(&raw);
        }
    }
}
