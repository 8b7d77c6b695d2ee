//! Identifiers: 128 bits each, one type per kind of thing.
//!
//! An embedder brings workspace, owner and rule ids of its own (a UUID or an
//! integer fits); the others are digests of content, so that the same mail
//! gives the same id on every machine and in every order of arrival.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The text is not an id: 32 hexadecimal digits, with or without the hyphens
/// of a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 hexadecimal digits, with or without the hyphens of a UUID")]
pub struct ParseIdError;

fn parse_hex(text: &str) -> Result<u128, ParseIdError> {
    let mut value: u128 = 0;
    let mut digits = 0u32;
    for c in text.chars().filter(|c| *c != '-') {
        let digit = c.to_digit(16).ok_or(ParseIdError)?;
        digits += 1;
        if digits > 32 {
            return Err(ParseIdError);
        }
        value = (value << 4) | u128::from(digit);
    }
    if digits == 32 {
        Ok(value)
    } else {
        Err(ParseIdError)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// From 128 bits.
            pub const fn new(value: u128) -> Self {
                Self(value)
            }

            /// From 16 bytes, most significant first.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// As 16 bytes, most significant first: their order is the ids' order.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// As 128 bits.
            pub const fn as_u128(self) -> u128 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(value: u64) -> Self {
                Self(u128::from(value))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A workspace: the tenant. Every key in a store begins with one.
    WorkspaceId;
    /// A connected inbox: one account on one server.
    InboxId;
    /// A team member, as the embedder knows them.
    OwnerId;
    /// A contact: a person, with one or more addresses.
    ContactId;
    /// A message: a digest of its ids, sender, date, subject and body, equal
    /// in whatever inbox or folder a copy lies.
    Identity;
    /// A node of the thread graph: a digest of a Message-ID, seen or only
    /// referred to.
    NodeId;
    /// A thread. The smallest node of the thread when it was handed out; a
    /// union redirects it to the smaller of two.
    ThreadId;
    /// A rule of an automation, as the embedder knows it.
    RuleId;
    /// A mail that a rule sends: what it is for, as a digest.
    FollowUpId;
    /// An address that events are posted to.
    WebhookId;
    /// A wait for an answer: what waits, and for what, as a digest.
    EnrolmentId;
}

impl From<NodeId> for ThreadId {
    /// The thread that a node makes on its own.
    fn from(node: NodeId) -> Self {
        Self(node.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_uuids() {
        let id = WorkspaceId::new(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("01234567-89ab-cdef-0123-456789abcdef".parse(), Ok(id));
        assert_eq!(WorkspaceId::from_bytes(id.to_bytes()), id);
        assert_eq!("12".parse::<WorkspaceId>(), Err(ParseIdError));
        assert_eq!(format!("{}0", id).parse::<WorkspaceId>(), Err(ParseIdError));
        assert_eq!("zz".repeat(16).parse::<WorkspaceId>(), Err(ParseIdError));
    }

    #[test]
    fn is_a_string_in_json() {
        let id = RuleId::from(7);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"00000000000000000000000000000007\"");
        assert_eq!(serde_json::from_str::<RuleId>(&json).unwrap(), id);
    }
}
