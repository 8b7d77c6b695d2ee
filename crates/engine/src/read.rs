//! What a store gives back to read.

use inboxlink_contacts::AddressFacts;
use inboxlink_message::{AttachmentKind, Message};
use inboxlink_model::{
    Address, ContactId, Direction, Identity, InboxId, Location, NodeId, ThreadId, Timestamp,
    Verdict,
};
use inboxlink_timeline::{Participant, Visibility, participants, snippet_of};
use serde::{Deserialize, Serialize};

use crate::{ContactRow, SeenMail, TimelinePlace};

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// Its identity.
    pub identity: Identity,
    /// Its node in the thread graph.
    pub node: NodeId,
    /// The thread it is in now.
    pub thread: ThreadId,
    /// Where it stands in time.
    pub at: Timestamp,
    /// Whether it was there before the inbox was connected.
    pub historical: bool,
    /// What kind of mail it is.
    pub verdict: Verdict,
    /// The beginning of its new text, one line; `None` until it is first
    /// wanted, see [`StoredMessage::new_snippet`].
    pub snippet: Option<String>,
    /// What it says.
    pub message: Message,
    /// Where its copies lie now.
    pub locations: Vec<Location>,
    /// Whether it lay on a server and lies nowhere there any more.
    #[serde(default)]
    pub deleted: bool,
    /// The inboxes that hold it, or held it once, in ascending order.
    pub inboxes: Vec<InboxId>,
}

impl StoredMessage {
    /// The beginning of what the mail newly says, made of its bodies.
    pub fn new_snippet(&self) -> String {
        snippet_of(&self.message, crate::limits::SNIPPET_CHARS)
    }
}

/// One line of a timeline: a message without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// The message.
    pub message: Identity,
    /// The thread it is in now.
    pub thread: ThreadId,
    /// Where it stands in time.
    pub at: Timestamp,
    /// Which way it went, by the addresses that are ours now.
    pub direction: Direction,
    /// How much of it the viewer sees.
    pub visibility: Visibility,
    /// Its author's name, else address.
    pub from: String,
    /// Everybody in its headers, each once.
    pub participants: Vec<Participant>,
    /// The inboxes that hold it: one entry, however many.
    pub inboxes: Vec<InboxId>,
    /// Its subject.
    pub subject: String,
    /// The beginning of its new text.
    pub snippet: String,
    /// What kind of mail it is.
    pub verdict: Verdict,
    /// How many files it carries.
    pub attachments: usize,
    /// Whether it was there before the inbox was connected.
    pub historical: bool,
    /// Whether it was deleted on the server: it lies in no synced folder of
    /// any inbox any more. Show it so, or leave it out.
    pub deleted: bool,
}

impl TimelineEntry {
    /// The line that a mail makes for whom it was [seen](crate::Sight::see) by.
    pub fn new(seen: SeenMail) -> Self {
        let message = seen.mail;
        let mail = &message.message;
        let author = mail.author();
        let name = author.map(|author| {
            if author.name.is_empty() {
                author.to_send()
            } else {
                &author.name
            }
        });
        Self {
            message: message.identity,
            thread: message.thread,
            at: message.at,
            direction: seen.direction,
            visibility: seen.visibility,
            from: name.unwrap_or_default().to_owned(),
            participants: participants(mail),
            inboxes: message.inboxes,
            subject: mail.subject.clone(),
            snippet: message.snippet.unwrap_or_default(),
            verdict: message.verdict,
            attachments: mail
                .attachments
                .iter()
                .filter(|part| part.kind == AttachmentKind::File)
                .count(),
            historical: message.historical,
            deleted: message.deleted,
        }
    }

    /// Where it stands: the next page begins before it.
    pub fn place(&self) -> TimelinePlace {
        (self.at, self.message)
    }
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    /// The contact.
    pub id: ContactId,
    /// The name it goes by; empty where no mail told one.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// Why it was made, as a code.
    pub reason: String,
    /// When mail was first exchanged.
    pub first_seen: Option<Timestamp>,
    /// When mail was last exchanged.
    pub last_seen: Option<Timestamp>,
}

impl ContactView {
    /// A contact out of its row and what is known of its addresses.
    pub fn new<'a>(
        row: &ContactRow,
        addresses: impl IntoIterator<Item = (&'a Address, &'a AddressFacts)>,
    ) -> Self {
        let mut all = AddressFacts::default();
        let mut list = Vec::new();
        for (address, facts) in addresses {
            all.merge(facts);
            list.push(address.clone());
        }
        Self {
            id: row.id,
            name: all.display_name().to_owned(),
            addresses: list,
            reason: row.reason.clone(),
            first_seen: all.first,
            last_seen: all.last,
        }
    }

    /// Its place in a list of those with whom mail was exchanged last.
    pub fn place(&self) -> ContactPlace {
        (self.last_seen.unwrap_or_default(), self.id)
    }

    /// Whether each word of a search stands in its name or in one of its
    /// addresses, whatever the case. An empty search finds everybody.
    pub fn matches(&self, search: &str) -> bool {
        let name = self.name.to_lowercase();
        search.to_lowercase().split_whitespace().all(|word| {
            name.contains(word) || self.addresses.iter().any(|it| it.as_str().contains(word))
        })
    }
}

/// Where a contact stands in a list by the last mail: the next page begins
/// before it.
pub type ContactPlace = (Timestamp, ContactId);

/// A page of a list, and how to ask for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// What to pass for the next page; `None` at the end.
    pub next: Option<C>,
}

/// How much a workspace holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Messages, each once, wherever its copies lie.
    pub messages: u64,
    /// Threads.
    pub threads: u64,
    /// Contacts.
    pub contacts: u64,
}
