//! Which way a mail went, and who took part.

use std::collections::BTreeSet;

use inboxlink_message::Message;
use inboxlink_model::{Direction, Mailbox, OwnAddresses};
use serde::{Deserialize, Serialize};

/// Which way a mail went, as its headers tell.
///
/// From one of ours it is outbound, and internal where it also names
/// recipients and all of them are ours. Everything else came in.
pub fn direction(own: &OwnAddresses, message: &Message) -> Direction {
    let ours = |mailbox: &Mailbox| own.contains(&mailbox.address);
    let from_us = if message.from.is_empty() {
        message.sender.as_ref().is_some_and(ours)
    } else {
        message.from.iter().any(ours)
    };
    if !from_us {
        return Direction::Inbound;
    }
    let mut recipients = message.recipients().peekable();
    if recipients.peek().is_some() && recipients.all(ours) {
        Direction::Internal
    } else {
        Direction::Outbound
    }
}

/// The header in which somebody stands, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// From: wrote it.
    From,
    /// Sender: sent it for somebody.
    Sender,
    /// Reply-To: wants the answer.
    ReplyTo,
    /// To: it was written to them.
    To,
    /// Cc: they got a copy.
    Cc,
    /// Bcc: they got a copy that others do not see.
    Bcc,
}

impl Role {
    /// The role as it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Sender => "sender",
            Self::ReplyTo => "reply_to",
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
        }
    }
}

/// Somebody who took part in a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Name and address, as they stand where the role is strongest.
    pub mailbox: Mailbox,
    /// The strongest role.
    pub role: Role,
}

/// Everyone who stands in a mail's headers: each address once, in its
/// strongest role, in the order of the roles.
pub fn participants(message: &Message) -> Vec<Participant> {
    let in_role = |role: Role, mailboxes: &[Mailbox]| -> Vec<(Role, Mailbox)> {
        mailboxes.iter().cloned().map(|m| (role, m)).collect()
    };
    let sender = message.sender.as_slice();
    let all = [
        in_role(Role::From, &message.from),
        in_role(Role::Sender, sender),
        in_role(Role::ReplyTo, &message.reply_to),
        in_role(Role::To, &message.to),
        in_role(Role::Cc, &message.cc),
        in_role(Role::Bcc, &message.bcc),
    ];
    let mut seen = BTreeSet::new();
    all.into_iter()
        .flatten()
        .filter(|(_, mailbox)| seen.insert(mailbox.address.clone()))
        .map(|(role, mailbox)| Participant { mailbox, role })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxes(addresses: &[&str]) -> Vec<Mailbox> {
        addresses
            .iter()
            .map(|a| Mailbox::new("", a).unwrap())
            .collect()
    }

    fn mail(from: &[&str], to: &[&str]) -> Message {
        Message {
            from: boxes(from),
            to: boxes(to),
            ..Message::default()
        }
    }

    #[test]
    fn direction_follows_author_and_recipients() {
        let mut own: OwnAddresses = ["me@example.com".parse().unwrap()].into_iter().collect();
        own.domains.insert("team.example".into());
        let case = |from: &[&str], to: &[&str]| direction(&own, &mail(from, to));
        assert_eq!(case(&["a@b.c"], &["me@example.com"]), Direction::Inbound);
        assert_eq!(case(&["Me@Example.com"], &["a@b.c"]), Direction::Outbound);
        assert_eq!(case(&["me@example.com"], &[]), Direction::Outbound);
        assert_eq!(
            case(&["me@example.com"], &["x@team.example", "me@example.com"]),
            Direction::Internal
        );
        assert_eq!(
            case(&["x@team.example"], &["me@example.com", "a@b.c"]),
            Direction::Outbound
        );
        assert_eq!(case(&[], &["me@example.com"]), Direction::Inbound);
    }

    #[test]
    fn each_address_once_in_its_strongest_role() {
        let mut message = mail(&["a@b.c"], &["x@y.z", "A@b.c"]);
        message.cc = boxes(&["x@y.z", "c@y.z"]);
        message.sender = Mailbox::new("", "s@b.c").ok();
        let found: Vec<_> = participants(&message)
            .into_iter()
            .map(|p| (p.mailbox.address.to_string(), p.role))
            .collect();
        let expected = [
            ("a@b.c", Role::From),
            ("s@b.c", Role::Sender),
            ("x@y.z", Role::To),
            ("c@y.z", Role::Cc),
        ];
        assert_eq!(found, expected.map(|(a, r)| (a.to_owned(), r)));
    }
}
