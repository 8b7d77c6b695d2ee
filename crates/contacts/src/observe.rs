//! What one mail tells of the addresses in its headers.

use std::collections::BTreeSet;

use inboxlink_message::Message;
use inboxlink_model::{Class, Direction, Mailbox, OwnAddresses, Verdict};
use serde::{Deserialize, Serialize};

use crate::name::{is_via, person_name};

/// What an address did in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// It wrote to us.
    WroteToUs,
    /// We wrote to it (To, Cc or Bcc).
    WeWroteTo,
    /// It stands beside others in a mail that came in, or is one of ours.
    Copied,
    /// It is the list that the mail went through.
    List,
}

/// What the mail was in which an address was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// A mail from person to person.
    Human,
    /// A post to a mailing list.
    List,
    /// A newsletter or a service's message.
    Bulk,
    /// Automatic: an auto-reply, a receipt, a challenge.
    Automatic,
    /// A report of failed delivery, or of a complaint.
    Bounce,
}

/// One address in one mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The address, with the name of the person behind it where one stands there.
    pub mailbox: Mailbox,
    /// What it did.
    pub kind: Kind,
    /// What the mail was.
    pub source: Source,
}

impl Source {
    /// What a mail of that class was. A calendar message is a person's.
    fn of(verdict: &Verdict) -> Self {
        match verdict.class {
            Class::Bounce | Class::Complaint => Self::Bounce,
            Class::AutoReply | Class::ReadReceipt | Class::Challenge => Self::Automatic,
            Class::List => Self::List,
            Class::Human | Class::Team | Class::Calendar => Self::Human,
            // A class that is not known yet gives nobody a contact.
            _ => Self::Bulk,
        }
    }
}

/// What a mail tells of every address in From, To, Cc and Bcc: each once, in
/// the order of these headers.
///
/// Reply-To and Sender are claims, and not observed. The one exception: where
/// a list put itself in place of the author (`Ann via List`), the author's
/// address is taken from Reply-To; as the source is a list, it makes no contact.
pub fn observe(
    message: &Message,
    verdict: &Verdict,
    direction: Direction,
    own: &OwnAddresses,
) -> Vec<Observation> {
    let source = match direction {
        Direction::Inbound => Source::of(verdict),
        // Whatever we send, we send as people.
        Direction::Outbound | Direction::Internal => Source::Human,
    };
    let lists = list_addresses(message);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut add = |mailbox: &Mailbox, kind: Kind, display: &str| {
        if !seen.insert(mailbox.address.clone()) {
            return;
        }
        let is_list = lists.contains(mailbox.address.as_str());
        let kind = if own.contains(&mailbox.address) {
            Kind::Copied
        } else if is_list {
            Kind::List
        } else {
            kind
        };
        let mailbox = Mailbox {
            name: person_name(display, &mailbox.address),
            ..mailbox.clone()
        };
        found.push(Observation {
            mailbox,
            kind,
            source,
        });
    };
    let (author, recipient) = match direction {
        Direction::Inbound => (Kind::WroteToUs, Kind::Copied),
        Direction::Outbound => (Kind::Copied, Kind::WeWroteTo),
        Direction::Internal => (Kind::Copied, Kind::Copied),
    };
    for from in &message.from {
        if source == Source::List && is_via(&from.name) {
            for reply_to in message.reply_to.iter().take(1) {
                add(reply_to, author, &from.name);
            }
            add(from, Kind::List, "");
        } else {
            add(from, author, &from.name);
        }
    }
    for mailbox in message.recipients() {
        add(mailbox, recipient, &mailbox.name);
    }
    found
}

/// The addresses of the list that a mail went through, from List-Post
/// (`<mailto:list@host>`) and List-Id (`Name <list.host>`).
fn list_addresses(message: &Message) -> BTreeSet<String> {
    let automation = &message.automation;
    let post = automation.list_post.as_deref().and_then(|post| {
        let (_, rest) = post.split_once("mailto:")?;
        let end = rest.find(['>', '?', ' ']).unwrap_or(rest.len());
        Some(rest.get(..end)?.to_lowercase())
    });
    let id = automation.list_id.as_deref().and_then(|id| {
        let bare = id.rsplit_once('<').map_or(id, |(_, id)| id);
        let (local, domain) = bare.trim().trim_end_matches('>').split_once('.')?;
        Some(format!("{local}@{domain}").to_lowercase())
    });
    post.into_iter().chain(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(name: &str, address: &str) -> Mailbox {
        Mailbox::new(name, address).unwrap()
    }

    fn verdict(class: Class) -> Verdict {
        Verdict {
            class,
            human: class == Class::Human,
            evidence: Vec::new(),
        }
    }

    fn mail() -> Message {
        Message {
            from: vec![mailbox("Lee, Ann", "ann@example.com")],
            to: vec![
                mailbox("", "me@example.org"),
                mailbox("Bob", "bob@example.com"),
            ],
            cc: vec![mailbox("", "bob@example.com")],
            ..Message::default()
        }
    }

    fn kinds(message: &Message, class: Class, direction: Direction) -> Vec<(String, Kind)> {
        let own = ["me@example.org".parse().unwrap()].into_iter().collect();
        observe(message, &verdict(class), direction, &own)
            .into_iter()
            .map(|o| (format!("{}|{}", o.mailbox.name, o.mailbox.address), o.kind))
            .collect()
    }

    #[test]
    fn inbound_and_outbound() {
        assert_eq!(
            kinds(&mail(), Class::Human, Direction::Inbound),
            [
                ("Ann Lee|ann@example.com".into(), Kind::WroteToUs),
                ("|me@example.org".into(), Kind::Copied),
                ("Bob|bob@example.com".into(), Kind::Copied),
            ]
        );
        let mut sent = mail();
        sent.from = vec![mailbox("", "me@example.org")];
        assert_eq!(
            kinds(&sent, Class::Team, Direction::Outbound),
            [
                ("|me@example.org".into(), Kind::Copied),
                ("Bob|bob@example.com".into(), Kind::WeWroteTo),
            ]
        );
    }

    #[test]
    fn lists_are_known_by_their_headers() {
        let mut post = mail();
        post.from = vec![mailbox("Ann via Talk", "talk@lists.example")];
        post.reply_to = vec![mailbox("", "ann@example.com")];
        post.to = vec![mailbox("", "announce@lists.example")];
        post.cc.clear();
        post.automation.list_id = Some("Talk <announce.lists.example>".into());
        assert_eq!(
            kinds(&post, Class::List, Direction::Inbound),
            [
                ("Ann|ann@example.com".into(), Kind::WroteToUs),
                ("|talk@lists.example".into(), Kind::List),
                ("|announce@lists.example".into(), Kind::List),
            ]
        );
    }
}
