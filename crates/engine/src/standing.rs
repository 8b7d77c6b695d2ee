//! Whether a mail may speak in the thread whose ids it cites.

use std::collections::BTreeSet;

use inboxlink_message::Message;
use inboxlink_model::{Address, Class, Direction, OwnAddresses};
use inboxlink_replies::{Outbound, SenderRelation};
use inboxlink_timeline::{Voice, direction, participants, quarantined};

use crate::StoredMessage;

/// Which mails of a thread cite its ids and nothing more: one answer for each,
/// `true` for those to be kept apart. `known` tells whether somebody is a
/// correspondent of ours: we have written to them.
///
/// A judgement of the moment: what comes later can give a standing.
pub fn quarantine(
    own: &OwnAddresses,
    mails: &[StoredMessage],
    known: impl Fn(&Address) -> bool,
) -> Vec<bool> {
    let ours: Vec<&Message> = (mails.iter().map(|mail| &mail.message))
        .filter(|message| direction(own, message) != Direction::Inbound)
        .collect();
    let written_to: Vec<Address> = (ours.iter())
        .flat_map(|message| message.recipients())
        .map(|mailbox| mailbox.address.clone())
        .collect();
    let voices: Vec<Voice> = (mails.iter())
        .map(|mail| {
            let voice = voice(own, &mail.message);
            let author = voice.author.as_ref();
            Voice {
                known: author.is_some_and(|who| known(who) || colleague(who, &written_to))
                    || is_report(mail.verdict.class)
                    || through_a_list(mail, &written_to),
                ..voice
            }
        })
        .collect();
    quarantined(&voices)
}

/// Whether a live mail, on its arrival, only cites the mails that it names:
/// then nothing fires. `cited` are those that are stored.
pub(crate) fn only_cites<'a>(
    own: &OwnAddresses,
    message: &Message,
    cited: impl IntoIterator<Item = &'a Outbound>,
    known: impl Fn(&Address) -> bool,
) -> bool {
    let mut voices = Vec::new();
    let mut written_to = Vec::new();
    for mail in cited {
        let ours = own.contains(&mail.from);
        if ours {
            written_to.extend(mail.recipients.iter().cloned());
        }
        voices.push(Voice {
            people: (mail.recipients.iter())
                .chain([&mail.from])
                .cloned()
                .collect(),
            author: Some(mail.from.clone()),
            ours,
            known: known(&mail.from),
        });
    }
    let voice = voice(own, message);
    let author = voice.author.as_ref();
    voices.push(Voice {
        known: author.is_some_and(|author| known(author) || colleague(author, &written_to)),
        ..voice
    });
    quarantined(&voices).last().copied().unwrap_or(false)
}

fn voice(own: &OwnAddresses, message: &Message) -> Voice {
    let people: BTreeSet<Address> = (participants(message).into_iter())
        .map(|participant| participant.mailbox.address)
        .collect();
    Voice {
        author: message.author().map(|author| author.address.clone()),
        people,
        ours: direction(own, message) != Direction::Inbound,
        known: false,
    }
}

/// Servers report on mails that they had no part in.
pub(crate) fn is_report(class: Class) -> bool {
    matches!(class, Class::Bounce | Class::Complaint)
}

/// Whether a mail came through a mailing list that a mail of ours went to.
/// Whoever posts there is heard; nothing of a list fires by default.
fn through_a_list(mail: &StoredMessage, written_to: &[Address]) -> bool {
    let post = mail.message.automation.list_post.as_deref();
    mail.verdict.class == Class::List
        && post.is_some_and(|post| {
            let post = post.to_lowercase();
            (written_to.iter()).any(|address| post.contains(&format!("mailto:{address}>")))
        })
}

/// Whether somebody is at the company that a mail of ours went to.
fn colleague(author: &Address, written_to: &[Address]) -> bool {
    let relation = SenderRelation::between(author, written_to);
    relation != SenderRelation::Other
}

#[cfg(test)]
mod tests {
    use inboxlink_model::Mailbox;

    use super::*;

    fn mail(from: &str, to: &[&str]) -> Message {
        let mailbox = |address: &str| Mailbox::new("", address).unwrap();
        Message {
            from: vec![mailbox(from)],
            to: to.iter().map(|to| mailbox(to)).collect(),
            message_id: inboxlink_model::MessageId::new("<1@example.com>"),
            ..Message::default()
        }
    }

    #[test]
    fn a_stranger_only_cites_and_a_colleague_answers() {
        let own: OwnAddresses = ["us@example.com".parse().unwrap()].into_iter().collect();
        let ours = Outbound::of(&mail("us@example.com", &["ann@example.org"])).unwrap();
        let cites = |from: &str, known: bool| {
            let message = mail(from, &["us@example.com", "ann@example.org"]);
            only_cites(&own, &message, [&ours], |_| known)
        };
        assert!(cites("mallory@example.net", false));
        assert!(!cites("mallory@example.net", true));
        assert!(!cites("ann@example.org", false));
        assert!(!cites("ann+work@example.org", false));
        assert!(!cites("ben@example.org", false));
        // Anybody may be at a provider.
        let ours = Outbound::of(&mail("us@example.com", &["ann@gmail.com"])).unwrap();
        let message = mail("mallory@gmail.com", &["us@example.com"]);
        assert!(only_cites(&own, &message, [&ours], |_| false));
        // Who cites nothing that we know is nobody's concern.
        assert!(!only_cites(&own, &message, [], |_| false));
    }
}
