//! Which mail of ours a mail answers, and who answered.

mod outbound;
mod relation;
mod token;

use inboxlink_message::Message;
use inboxlink_model::{Address, Identity, MessageId};
use serde::{Deserialize, Serialize};

pub use outbound::{Outbound, SentBox, SentMail, ids_given_by};
pub use relation::SenderRelation;
pub use token::TokenKey;

use crate::{
    followup::bare_subject,
    limits::{MAX_GUESS_DAYS, MAX_REFERENCES, MAX_TOKEN_TEXT_BYTES},
};

/// By what an answer was recognised, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Via {
    /// It came to an address with our token in it.
    AddressToken,
    /// In-Reply-To names our mail.
    InReplyTo,
    /// References names it.
    References,
    /// Exchange says which mail it answers.
    ExchangeParent,
    /// A delivery report holds its headers (RFC 3464).
    DeliveryReport,
    /// A read receipt names it (RFC 8098).
    ReadReceipt,
    /// Its text quotes our token.
    QuotedToken,
    /// Nothing names ours: somebody to whom we wrote answers that subject.
    SubjectAndSender,
}

impl Via {
    /// The name in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AddressToken => "address_token",
            Self::InReplyTo => "in_reply_to",
            Self::References => "references",
            Self::ExchangeParent => "exchange_parent",
            Self::DeliveryReport => "delivery_report",
            Self::ReadReceipt => "read_receipt",
            Self::QuotedToken => "quoted_token",
            Self::SubjectAndSender => "subject_and_sender",
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
    /// The mail names ours.
    Strong,
}

impl Via {
    /// How sure it makes.
    pub const fn strength(self) -> Strength {
        match self {
            Self::SubjectAndSender => Strength::Probable,
            _ => Strength::Strong,
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

/// Finds the mail of ours that a mail answers, where only ids are known.
///
/// `lookup` finds mail **of ours** by its Message-ID or an alias. As
/// [`attribute_among`] otherwise.
pub fn attribute(
    message: &Message,
    lookup: &dyn Fn(&MessageId) -> Option<Outbound>,
) -> Option<Attribution> {
    struct Ids<'a>(&'a dyn Fn(&MessageId) -> Option<Outbound>);
    impl SentMail for Ids<'_> {
        fn by_message_id(&self, id: &MessageId) -> Option<Outbound> {
            (self.0)(id)
        }
    }
    attribute_among(message, &Ids(lookup))
}

/// Finds the mail of ours that a mail answers, by the strongest of what [`Via`]
/// lists, in that order; of References the newest known one.
///
/// A mail that names none of ours is at best probably an answer: where somebody
/// to whom we wrote that subject within the last weeks writes it back behind
/// `Re:`. That fires nothing by default. A forward to a third party that does not
/// name ours is no answer at all.
pub fn attribute_among(message: &Message, sent: &dyn SentMail) -> Option<Attribution> {
    let named = |(id, via): (&MessageId, Via)| {
        // A mail that names itself answers nothing.
        let other = message.message_id.as_ref() != Some(id);
        let found = other.then(|| sent.by_message_id(id)).flatten()?;
        Some((found, id.clone(), via))
    };
    let told = |(identity, via): (Identity, Via)| {
        let found = sent.by_identity(identity)?;
        let id = found.message_id.clone();
        Some((found, id, via))
    };
    let (outbound, matched, via) = address_token(message, sent)
        .and_then(told)
        .or_else(|| named_ids(message).find_map(named))
        .or_else(|| {
            named(
                exchange_parent(message)
                    .as_ref()
                    .map(|id| (id, Via::ExchangeParent))?,
            )
        })
        .or_else(|| reported_ids(message).find_map(named))
        .or_else(|| quoted_token(message, sent).and_then(told))
        .or_else(|| guess(message, sent))?;
    let sender = answerer(message).map_or(SenderRelation::Other, |who| {
        let same_person = |a: &Address, b: &Address| sent.same_person(a, b);
        SenderRelation::of(&who, &outbound.recipients, same_person)
    });
    Some(Attribution {
        outbound: outbound.identity,
        via,
        strength: via.strength(),
        sender,
        matched,
    })
}

fn address_token(message: &Message, sent: &dyn SentMail) -> Option<(Identity, Via)> {
    let key = sent.token_key()?;
    let delivered = message.automation.delivered_to.iter().map(String::as_str);
    let recipients = message.recipients().map(|to| to.address.as_str());
    let found = delivered.chain(recipients).find_map(|to| key.find_in(to));
    // A second token goes out as an id of its own, for who drops the first.
    let ids = message
        .in_reply_to
        .iter()
        .chain(message.references.iter().rev());
    let in_ids = || {
        ids.take(MAX_REFERENCES)
            .find_map(|id| key.find_in(id.as_str()))
    };
    found
        .map(|mail| (mail, Via::AddressToken))
        .or_else(|| in_ids().map(|mail| (mail, Via::References)))
}

fn named_ids(message: &Message) -> impl Iterator<Item = (&MessageId, Via)> {
    let by_reply = message.in_reply_to.iter().take(MAX_REFERENCES);
    let by_reference = message.references.iter().rev().take(MAX_REFERENCES);
    (by_reply.map(|id| (id, Via::InReplyTo))).chain(by_reference.map(|id| (id, Via::References)))
}

/// Exchange may drop In-Reply-To, and write this instead.
fn exchange_parent(message: &Message) -> Option<MessageId> {
    let mut markers = message.automation.markers.iter();
    let (_, id) = markers.find(|(name, _)| name == "x-ms-exchange-parent-message-id")?;
    MessageId::new(id)
}

fn reported_ids(message: &Message) -> impl Iterator<Item = (&MessageId, Via)> {
    let report = message.delivery_report.as_ref();
    let receipt = message.read_receipt.as_ref();
    let by_report = report.and_then(|report| report.original_message_id.as_ref());
    let by_receipt = receipt.and_then(|receipt| receipt.original_message_id.as_ref());
    (by_report.map(|id| (id, Via::DeliveryReport)).into_iter())
        .chain(by_receipt.map(|id| (id, Via::ReadReceipt)))
}

fn quoted_token(message: &Message, sent: &dyn SentMail) -> Option<(Identity, Via)> {
    let key = sent.token_key()?;
    let texts = [&message.text, &message.html].into_iter().flatten();
    let mut beginnings = texts.map(|text| {
        let end = text.floor_char_boundary(MAX_TOKEN_TEXT_BYTES);
        text.get(..end).unwrap_or_default()
    });
    let mail = beginnings.find_map(|text| key.find_in(text))?;
    Some((mail, Via::QuotedToken))
}

/// The newest mail to the author with the subject that they answer.
fn guess(message: &Message, sent: &dyn SentMail) -> Option<(Outbound, MessageId, Via)> {
    let (author, date) = (message.author()?, message.date?);
    let subject = bare_subject(&message.subject)?;
    let window = i64::from(MAX_GUESS_DAYS) * 24 * 3_600_000;
    let fits = |mail: &Outbound| {
        let near = mail
            .sent_at
            .is_some_and(|sent_at| date.at >= sent_at && date.at <= sent_at.plus_millis(window));
        let ours = bare_subject(&mail.subject);
        near && ours.unwrap_or_else(|| mail.subject.to_lowercase()) == subject
    };
    let found = sent.sent_to(&author.address).into_iter().find(fits)?;
    let id = found.message_id.clone();
    Some((found, id, Via::SubjectAndSender))
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
            aliases: Default::default(),
            subject: String::new(),
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
