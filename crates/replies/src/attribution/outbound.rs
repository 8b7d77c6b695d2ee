//! Mail of ours, and how to find it again.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_message::Message;
use inboxlink_model::{Address, Identity, MessageId, Timestamp};
use serde::{Deserialize, Serialize};

use super::TokenKey;

/// A mail of ours, as far as an answer to it can be recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// The mail.
    pub identity: Identity,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// Other Message-IDs under which it went or was filed: providers replace
    /// ours by their own. See [`ids_given_by`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<MessageId>,
    /// When it was sent, by its Date.
    pub sent_at: Option<Timestamp>,
    /// Who of us wrote it.
    pub from: Address,
    /// To whom: To, Cc and Bcc, each once.
    pub recipients: Vec<Address>,
    /// Its subject.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
}

impl Outbound {
    /// From a mail, whoever wrote it: whether its author is one of ours is for
    /// the caller to say. `None` where no answer could name it, because it has
    /// no Message-ID, or where it has no author.
    pub fn of(message: &Message) -> Option<Self> {
        let mut recipients: Vec<_> = message.recipients().map(|m| m.address.clone()).collect();
        recipients.sort();
        recipients.dedup();
        Some(Self {
            identity: message.identity(),
            message_id: message.message_id.clone()?,
            aliases: BTreeSet::new(),
            sent_at: message.date.map(|date| date.at),
            from: message.author()?.address.clone(),
            recipients,
            subject: message.subject.clone(),
        })
    }
}

/// What is known of the mail of ours.
pub trait SentMail {
    /// The mail of that Message-ID, or with that alias.
    fn by_message_id(&self, id: &MessageId) -> Option<Outbound>;

    /// The mail of that identity.
    fn by_identity(&self, identity: Identity) -> Option<Outbound> {
        let _ = identity;
        None
    }

    /// Mail that somebody was sent, the newest first: for a guess where an
    /// answer names nothing.
    fn sent_to(&self, recipient: &Address) -> Vec<Outbound> {
        let _ = recipient;
        Vec::new()
    }

    /// Whether two addresses are one person's.
    fn same_person(&self, a: &Address, b: &Address) -> bool {
        let _ = (a, b);
        false
    }

    /// The key of the tokens that our mail carries.
    fn token_key(&self) -> Option<&TokenKey> {
        None
    }
}

/// Mail of ours in memory: for an embedder without a database, and for tests.
#[derive(Debug, Clone, Default)]
pub struct SentBox {
    mails: BTreeMap<Identity, Outbound>,
    ids: BTreeMap<MessageId, Identity>,
    key: Option<TokenKey>,
    persons: Vec<BTreeSet<Address>>,
}

impl SentBox {
    /// With the key of our tokens.
    #[must_use]
    pub fn with_key(self, key: TokenKey) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// Puts in a mail under its Message-ID and all aliases.
    pub fn put(&mut self, mail: Outbound) {
        for id in std::iter::once(&mail.message_id).chain(&mail.aliases) {
            self.ids.insert(id.clone(), mail.identity);
        }
        self.mails.insert(mail.identity, mail);
    }

    /// Says that some addresses are one person's.
    pub fn put_person(&mut self, addresses: impl IntoIterator<Item = Address>) {
        self.persons.push(addresses.into_iter().collect());
    }
}

impl SentMail for SentBox {
    fn by_message_id(&self, id: &MessageId) -> Option<Outbound> {
        self.by_identity(*self.ids.get(id)?)
    }

    fn by_identity(&self, identity: Identity) -> Option<Outbound> {
        self.mails.get(&identity).cloned()
    }

    fn sent_to(&self, recipient: &Address) -> Vec<Outbound> {
        let mails = self.mails.values();
        let mut mails: Vec<_> = mails
            .filter(|mail| mail.recipients.contains(recipient))
            .cloned()
            .collect();
        mails.sort_by_key(|mail| std::cmp::Reverse(mail.sent_at));
        mails
    }

    fn same_person(&self, a: &Address, b: &Address) -> bool {
        self.persons
            .iter()
            .any(|it| it.contains(a) && it.contains(b))
    }

    fn token_key(&self) -> Option<&TokenKey> {
        self.key.as_ref()
    }
}

/// The Message-IDs that a submission server gives a mail in place of ours, as
/// far as its host name and its acceptance (`250 Ok 0100018c…`) tell them.
///
/// Amazon SES says the left part only; what goes over the wire has a domain
/// with the region.
///
/// ```
/// use inboxlink_replies::ids_given_by;
/// let ids = ids_given_by("email-smtp.eu-west-1.amazonaws.com", "250 Ok 0102018c-7-000000");
/// assert_eq!(ids[0].as_str(), "0102018c-7-000000@eu-west-1.amazonses.com");
/// ```
pub fn ids_given_by(host: &str, acceptance: &str) -> Vec<MessageId> {
    let host = host.to_ascii_lowercase();
    let region = host
        .strip_prefix("email-smtp.")
        .or_else(|| host.strip_prefix("email-smtp-fips."))
        .and_then(|rest| rest.strip_suffix(".amazonaws.com"));
    let Some(region) = region else {
        return Vec::new();
    };
    let Some(id) = acceptance.split_whitespace().next_back() else {
        return Vec::new();
    };
    // The oldest region has a domain without its name.
    let domain = match region {
        "us-east-1" => "email.amazonses.com".to_owned(),
        region => format!("{region}.amazonses.com"),
    };
    MessageId::new(&format!("{id}@{domain}"))
        .into_iter()
        .collect()
}
