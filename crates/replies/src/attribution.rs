//! Which mail of ours a mail answers, and who answered.

use inboxlink_message::Message;
use inboxlink_model::{Address, Identity, MessageId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{free_mail::is_free_mail, limits::MAX_REFERENCES};

/// A mail of ours, as far as an answer to it can be recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// The mail.
    pub identity: Identity,
    /// Its Message-ID.
    pub message_id: MessageId,
    /// When it was sent, by its Date.
    pub sent_at: Option<Timestamp>,
    /// Who of us wrote it.
    pub from: Address,
    /// To whom: To, Cc and Bcc, each once.
    pub recipients: Vec<Address>,
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
            sent_at: message.date.map(|date| date.at),
            from: message.author()?.address.clone(),
            recipients,
        })
    }
}

/// By what an answer was recognised, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Via {
    /// In-Reply-To names our mail.
    InReplyTo,
    /// References names it.
    References,
    /// A delivery report holds its headers (RFC 3464).
    DeliveryReport,
}

impl Via {
    /// The name in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InReplyTo => "in_reply_to",
            Self::References => "references",
            Self::DeliveryReport => "delivery_report",
        }
    }
}

/// How sure an attribution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Strength {
    /// A guess, worth showing: fires nothing by default.
    Probable,
    /// The mail names ours by an id.
    Strong,
}

/// What an answer's author is to the mail they answer. Ids can be learnt and
/// forged; this is what a rule looks at before it trusts one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SenderRelation {
    /// One of those it was sent to; a `+tag` makes no difference.
    Recipient,
    /// At the domain of one of them, and not a provider's where anybody may be.
    SameDomain,
    /// Somebody else.
    Other,
}

impl SenderRelation {
    /// Every relation.
    pub const ALL: [Self; 3] = [Self::Recipient, Self::SameDomain, Self::Other];

    /// The name in snake case, as in conditions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recipient => "recipient",
            Self::SameDomain => "same_domain",
            Self::Other => "other",
        }
    }

    /// The relation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }

    fn of(author: &Address, recipients: &[Address]) -> Self {
        let untagged = |a: &Address| {
            let local = a.local();
            let bare = local.split_once('+').map_or(local, |(bare, _)| bare);
            (bare.to_owned(), a.domain().to_owned())
        };
        let who = untagged(author);
        if recipients.iter().any(|r| untagged(r) == who) {
            Self::Recipient
        } else if !is_free_mail(author.domain())
            && recipients.iter().any(|r| r.domain() == author.domain())
        {
            Self::SameDomain
        } else {
            Self::Other
        }
    }
}

/// What a mail answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// Our mail.
    pub outbound: Identity,
    /// By what it was recognised.
    pub via: Via,
    /// How sure that is.
    pub strength: Strength,
    /// What the answer's author is to our mail.
    pub sender: SenderRelation,
    /// The Message-ID by which our mail was found.
    pub matched: MessageId,
}

/// Finds the mail of ours that a mail answers.
///
/// `lookup` finds mail **of ours** by its Message-ID. In-Reply-To is asked
/// first, then References from the newest on, then the headers that a delivery
/// report holds. A mail that names none of ours is no answer: neither a subject
/// nor a quotation makes it one, and so a forward to a third party, and what
/// comes of it, is none.
pub fn attribute(
    message: &Message,
    lookup: &dyn Fn(&MessageId) -> Option<Outbound>,
) -> Option<Attribution> {
    let reported = message.delivery_report.as_ref();
    let by_reply = message.in_reply_to.iter().take(MAX_REFERENCES);
    let by_reference = message.references.iter().rev().take(MAX_REFERENCES);
    let by_report = reported.and_then(|report| report.original_message_id.as_ref());
    let rungs = (by_reply.map(|id| (id, Via::InReplyTo)))
        .chain(by_reference.map(|id| (id, Via::References)))
        .chain(by_report.map(|id| (id, Via::DeliveryReport)));
    let (outbound, matched, via) = rungs
        // A mail that names itself answers nothing.
        .filter(|(id, _)| message.message_id.as_ref() != Some(id))
        .find_map(|(id, via)| Some((lookup(id)?, id, via)))?;
    let sender = answerer(message).map_or(SenderRelation::Other, |who| {
        SenderRelation::of(&who, &outbound.recipients)
    });
    Some(Attribution {
        outbound: outbound.identity,
        via,
        strength: Strength::Strong,
        sender,
        matched: matched.clone(),
    })
}

