//! What a bounce says: for whom, how final, with which code.

use serde::{Deserialize, Serialize};

use crate::{Message, limits::MAX_PHRASE_CHARS, text_for_reading};

/// How final a failed delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BounceKind {
    /// The address does not work: do not write to it again.
    Hard,
    /// It did not work this time: a full mailbox, a server that was down.
    Soft,
    /// The server still tries.
    Delay,
    /// The bounce does not say.
    Unknown,
}

impl BounceKind {
    /// The name as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Delay => "delay",
            Self::Unknown => "unknown",
        }
    }
}

/// What a bounce says of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// How final it is.
    pub kind: BounceKind,
    /// Whom it did not reach, as the server writes the address.
    pub recipient: Option<String>,
    /// The enhanced status code, `5.1.1` (RFC 3463), else the reply code, `550`
    /// (RFC 5321 §4.2).
    pub status: Option<String>,
}

/// Full mailboxes are emptied: whatever the code says, these are soft.
const FULL: [&str; 10] = [
    "disk quota",
    "exceeded storage",
    "exceeding their quota",
    "full mailbox",
    "mailbox full",
    "mailbox is full",
    "not enough storage",
    "over quota",
    "overquota",
    "quota exceeded",
];

/// Nobody is there.
const NOBODY: [&str; 25] = [
    "address not found",
    "address is wrong",
    "addressee unknown",
    "couldn't be found",
    "disabled or discontinued",
    "does not exist",
    "doesn't exist",
    "host unknown",
    "invalid mailbox",
    "invalid recipient",
    "may not exist",
    "name is not recognized",
    "no longer valid",
    "no mx record",
    "no such user",
    "no valid recipients",
    "not a known user",
    "not listed in",
    "recipient unknown",
    "unknown host",
    "unknown recipient",
    "unknown user",
    "unrouteable address",
    "user not found",
    "user unknown",
];

/// The server gave up, perhaps because another was down for days.
const GAVE_UP: [&str; 7] = [
    "aborted after",
    "connection timed out",
    "could not deliver for the last",
    "did not accept our requests to connect",
    "giving up",
    "retry timeout exceeded",
    "socket error",
];

/// The server says that it is final, and no more.
const FINAL: [&str; 4] = [
    "failed permanently",
    "permanent error",
    "permanent failure",
    "permanent fatal error",
];

/// The server still tries.
const TRYING: [&str; 9] = [
    "attempts will continue",
    "continue to attempt",
    "continue to try",
    "do not need to resend",
    "has been delayed",
    "has not yet been delivered",
    "keep trying",
    "will be retried",
    "will continue to be attempted",
];

/// Reads a bounce: its report (RFC 3464) where it has one, else the words and
/// codes of its beginning. For mail of class
/// [`Bounce`](inboxlink_model::Class::Bounce); other mail tells nothing.
///
/// ```
/// use inboxlink_message::{BounceKind, bounce_of, parse};
///
/// let raw = b"From: MAILER-DAEMON\nSubject: failure notice\n\n\
///     <ann@example.org>:\n550 5.1.1 User unknown";
/// let bounce = bounce_of(&parse(raw, None));
/// assert_eq!(bounce.kind, BounceKind::Hard);
/// assert_eq!(bounce.recipient.as_deref(), Some("ann@example.org"));
/// assert_eq!(bounce.status.as_deref(), Some("5.1.1"));
/// ```
pub fn bounce_of(message: &Message) -> Bounce {
    let text = text_for_reading(message);
    let opening: String = text.chars().take(MAX_PHRASE_CHARS).collect();
    let opening = opening.to_lowercase();
    let report = message.delivery_report.as_ref();
    let stated = report.and_then(|report| report.status.clone());
    // Some reports say 5.0.0, or 4.0.0, and their text knows better.
    let vague = |status: &String| status.ends_with(".0.0");
    let told = || enhanced_code(&opening).or_else(|| reply_code(&opening));
    let status = match stated {
        Some(status) if vague(&status) => {
            let class = status.chars().next();
            let better = told().filter(|code| code.chars().next() == class);
            Some(better.unwrap_or(status))
        }
        Some(status) => Some(status),
        None => told(),
    };
    let action = report.and_then(|report| report.action.as_deref());
    Bounce {
        kind: kind(action, status.as_deref(), &opening, &message.subject),
        recipient: recipient(message, &opening),
        status,
    }
}

