//! What a store gives back to read.

use inboxlink_contacts::AddressFacts;
use inboxlink_message::{AttachmentKind, Message};
use inboxlink_model::{
    Address, ContactId, Direction, Identity, Location, NodeId, OwnAddresses, ThreadId, Timestamp,
    Verdict,
};
use inboxlink_timeline::{reply_text_of, snippet};
use serde::{Deserialize, Serialize};

use crate::ContactRow;

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
    /// The beginning of its new text, one line.
    pub snippet: String,
    /// What it says.
    pub message: Message,
    /// Where its copies lie.
    pub locations: Vec<Location>,
    /// Whether it lay on a server and lies nowhere there any more.
    #[serde(default)]
    pub deleted: bool,
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
    /// Its author's name, else address.
    pub from: String,
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
    /// The line that a message makes. `own` are the addresses that are ours
    /// now.
    pub fn new(message: &StoredMessage, own: &OwnAddresses) -> Self {
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
            direction: inboxlink_timeline::direction(own, mail),
            from: name.unwrap_or_default().to_owned(),
            subject: mail.subject.clone(),
            snippet: new_snippet(message),
            verdict: message.verdict.clone(),
            attachments: mail
                .attachments
                .iter()
                .filter(|part| part.kind == AttachmentKind::File)
                .count(),
            historical: message.historical,
            deleted: message.deleted,
        }
    }
}

/// The beginning of what a mail newly says. History is stored with the
/// beginning of its text as it stands: telling the new from the quoted waits
/// until somebody looks.
fn new_snippet(message: &StoredMessage) -> String {
    if message.historical {
        let new = reply_text_of(&message.message).new_text();
        let new = snippet(&new, crate::limits::SNIPPET_CHARS);
        if !new.is_empty() {
            return new;
        }
    }
    message.snippet.clone()
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
