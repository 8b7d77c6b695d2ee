//! The Message-ID header's value.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest Message-ID kept, in bytes. A line has at most 998 (RFC 5322
/// §2.1.1); what is longer is an attack or an accident, and no reference.
pub const MAX_MESSAGE_ID_BYTES: usize = 998;

/// A `msg-id` (RFC 5322 §3.6.4) without its angle brackets: an opaque token,
/// compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(Box<str>);

impl MessageId {
    /// Takes an id with or without angle brackets; `None` where nothing is
    /// left, or white space, control characters or too many bytes are.
    ///
    /// ```
    /// use inboxlink_model::MessageId;
    /// assert_eq!(MessageId::new("<a@b>"), MessageId::new(" a@b "));
    /// assert_eq!(MessageId::new("two words"), None);
    /// ```
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('<').unwrap_or(text);
        let text = text.strip_suffix('>').unwrap_or(text).trim();
        let bad = |c: char| c.is_whitespace() || c.is_control();
        if text.is_empty() || text.len() > MAX_MESSAGE_ID_BYTES || text.chars().any(bad) {
            return None;
        }
        Some(Self(text.into()))
    }

    /// The id, without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for MessageId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
