//! Why an address is a contact, or is none.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal;)*) => {
        /// Why an address is a contact, or is none.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The reason as it stands in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The reason as a sentence for a person.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

reasons! {
    /// Skipped: the inbox's own address.
    OwnAddress = "own_address", "This is one of your own addresses.";
    /// Skipped: a teammate's, by the team's domain.
    Teammate = "teammate", "This address belongs to your team.";
    /// Skipped: on the list of what is never logged.
    Excluded = "excluded", "This address or its domain is on your exclusion list.";
    /// Skipped: contacts are not made automatically.
    Off = "off", "Creating contacts automatically is switched off for this inbox.";
    /// Skipped: asks not to be answered.
    NoReply = "no_reply", "This is a no-reply address: nobody reads it.";
    /// Skipped: a mail system's own address, or one seen in bounces only.
    Bounce = "bounce", "This address belongs to a mail system and only reports on deliveries.";
    /// Skipped: a desk's address.
    RoleAddress = "role_address", "This address belongs to a desk, not to a person.";
    /// Skipped: a mailing list's own address.
    ListAddress = "list_address", "This is the address of a mailing list.";
    /// Skipped: only seen on mailing lists.
    ListPost = "list_post", "This address was only seen in posts to mailing lists.";
    /// Skipped: only sends newsletters and notices.
    BulkSender = "bulk_sender", "This address only appears in newsletters and automatic notices.";
    /// Skipped: only answers automatically.
    Machine = "machine", "Only automatic answers came from this address.";
    /// Skipped: we never wrote to it, and only people written to are wanted.
    OnlyReceived = "only_received", "You have never written to this address, and only people you wrote to become contacts.";
    /// Skipped: nothing seen yet.
    Unseen = "unseen", "This address has not been seen in any mail yet.";
    /// Created: mail went both ways.
    Exchanged = "exchanged", "You wrote to each other.";
    /// Created: we wrote to it.
    WroteTo = "wrote_to", "You wrote to this person.";
    /// Created: a person wrote to us from it.
    WroteToUs = "wrote_to_us", "This person wrote to you.";
    /// Created: stood beside others in a person's mail.
    Copied = "copied", "This person was in a mail that somebody wrote to you.";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_json() {
        for reason in Reason::ALL {
            let json = serde_json::to_string(reason).unwrap();
            assert_eq!(json, format!("\"{reason}\""));
            assert!(reason.sentence().ends_with('.'));
        }
    }
}
