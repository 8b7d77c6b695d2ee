//! The bytes of a mail: headers, character sets, parts (RFC 5322, RFC 2045,
//! RFC 2047).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use encoding_rs::{Encoding, UTF_8};

use super::random::Random;

/// A part of a mail, or its whole body.
pub(super) enum Part {
    Leaf {
        headers: String,
        body: String,
    },
    Multi {
        /// With its parameters but the boundary: `alternative`.
        subtype: &'static str,
        parts: Vec<Part>,
    },
}

impl Part {
    /// Text in a character set; in UTF-8 where that lacks a letter.
    pub(super) fn text(subtype: &str, charset: &'static Encoding, text: &str) -> Self {
        let text = text.replace('\n', "\r\n") + "\r\n";
        let (bytes, charset, unmappable) = charset.encode(&text);
        if unmappable {
            return Self::text(subtype, UTF_8, text.replace("\r\n", "\n").trim_end());
        }
        let short = text.lines().all(|line| line.len() < 900);
        // ISO-2022-JP is 7-bit by itself.
        let (encoding, body) = if bytes.is_ascii() && short {
            ("7bit", String::from_utf8_lossy(&bytes).into_owned())
        } else if mostly_ascii(&text) {
            let lines = bytes.split(|byte| *byte == b'\n');
            let lines = lines.map(|line| {
                quoted_printable::encode_to_str(line.strip_suffix(b"\r").unwrap_or(line))
            });
            ("quoted-printable", lines.collect::<Vec<_>>().join("\r\n"))
        } else {
            ("base64", in_lines(&bytes))
        };
        Self::Leaf {
            headers: format!(
                "Content-Type: text/{subtype}; charset=\"{}\"\r\nContent-Transfer-Encoding: {encoding}\r\n",
                charset.name().to_lowercase()
            ),
            body,
        }
    }

    /// An attached file.
    pub(super) fn file(media_type: &str, name: &str, bytes: &[u8]) -> Self {
        Self::Leaf {
            headers: format!(
                "Content-Type: {media_type}; name=\"{name}\"\r\n\
                 Content-Disposition: attachment; filename=\"{name}\"\r\n\
                 Content-Transfer-Encoding: base64\r\n"
            ),
            body: in_lines(bytes),
        }
    }

    /// Lines of ASCII as they are: reports and calendar objects.
    pub(super) fn ascii(content_type: &str, body: String) -> Self {
        Self::Leaf {
            headers: format!("Content-Type: {content_type}\r\n"),
            body,
        }
    }

    /// Its headers, an empty line, its body.
    pub(super) fn render(&self, random: &mut Random) -> String {
        match self {
            Self::Leaf { headers, body } => format!("{headers}\r\n{body}"),
            Self::Multi { subtype, parts } => {
                let boundary = format!("=_{}", random.hex(24));
                let mut text =
                    format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n");
                for part in parts {
                    let part = part.render(random);
                    text.push_str(&format!("--{boundary}\r\n{part}\r\n"));
                }
                text.push_str(&format!("--{boundary}--\r\n"));
                text
            }
        }
    }
}

fn mostly_ascii(text: &str) -> bool {
    let others = text.chars().filter(|c| !c.is_ascii()).count();
    others * 5 < text.chars().count()
}

/// Base64 in lines of 76 (RFC 2045 §6.8).
fn in_lines(bytes: &[u8]) -> String {
    let lines: Vec<String> = bytes.chunks(57).map(|line| BASE64.encode(line)).collect();
    lines.join("\r\n") + "\r\n"
}

/// Text for a header: encoded words where it isn't ASCII (RFC 2047 §2).
pub(super) fn words(text: &str, charset: &'static Encoding) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    if charset.encode(text).2 {
        return words(text, UTF_8);
    }
    let mut chunks: Vec<String> = vec![String::new()];
    for c in text.chars() {
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < 36 => chunk.push(c),
            _ => chunks.push(c.to_string()),
        }
    }
    let encode = |chunk: &String| {
        let (bytes, charset, _) = charset.encode(chunk);
        format!("=?{}?B?{}?=", charset.name(), BASE64.encode(bytes))
    };
    chunks.iter().map(encode).collect::<Vec<_>>().join("\r\n ")
}

/// `Name <address>` for a header.
pub(super) fn mailbox(name: &str, address: &str, charset: &'static Encoding) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-');
    if name.is_ascii() && !plain {
        format!("\"{}\" <{address}>", name.replace('"', ""))
    } else {
        format!("{} <{address}>", words(name, charset))
    }
}
