//! Whether a text is certificates in PEM (RFC 7468), as far as that can be
//! told without reading them: their bytes are judged by whoever uses them.

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Whether somebody pasted too much.
pub(crate) fn holds_private_key(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
}

/// Whether the text is one certificate or more, and explanatory text at most
/// before each (RFC 7468 §2).
pub(crate) fn is_pem(text: &str) -> bool {
    let mut certificates = 0;
    let mut rest = text;
    while let Some((_, body)) = rest.split_once(BEGIN) {
        let Some((body, after)) = body.split_once(END) else {
            return false;
        };
        if !is_der_in_base64(body) {
            return false;
        }
        certificates += 1;
        rest = after;
    }
    certificates > 0 && rest.trim().is_empty()
}

/// Base64 (RFC 4648 §4) of something that begins like a DER sequence longer
/// than 255 bytes, as every certificate does: 0x30 0x82.
fn is_der_in_base64(body: &str) -> bool {
    let body: String = body.split_ascii_whitespace().collect();
    let bare = body.trim_end_matches('=');
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    body.starts_with("MII")
        && body.len().is_multiple_of(4)
        && body.len() - bare.len() <= 2
        && bare.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_certificates_from_the_rest() {
        let one = format!("{BEGIN}\nMIIBkTCB\nAAAA+/A=\n{END}\n");
        assert!(is_pem(&one));
        assert!(is_pem(
            &format!("subject=Our CA\n{one}{one}").replace('\n', "\r\n")
        ));
        for bad in [
            String::new(),
            "MIIBkTCB".to_owned(),
            one.replace("MII", "AII"),
            one.replace('+', "%"),
            one.replace("A=", "="),
            one.replace(END, ""),
            format!("{one}{BEGIN}"),
            format!("{one}trailing"),
        ] {
            assert!(!is_pem(&bad), "{bad}");
        }
    }
}
