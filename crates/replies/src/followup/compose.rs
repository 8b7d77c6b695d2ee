//! The bytes of a mail: header fields (RFC 5322, RFC 2047) and a
//! quoted-printable text (RFC 2045 §6.7).
//!
//! Every value passes through one of four writers, and none lets a line break
//! or control character through: ids and addresses have types that hold none,
//! text is made one line, and the body is encoded.

use std::fmt::Write as _;

use email_encoding::headers::{quoted_string, rfc2047, writer::EmailWriter};
use inboxlink_model::{Mailbox, MessageId, Timestamp};

pub(super) struct Parts<'a> {
    pub(super) from: &'a Mailbox,
    pub(super) to: &'a Mailbox,
    pub(super) message_id: &'a MessageId,
    pub(super) date: Timestamp,
    pub(super) parent: &'a MessageId,
    pub(super) references: &'a [&'a MessageId],
    pub(super) subject: &'a str,
    pub(super) text: &'a str,
    pub(super) html: Option<&'a str>,
    pub(super) unsubscribe: Option<&'a str>,
    /// What Auto-Submitted says (RFC 3834 §5).
    pub(super) why: &'static str,
}

/// Between two versions of a text. In quoted-printable no `=` has a `_` behind
/// it, so that no text can hold this (RFC 2045 §6.7).
const BOUNDARY: &str = "=_alternative";

pub(super) fn bytes(parts: &Parts<'_>) -> Vec<u8> {
    let mut head = Head(String::new());
    head.mailbox("From", parts.from);
    head.mailbox("To", parts.to);
    head.text("Subject", parts.subject);
    head.token("Date", &date(parts.date));
    head.ids("Message-ID", &[parts.message_id]);
    head.ids("In-Reply-To", &[parts.parent]);
    head.ids("References", parts.references);
    head.token("Auto-Submitted", parts.why);
    // Exchange and Outlook know only this of what RFC 3834 §5 says.
    head.token("X-Auto-Response-Suppress", "OOF, AutoReply");
    if let Some(address) = parts.unsubscribe {
        // Both, or the button is not shown (RFC 8058 §3.1).
        head.token("List-Unsubscribe", &format!("<{address}>"));
        head.token("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    head.token("MIME-Version", "1.0");
    let Some(html) = parts.html else {
        return part(head.0, "text/plain", parts.text);
    };
    let content_type = format!("multipart/alternative; boundary=\"{BOUNDARY}\"");
    head.token("Content-Type", &content_type);
    let mut bytes = head.0.into_bytes();
    // The best version stands last (RFC 2046 §5.1.4).
    for (kind, text) in [("text/plain", parts.text), ("text/html", html)] {
        bytes.extend(part(format!("\r\n--{BOUNDARY}\r\n"), kind, text));
    }
    bytes.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    bytes
}

/// A text with the header fields that say how it is written, behind others.
fn part(before: String, kind: &str, text: &str) -> Vec<u8> {
    let mut head = Head(before);
    head.token("Content-Type", &format!("{kind}; charset=utf-8"));
    head.token("Content-Transfer-Encoding", "quoted-printable");
    let mut bytes = head.0.into_bytes();
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&quoted_printable::encode(lines(text)));
    bytes
}

/// Header fields, written one after another. Writing to a `String` cannot
/// fail, which is why results are dropped.
struct Head(String);

impl Head {
    /// A value of ours: short, ASCII.
    fn token(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "{name}: {value}\r\n");
    }

    /// Ids, one a line.
    fn ids(&mut self, name: &str, ids: &[&MessageId]) {
        let ids: Vec<_> = ids.iter().map(|id| format!("<{id}>")).collect();
        self.token(name, &ids.join("\r\n "));
    }

    /// Free text (RFC 5322 §3.6.5), in encoded words where it must.
    fn text(&mut self, name: &str, value: &str) {
        let value = one_line(value);
        self.folded(name, |writer| {
            if reads_plainly(&value) {
                writer.folding().write_str(&value)
            } else {
                rfc2047::encode(&value, writer)
            }
        });
    }

    /// A name, quoted or encoded, and an address.
    fn mailbox(&mut self, name: &str, mailbox: &Mailbox) {
        let display = one_line(&mailbox.name);
        self.folded(name, |writer| {
            if display.is_empty() {
                return writer.write_str(mailbox.to_send());
            }
            if reads_plainly(&display) {
                quoted_string::encode(&display, writer)?;
            } else {
                rfc2047::encode(&display, writer)?;
            }
            writer.space();
            let mut folding = writer.folding();
            write!(folding, "<{}>", mailbox.to_send())
        });
    }

    fn folded(&mut self, name: &str, write: impl FnOnce(&mut EmailWriter<'_>) -> std::fmt::Result) {
        let _ = write!(self.0, "{name}: ");
        let mut writer = EmailWriter::new(&mut self.0, name.len() + 2, 0, false);
        let _ = write(&mut writer);
        drop(writer);
        self.0.push_str("\r\n");
    }
}

/// Whether text is read as it is written: printable ASCII that is no encoded
/// word, and can be folded.
fn reads_plainly(value: &str) -> bool {
    let word = |word: &str| word.len() <= 60 && word.bytes().all(|b| b.is_ascii_graphic());
    !value.contains("=?") && value.split(' ').all(word)
}

/// Text as one line: white space and control characters become single spaces.
pub(super) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || c.is_whitespace();
    let words = text.split(breaks).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Text as lines that end in CRLF, without other control characters but tabs,
/// and without empty lines around it.
fn lines(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(unified.len() + 64);
    for line in unified.trim_matches('\n').split('\n') {
        out.extend(line.chars().filter(|c| *c == '\t' || !c.is_control()));
        out.push_str("\r\n");
    }
    out
}

/// A Date header's value (RFC 5322 §3.3), in UTC; what lies outside the years
/// 1970 to 9999 is moved to their edge.
fn date(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let seconds = at.seconds().clamp(0, 253_402_300_799).unsigned_abs();
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    // Years that begin in March, so that a leap day is their last (Howard
    // Hinnant, "chrono-compatible low-level date algorithms").
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let year = era * 400 + year_of_era + u64::from(from_march >= 10);
    let name = |names: &[&'static str], n: u64| {
        let n = usize::try_from(n).unwrap_or_default() % names.len();
        names.get(n).copied().unwrap_or_default()
    };
    format!(
        "{}, {day} {} {year:04} {:02}:{:02}:{:02} +0000",
        name(&DAYS, days % 7),
        name(&MONTHS, from_march + 2),
        time / 3600,
        time / 60 % 60,
        time % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, written) in [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (-5, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 +0000"),
            (1_700_000_000, "Tue, 14 Nov 2023 22:13:20 +0000"),
            (i64::MAX / 1000, "Fri, 31 Dec 9999 23:59:59 +0000"),
        ] {
            assert_eq!(date(Timestamp::from_seconds(seconds)), written);
        }
    }
}
