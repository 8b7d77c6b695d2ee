//! The mailbox behind an address.

use inboxlink_model::Address;

/// What rows of one address have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AddressKey {
    /// A mailbox, in the form in which its spellings are equal.
    Mailbox(String),
    /// No address, or one of no mailbox (`unknown`, `root@localhost`): rows
    /// that share it share nothing.
    Nobody(String),
}

/// The key of an address. Only equivalences that hold at the provider count:
/// Gmail ignores dots and `+tags`, and `googlemail.com` is `gmail.com`. A tag
/// elsewhere may be another mailbox.
pub(super) fn address_key(text: &str) -> AddressKey {
    let Ok(address) = Address::new(text) else {
        return AddressKey::Nobody(text.trim().to_lowercase());
    };
    if !address.domain().contains('.') || address.domain().ends_with(".(none)") {
        return AddressKey::Nobody(address.to_string());
    }
    if !matches!(address.domain(), "gmail.com" | "googlemail.com") {
        return AddressKey::Mailbox(address.to_string());
    }
    let local = address.local().split('+').next().unwrap_or_default();
    AddressKey::Mailbox(format!("{}@gmail.com", local.replace('.', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_provider_says() {
        let same = |a, b| address_key(a) == address_key(b);
        assert!(same("A.b+x@GoogleMail.com", "ab@gmail.com"));
        assert!(same("Ann@Example.com", "ann@example.com"));
        assert!(!same("a.b@example.com", "ab@example.com"));
        assert!(!same("a+x@example.com", "a@example.com"));
        assert!(matches!(
            address_key("root@localhost"),
            AddressKey::Nobody(_)
        ));
    }
}
