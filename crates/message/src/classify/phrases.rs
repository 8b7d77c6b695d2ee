//! Words of mail servers. One alone proves nothing; the rules ask for them
//! beside a sender or a subject that people do not have.

/// How subjects of bounces begin.
pub(super) const BOUNCE_SUBJECTS: [&str; 37] = [
    "[postmaster] email delivery failure",
    "delayed mail",
    "delivery error",
    "delivery fail",
    "delivery has failed",
    "delivery notification",
    "delivery report",
    "delivery status",
    "e-mail delivery fail",
    "email delivery fail",
    "error sending message",
    "failed mail",
    "failure delivery",
    "failure notice",
    "mail could not be delivered",
    "mail delivery",
    "mail error",
    "mail fail",
    "mail not delivered",
    "mail status report",
    "mail system error",
    "message could not be delivered",
    "message delivery",
    "message status - undeliverable",
    "message undeliverable",
    "non delivery report",
    "non-delivery",
    "nondeliverable",
    "permanent delivery failure",
    "returned mail",
    "undeliverable",
    "undelivered mail",
    "unzustellbar",
    "warning: could not send message",
    "warning: message",
    "warning: mail",
    "your message could not be delivered",
];

/// What the texts of bounces say, in lower case and with white space folded.
pub(super) const BOUNCE_TEXTS: [&str; 47] = [
    "addressee unknown",
    "address not found",
    "address rejected",
    "bounced address",
    "can't create output",
    "cannot be delivered",
    "could not be delivered",
    "couldn't be delivered",
    "delivery attempts",
    "delivery failed",
    "delivery failure",
    "delivery has failed",
    "delivery of your message",
    "delivery temporarily suspended",
    "delivery to the following recipient",
    "did not reach",
    "does not exist",
    "exceeded storage",
    "full mailbox",
    "has been postponed",
    "host unknown",
    "invalid recipient",
    "mailbox full",
    "mailbox is full",
    "mailbox unavailable",
    "message was not delivered",
    "no such user",
    "not a valid",
    "not able to deliver",
    "not been delivered",
    "not listed in",
    "over quota",
    "permanent error",
    "permanent fatal errors",
    "quota exceeded",
    "recipient address",
    "rejected your message",
    "returned to sender",
    "unable to deliver",
    "undeliverable",
    "undelivered",
    "unknown address",
    "unknown recipient",
    "unknown user",
    "unrouteable address",
    "user unknown",
    "was not delivered",
];

/// What says that a message did not arrive, and is followed by an address.
pub(super) const UNDELIVERED: [&str; 8] = [
    "message could not be delivered to",
    "message was not delivered to",
    "message has not been delivered to",
    "message cannot be delivered to",
    "message wasn't delivered to",
    "mail could not be delivered to",
    "unable to deliver your message to",
    "could not deliver your message to",
];

/// What challenges say, likewise.
pub(super) const CHALLENGE_TEXTS: [&str; 16] = [
    "account is protected by",
    "add yourself to my",
    "added to the recipient's",
    "allowed list",
    "approved sender",
    "challenge-response",
    "click the link below to be added",
    "confirm that you are a human",
    "ensure delivery of your",
    "guest list",
    "is protected by",
    "one-time automated message",
    "one-time verification",
    "prove that you are human",
    "sender verification",
    "waiting for your verification",
];

/// The first of some phrases that a text contains.
pub(super) fn contained(text: &str, phrases: &'static [&'static str]) -> Option<&'static str> {
    phrases
        .iter()
        .find(|phrase| text.contains(**phrase))
        .copied()
}
