//! What answers, where something else was expected.

/// What a server speaks, as far as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spoken {
    /// IMAP in clear text (RFC 9051 §7.1).
    Imap,
    /// POP3 (RFC 1939 §4).
    Pop3,
    /// SMTP (RFC 5321 §3.1), or FTP, which greets alike.
    Smtp,
    /// HTTP.
    Http,
    /// TLS, or an alert of it.
    Tls,
    /// Something else, or too little to tell.
    Other,
}

impl Spoken {
    /// What begins like this.
    pub fn of(first: &[u8]) -> Self {
        const BANNERS: [(&[u8], Spoken); 9] = [
            (b"* OK", Spoken::Imap),
            (b"* BYE", Spoken::Imap),
            (b"* PREAUTH", Spoken::Imap),
            (b"+OK", Spoken::Pop3),
            (b"-ERR", Spoken::Pop3),
            (b"HTTP/", Spoken::Http),
            (b"<", Spoken::Http),
            // The records of a handshake and of an alert, of any version.
            (b"\x16\x03", Spoken::Tls),
            (b"\x15\x03", Spoken::Tls),
        ];
        let banner = BANNERS.iter().find(|(start, _)| first.starts_with(start));
        match (banner, first) {
            (Some((_, spoken)), _) => *spoken,
            // Three digits: 220 or 554 mostly.
            (
                None,
                [
                    b'2' | b'4' | b'5',
                    b'0'..=b'9',
                    b'0'..=b'9',
                    b' ' | b'-',
                    ..,
                ],
            ) => Self::Smtp,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_words_tell() {
        for (first, spoken) in [
            ("* OK [CAPABILITY IMA", Spoken::Imap),
            ("+OK POP3 ready", Spoken::Pop3),
            ("220 mail.example.com", Spoken::Smtp),
            ("554-no", Spoken::Smtp),
            ("HTTP/1.1 400 Bad", Spoken::Http),
            ("<html>", Spoken::Http),
            ("\u{15}\u{3}\u{1}", Spoken::Tls),
            ("SSH-2.0-OpenSSH", Spoken::Other),
            ("22", Spoken::Other),
            ("", Spoken::Other),
        ] {
            assert_eq!(Spoken::of(first.as_bytes()), spoken, "{first}");
        }
    }
}