/// For whom a mail speaks: its author, or, where a machine reports on a
/// delivery, the recipient whom the report is about.
fn answerer(message: &Message) -> Option<Address> {
    let report = message.delivery_report.as_ref();
    let about = report.and_then(|report| {
        let recipient = report.recipient.as_deref()?;
        // As in the report: `rfc822; ann@example.com` (RFC 3464 §2.3.2).
        let address = recipient.rsplit_once(';').map_or(recipient, |(_, a)| a);
        Address::new(address.trim().trim_matches(['<', '>'])).ok()
    });
    about.or_else(|| message.author().map(|author| author.address.clone()))
}

#[cfg(test)]
mod tests {
    use inboxlink_message::DeliveryReport;
    use inboxlink_model::Mailbox;

    use super::*;

    fn id(text: &str) -> MessageId {
        MessageId::new(text).unwrap()
    }

    fn ours() -> Outbound {
        Outbound {
            identity: Identity::new(1),
            message_id: id("offer@us.example"),
            sent_at: None,
            from: Address::new("sales@us.example").unwrap(),
            recipients: ["ann@customer.example", "bob@gmail.com"]
                .map(|a| Address::new(a).unwrap())
                .to_vec(),
        }
    }

    fn from(address: &str) -> Message {
        Message {
            from: vec![Mailbox::new("", address).unwrap()],
            ..Message::default()
        }
    }

    fn found(message: &Message) -> Option<Attribution> {
        let ours = ours();
        attribute(message, &|id| {
            (*id == ours.message_id).then(|| ours.clone())
        })
    }

    #[test]
    fn the_ladder() {
        let mut mail = from("ann@customer.example");
        assert_eq!(found(&mail), None);
        mail.delivery_report = Some(DeliveryReport {
            original_message_id: Some(id("offer@us.example")),
            ..DeliveryReport::default()
        });
        assert_eq!(found(&mail).unwrap().via, Via::DeliveryReport);
        mail.references = vec![id("offer@us.example"), id("other@x.example")];
        assert_eq!(found(&mail).unwrap().via, Via::References);
        mail.in_reply_to = vec![id("other@x.example"), id("offer@us.example")];
        let attribution = found(&mail).unwrap();
        assert_eq!(attribution.via, Via::InReplyTo);
        assert_eq!(attribution.outbound, Identity::new(1));
        assert_eq!(attribution.matched, id("offer@us.example"));
    }

    #[test]
    fn the_newest_reference_wins() {
        let first = ours();
        let second = Outbound {
            identity: Identity::new(2),
            message_id: id("second@us.example"),
            ..ours()
        };
        let mut mail = from("ann@customer.example");
        mail.references = vec![
            first.message_id.clone(),
            id("x@y"),
            second.message_id.clone(),
        ];
        let lookup = |id: &MessageId| {
            [&first, &second]
                .into_iter()
                .find(|o| o.message_id == *id)
                .cloned()
        };
        assert_eq!(
            attribute(&mail, &lookup).unwrap().outbound,
            Identity::new(2)
        );
    }

    #[test]
    fn a_mail_that_names_itself_answers_nothing() {
        let mut mail = from("ann@customer.example");
        mail.message_id = Some(id("offer@us.example"));
        mail.in_reply_to = vec![id("offer@us.example")];
        assert_eq!(found(&mail), None);
    }

    #[test]
    fn who_answered() {
        for (author, relation) in [
            ("Ann@Customer.example", SenderRelation::Recipient),
            ("ann+crm@customer.example", SenderRelation::Recipient),
            ("boss@customer.example", SenderRelation::SameDomain),
            ("bob@gmail.com", SenderRelation::Recipient),
            ("stranger@gmail.com", SenderRelation::Other),
            ("ann@customer.example.evil.example", SenderRelation::Other),
        ] {
            let mut mail = from(author);
            mail.in_reply_to = vec![id("offer@us.example")];
            assert_eq!(found(&mail).unwrap().sender, relation, "{author}");
        }
    }

    #[test]
    fn a_delivery_report_speaks_for_the_recipient_it_is_about() {
        let mut mail = from("mailer-daemon@relay.example");
        mail.delivery_report = Some(DeliveryReport {
            recipient: Some("rfc822; ann@customer.example".into()),
            original_message_id: Some(id("offer@us.example")),
            ..DeliveryReport::default()
        });
        assert_eq!(found(&mail).unwrap().sender, SenderRelation::Recipient);
    }
}
