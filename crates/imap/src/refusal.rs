//! What a server means by refusing.

use crate::ErrorKind;

/// What a refusal's words mean for whoever wonders when to try again. The
/// codes are RFC 5530's; the words are providers'.
pub(crate) fn refusal_kind(text: &str) -> ErrorKind {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "[limit]",
        "[overquota]",
        "too many",
        "throttle",
        "backoff",
        "maximum number of connections",
        "bandwidth limits",
    ]) {
        ErrorKind::Throttled
    } else if says(&[
        "[unavailable]",
        "[inuse]",
        "unavailable",
        "authenticated but not connected",
        "try again later",
    ]) {
        ErrorKind::Unavailable
    } else {
        ErrorKind::Command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        for (text, kind) in [
            (
                "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
                ErrorKind::Command,
            ),
            (
                "[ALERT] Too many simultaneous connections. (Failure)",
                ErrorKind::Throttled,
            ),
            (
                "Request is throttled. Suggested Backoff Time: 5 milliseconds",
                ErrorKind::Throttled,
            ),
            (
                "[UNAVAILABLE] Service temporarily unavailable",
                ErrorKind::Unavailable,
            ),
            (
                "User is authenticated but not connected.",
                ErrorKind::Unavailable,
            ),
            // A mail that the server fails at every time must not stop the rest.
            ("[SERVERBUG] Internal error occurred.", ErrorKind::Command),
            ("Mailbox doesn't exist: x", ErrorKind::Command),
        ] {
            assert_eq!(refusal_kind(text), kind, "{text}");
        }
    }
}
