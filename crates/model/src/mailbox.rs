//! A name with an address.

use serde::{Deserialize, Serialize};

use crate::{Address, AddressError};

/// A mailbox (RFC 5322 §3.4): an address and the name that stood beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mailbox {
    /// The display name, decoded; empty where none stood.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The address as a key.
    pub address: Address,
    /// The address as written, where that differs: the form to send to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
}

impl Mailbox {
    /// From a name (may be empty) and an address as written.
    ///
    /// # Errors
    /// [`AddressError`] where the address is none.
    pub fn new(name: impl Into<String>, address: &str) -> Result<Self, AddressError> {
        let written = address.trim();
        let address = Address::new(written)?;
        let original = (address.as_str() != written).then(|| written.to_owned());
        Ok(Self {
            name: name.into(),
            address,
            original,
        })
    }

    /// The address to send to, spelled as its owner spells it.
    pub fn to_send(&self) -> &str {
        self.original.as_deref().unwrap_or(self.address.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_spelling_to_send_to() {
        let m = Mailbox::new("Ann", "Ann@Example.com").unwrap();
        assert_eq!(
            (m.address.as_str(), m.to_send()),
            ("ann@example.com", "Ann@Example.com")
        );
        assert_eq!(Mailbox::new("", "a@b.c").unwrap().original, None);
    }
}
