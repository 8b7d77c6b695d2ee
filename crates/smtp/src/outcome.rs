//! What became of a mail.

use std::fmt;

use inboxlink_model::Timestamp;
use inboxlink_replies::followup::FollowUpEvent;

use crate::Failure;

/// What became of a mail. Texts of servers are escaped, cut in length and
/// free of the password; show them as the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server took it, and is responsible for it from now on.
    Accepted {
        /// What it said, often with its queue's id.
        text: String,
    },
    /// The server said that it did not take it.
    Rejected {
        /// Whether it would say so again.
        permanent: bool,
        /// Its reply code (RFC 5321 §4.2).
        code: u16,
        /// What it said.
        text: String,
    },
    /// It did not reach the server whole, so that it certainly was not sent.
    NotSent(Failure),
    /// The server had all of it, and its answer did not arrive.
    Unknown {
        /// What happened instead.
        reason: Lost,
    },
}

/// How the answer to a mail was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// It did not come in time.
    Timeout,
    /// The connection ended before it.
    Closed,
    /// It could not be understood.
    Protocol,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "the server had the mail and did not answer in time",
            Self::Closed => "the connection broke after the mail and before the server's answer",
            Self::Protocol => "the server's answer to the mail could not be understood",
        })
    }
}

impl Outcome {
    /// What it means to a follow-up's state. `now` is when it became known.
    /// Where a copy is to be put into the Sent folder, that is the caller's to
    /// add.
    pub fn event(&self, now: Timestamp) -> FollowUpEvent {
        match self {
            Self::Accepted { text } => FollowUpEvent::Accepted {
                text: text.clone(),
                copy_due: None,
            },
            Self::Rejected {
                permanent,
                code,
                text,
            } => FollowUpEvent::Refused {
                permanent: *permanent,
                code: Some(*code),
                text: text.clone(),
                now,
            },
            Self::NotSent(failure) => FollowUpEvent::Refused {
                permanent: !failure.is_transient(),
                code: failure.code(),
                text: failure.to_string(),
                now,
            },
            Self::Unknown { reason } => FollowUpEvent::Lost {
                reason: reason.to_string(),
            },
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { .. } => f.write_str("the server took the mail"),
            Self::Rejected {
                permanent, code, ..
            } => {
                let advice = if *permanent {
                    "read its words and correct the mail or its address"
                } else {
                    "it may take it later"
                };
                write!(f, "the server did not take the mail ({code}); {advice}")
            }
            Self::NotSent(failure) => failure.fmt(f),
            Self::Unknown { reason } => write!(
                f,
                "{reason}; look for it in the Sent folder before sending it again"
            ),
        }
    }
}
