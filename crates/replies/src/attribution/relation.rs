//! Who answers.

use inboxlink_model::Address;
use serde::{Deserialize, Serialize};

use crate::free_mail::is_free_mail;

/// What an answer's author is to the mail they answer. Ids can be learnt and
/// forged; this is what a rule looks at before it trusts one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SenderRelation {
    /// One of those it was sent to; a `+tag` makes no difference.
    Recipient,
    /// Another address of a person it was sent to.
    SameContact,
    /// At the domain of one of them, and not a provider's where anybody may be.
    SameDomain,
    /// Somebody else.
    Other,
}

impl SenderRelation {
    /// Every relation.
    pub const ALL: [Self; 4] = [
        Self::Recipient,
        Self::SameContact,
        Self::SameDomain,
        Self::Other,
    ];

    /// The name in snake case, as in conditions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::SameContact => "same_contact",
            Self::SameDomain => "same_domain",
            Self::Other => "other",
        }
    }

    /// The relation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }

    /// The relation as far as the addresses tell.
    pub fn between(author: &Address, recipients: &[Address]) -> Self {
        Self::of(author, recipients, |_, _| false)
    }

    pub(super) fn of(
        author: &Address,
        recipients: &[Address],
        same_person: impl Fn(&Address, &Address) -> bool,
    ) -> Self {
        let untagged = |a: &Address| {
            let local = a.local();
            let bare = local.split_once('+').map_or(local, |(bare, _)| bare);
            (bare.to_owned(), a.domain().to_owned())
        };
        let who = untagged(author);
        if recipients.iter().any(|r| untagged(r) == who) {
            Self::Recipient
        } else if recipients.iter().any(|r| same_person(author, r)) {
            Self::SameContact
        } else if !is_free_mail(author.domain())
            && recipients.iter().any(|r| r.domain() == author.domain())
        {
            Self::SameDomain
        } else {
            Self::Other
        }
    }
}
