//! An e-mail address as a key.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The longest address accepted, in bytes (RFC 5321 §4.5.3.1: 64 + 1 + 255).
pub const MAX_ADDRESS_BYTES: usize = 320;

/// An e-mail address (addr-spec, RFC 5322 §3.4.1), lower-cased: the form in
/// which two spellings of one mailbox compare equal.
///
/// Case in the local part carries meaning by the letter of the RFC and at no
/// provider. Dots and `+tag`s are kept: whether they matter is the provider's
/// choice, and is decided where persons are made, not here.
///
/// ```
/// use inboxlink_model::Address;
/// let address: Address = "Anna.Weiss@Example.COM".parse()?;
/// assert_eq!(address.as_str(), "anna.weiss@example.com");
/// assert_eq!((address.local(), address.domain()), ("anna.weiss", "example.com"));
/// # Ok::<(), inboxlink_model::AddressError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Box<str>);

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Not `local@domain`: a side is missing.
    #[error("an address has the form name@domain")]
    Form,
    /// White space, a control character or an angle bracket inside.
    #[error("an address holds no spaces, control characters or angle brackets")]
    Character,
    /// Longer than [`MAX_ADDRESS_BYTES`].
    #[error("an address has at most {MAX_ADDRESS_BYTES} bytes")]
    TooLong,
}

impl Address {
    /// Reads an address; surrounding white space is passed over.
    ///
    /// # Errors
    /// [`AddressError`] says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong);
        }
        let quoted = text.starts_with('"');
        let bad =
            |c: char| c.is_control() || matches!(c, '<' | '>') || (c.is_whitespace() && !quoted);
        if text.chars().any(bad) {
            return Err(AddressError::Character);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Form)?;
        let domain_bad = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"');
        if local.is_empty() || domain.trim_matches('.').is_empty() || domain.chars().any(domain_bad)
        {
            return Err(AddressError::Form);
        }
        let lower = format!("{}@{}", local, domain.trim_end_matches('.')).to_lowercase();
        // Lower-casing can lengthen a text (`İ`).
        if lower.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong);
        }
        Ok(Self(lower.into_boxed_str()))
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the last `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the last `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for Address {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::new(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.0.escape_debug())
    }
}

impl AsRef<str> for Address {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Address {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises() {
        assert_eq!(Address::new("  A@B.C. ").unwrap().as_str(), "a@b.c");
        assert_eq!(Address::new("\"a b@c\"@d.e").unwrap().local(), "\"a b@c\"");
    }

    #[test]
    fn refuses_with_a_reason() {
        for text in ["", "a", "@b", "a@", "a@.", "a@b c", "a@b,c"] {
            assert!(Address::new(text).is_err(), "{text}");
        }
        assert_eq!(Address::new("a b@c.d"), Err(AddressError::Character));
        assert_eq!(Address::new("a\r\n@c.d"), Err(AddressError::Character));
        assert_eq!(
            Address::new(&format!("{}@b.c", "a".repeat(400))),
            Err(AddressError::TooLong)
        );
    }

    #[test]
    fn reading_is_idempotent() {
        for text in ["İ@x.y", "STRASSE@ß.de", "a@B."] {
            let once = Address::new(text).unwrap();
            assert_eq!(Address::new(once.as_str()).unwrap(), once);
        }
    }
}
