//! A filter meets a mail.

use inboxlink_message::{AttachmentKind, Message};
use inboxlink_model::Mailbox;

use super::{
    header::header,
    seen::{Field, Seen, Texts},
};
use crate::{
    Place,
    compile::{OurMail, Probe, Who, Words},
    limits::MAX_SAW_CHARS,
    text::fold,
};

impl Probe {
    pub(crate) fn holds(&self, seen: &Seen<'_>, texts: &impl Texts) -> bool {
        let facts = seen.facts;
        let message = facts.message;
        let around = &facts.around;
        match self {
            Self::From(who) => who.is_among(&message.from, Field::From, texts),
            Self::To(who) => who.is_among(&message.to, Field::To, texts),
            Self::Cc(who) => who.is_among(&message.cc, Field::Cc, texts),
            Self::Subject(words) => texts.hold(Field::Subject, &words.needle),
            Self::Body(words) => texts.hold(Field::Body, &words.needle),
            Self::HasAttachment(expected) => has_attachment(message) == *expected,
            Self::Header(name, needle) => header(message, name)
                .iter()
                .any(|value| needle.as_ref().is_none_or(|n| n.is_in(&fold(value)))),
            Self::Class(classes) => classes.contains(&facts.verdict.class),
            Self::Sender(relations) => facts
                .attribution
                .is_some_and(|attribution| relations.contains(&attribution.sender)),
            Self::RepliedTo(mails, gates) => seen.reply(*gates).is_some_and(|attribution| {
                mails.contains(&OurMail::Identity(attribution.outbound))
                    || mails.contains(&OurMail::MessageId(attribution.matched.clone()))
            }),
            Self::Reply(expected, gates) => seen.reply(*gates).is_some() == *expected,
            Self::NthReply(least, most, gates) => {
                let nth = seen.reply(*gates).and(around.nth_reply);
                nth.is_some_and(|n| n >= *least && most.is_none_or(|most| n <= most))
            }
            Self::NotReplied(wait) => around
                .silence
                .is_some_and(|silence| silence.until >= wait.deadline(silence.since)),
            Self::Direction(direction) => facts.direction == *direction,
            Self::Domain(domains) => message.author().is_some_and(|author| {
                let mut domains_above = parents(author.address.domain());
                domains_above.any(|domain| domains.contains(domain))
            }),
            Self::Thread(threads) => around.threads.iter().any(|it| threads.contains(it)),
            Self::Inbox(inboxes) => around.inbox.is_some_and(|it| inboxes.contains(&it)),
            Self::Owner(owners) => around.owner.is_some_and(|it| owners.contains(&it)),
            Self::Hours(hours) => around.received_at.is_some_and(|at| hours.contain(at)),
            Self::Keywords {
                words,
                within,
                at_least,
            } => {
                let found = words.iter().filter(|word| word.is_in_any(texts, within));
                found.take(*at_least).count() == *at_least
            }
        }
    }

    /// What it looks at, for the explanation.
    pub(super) fn saw(&self, seen: &Seen<'_>, texts: &impl Texts) -> String {
        let facts = seen.facts;
        let message = facts.message;
        let around = &facts.around;
        let begin = |text: &str| text.chars().take(MAX_SAW_CHARS).collect::<String>();
        let unknown = || "not known".to_owned();
        let id = |id: Option<String>| id.unwrap_or_else(unknown);
        match self {
            Self::From(_) => addresses(&message.from),
            Self::To(_) => addresses(&message.to),
            Self::Cc(_) => addresses(&message.cc),
            Self::Subject(_) => begin(&message.subject),
            Self::Body(words) if texts.hold(Field::Body, &words.needle) => words.typed.clone(),
            Self::Body(_) => begin(facts.new_text),
            Self::HasAttachment(_) => has_attachment(message).to_string(),
            Self::Header(name, _) => header(message, name).join(", "),
            Self::Class(_) => facts.verdict.class.to_string(),
            Self::Sender(_) => facts
                .attribution
                .map_or("", |attribution| attribution.sender.as_str())
                .to_owned(),
            Self::RepliedTo(..) | Self::Reply(..) => match facts.attribution {
                None => "answers no mail of ours".to_owned(),
                Some(attribution) => format!(
                    "{} by {}, <{}> by {}",
                    facts.verdict.class,
                    attribution.sender.as_str(),
                    attribution.matched,
                    attribution.via.as_str(),
                ),
            },
            Self::NthReply(..) => id(around.nth_reply.map(|n| n.to_string())),
            Self::NotReplied(wait) => match around.silence {
                None => "asked of a mail, not by a timer".to_owned(),
                Some(silence) => {
                    let missing = wait
                        .deadline(silence.since)
                        .0
                        .saturating_sub(silence.until.0);
                    match missing {
                        ..=0 => format!("no answer within {}", wait.period),
                        _ => format!("{} s are missing to {}", missing / 1000, wait.period),
                    }
                }
            },
            Self::Direction(_) => format!("{:?}", facts.direction).to_lowercase(),
            Self::Domain(_) => {
                let author = message.author();
                id(author.map(|author| author.address.domain().to_owned()))
            }
            Self::Thread(_) => id(around.threads.first().map(ToString::to_string)),
            Self::Inbox(_) => id(around.inbox.map(|id| id.to_string())),
            Self::Owner(_) => id(around.owner.map(|id| id.to_string())),
            Self::Hours(hours) => id(around.received_at.and_then(|at| hours.tell(at))),
            Self::Keywords { words, within, .. } => {
                let found = words.iter().filter(|word| word.is_in_any(texts, within));
                let found: Vec<_> = found.map(|word| word.typed.as_str()).collect();
                found.join(", ")
            }
        }
    }
}

/// A domain and those above it: `mail.example.com`, `example.com`, `com`.
pub(crate) fn parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| {
        domain.split_once('.').map(|(_, parent)| parent)
    })
}

impl Words {
    fn is_in_any(&self, texts: &impl Texts, places: &std::collections::BTreeSet<Place>) -> bool {
        places
            .iter()
            .any(|place| texts.hold((*place).into(), &self.needle))
    }
}

impl Who {
    fn is_among(&self, people: &[Mailbox], field: Field, texts: &impl Texts) -> bool {
        match self {
            Self::Address(address) => people.iter().any(|p| p.address == *address),
            Self::Domain(domain) => people.iter().any(|p| p.address.domain() == domain),
            Self::Words(needle) => texts.hold(field, needle),
        }
    }
}

fn addresses(people: &[Mailbox]) -> String {
    let some = people.iter().take(10);
    let texts: Vec<_> = some.map(|person| person.address.as_str()).collect();
    texts.join(", ")
}

/// Whether there is something that a person attached: no picture within the
/// text, no signature, no machine's report.
pub(crate) fn has_attachment(message: &Message) -> bool {
    message.attachments.iter().any(|attachment| {
        matches!(
            attachment.kind,
            AttachmentKind::File | AttachmentKind::Message | AttachmentKind::Tnef
        )
    })
}