fn kind(action: Option<&str>, status: Option<&str>, opening: &str, subject: &str) -> BounceKind {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| opening.contains(phrase));
    let delayed = || {
        let subject = subject.to_lowercase();
        let begins = ["warning:", "warning--"]
            .iter()
            .any(|it| subject.starts_with(it));
        begins || ["delayed", "(delay)"].iter().any(|it| subject.contains(it))
    };
    let full = says(&FULL) || status.is_some_and(|status| status.ends_with(".2.2"));
    match (action, status.and_then(|status| status.chars().next())) {
        (Some("delayed"), _) => BounceKind::Delay,
        (Some("delivered" | "relayed" | "expanded"), _) => BounceKind::Unknown,
        (None, _) if says(&TRYING) || delayed() => BounceKind::Delay,
        _ if full => BounceKind::Soft,
        (_, Some('5')) => BounceKind::Hard,
        (_, Some('4')) if says(&NOBODY) => BounceKind::Hard,
        (_, Some('4')) => BounceKind::Soft,
        _ if says(&NOBODY) => BounceKind::Hard,
        _ if says(&GAVE_UP) => BounceKind::Soft,
        _ if says(&FINAL) => BounceKind::Hard,
        _ => BounceKind::Unknown,
    }
}

fn recipient(message: &Message, opening: &str) -> Option<String> {
    let report = message.delivery_report.as_ref();
    let reported = report.and_then(|report| report.recipient.clone());
    let header = || {
        let failed = message.automation.failed_recipients.as_deref()?;
        let first = failed.split([',', ' ']).find(|word| word.contains('@'))?;
        Some(first.trim_matches(['<', '>']).to_owned())
    };
    let known = |address: &str| {
        let mut people = message.from.iter().chain(message.recipients());
        people.any(|person| person.address.as_str() == address)
    };
    let in_text = || {
        let not_part = |c: char| c.is_whitespace() || "<>()[]\"',;:|".contains(c);
        let words = opening
            .split(not_part)
            .map(|word| word.trim_matches(['.', '*', '=']));
        let mut addresses = words.filter(|word| {
            word.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !domain.contains('@')
            })
        });
        addresses.find(|address| !known(address)).map(str::to_owned)
    };
    reported
        .filter(|it| it.contains('@'))
        .or_else(header)
        .or_else(in_text)
}

/// `5.1.1` where it stands by itself: not within an address or a version.
fn enhanced_code(text: &str) -> Option<String> {
    let words = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    let code = |word: &&str| {
        let mut parts = word.split('.');
        let class = parts.next().is_some_and(|class| matches!(class, "4" | "5"));
        let number = |part: Option<&str>| part.is_some_and(|part| (1..=3).contains(&part.len()));
        class && number(parts.next()) && number(parts.next()) && parts.next().is_none()
    };
    let trimmed = words.map(|word| word.trim_end_matches('.'));
    trimmed
        .into_iter()
        .find(|word| code(word))
        .map(str::to_owned)
}

/// `550` at a line's or sentence's beginning, as servers write their replies.
fn reply_code(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_whitespace() || "-:;,()[]<>\"'".contains(c));
    let code = |word: &&str| {
        let digits = word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit());
        // RFC 5321 §4.2.1: the second digit is 0 to 5.
        let fits = |word: &str| {
            word.starts_with(['4', '5']) && "012345".contains(word.chars().nth(1).unwrap_or('9'))
        };
        digits && fits(word)
    };
    words.into_iter().find(code).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn read(header: &str, text: &str) -> (BounceKind, Option<String>, Option<String>) {
        let bounce = bounce_of(&parse(format!("{header}\n\n{text}").as_bytes(), None));
        (bounce.kind, bounce.recipient, bounce.status)
    }

    #[test]
    fn without_a_report() {
        use BounceKind::{Delay, Hard, Soft, Unknown};
        let daemon = "From: MAILER-DAEMON@mx.example.net\nTo: me@example.com";
        for (text, kind, status) in [
            (
                "<ann@example.org>: 550 no such user here",
                Hard,
                Some("550"),
            ),
            ("ann@example.org\n452 4.2.2 Over quota", Soft, Some("4.2.2")),
            (
                "ann@example.org: 552-5.2.2 mailbox full",
                Soft,
                Some("5.2.2"),
            ),
            (
                "ann@example.org could not be reached; 421 try later",
                Soft,
                Some("421"),
            ),
            (
                "ann@example.org: I will keep trying. 4.4.1",
                Delay,
                Some("4.4.1"),
            ),
            (
                "ann@example.org: [192.0.2.5] version 5.1.1.1",
                Unknown,
                None,
            ),
            ("ann@example.org: unknown user", Hard, None),
            ("ann@example.org. This is a permanent error.", Hard, None),
            (
                "ann@example.org: connection timed out. This is a permanent error.",
                Soft,
                None,
            ),
        ] {
            let found = read(daemon, text);
            assert_eq!((found.0, found.2.as_deref()), (kind, status), "{text}");
            assert_eq!(found.1.as_deref(), Some("ann@example.org"), "{text}");
        }
        let warning = format!("{daemon}\nSubject: Warning: message 1 delayed 24 hours");
        assert_eq!(read(&warning, "ann@example.org").0, Delay);
        assert_eq!(read(daemon, "to me@example.com"), (Unknown, None, None));
    }
}
