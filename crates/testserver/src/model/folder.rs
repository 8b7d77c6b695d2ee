//! One folder and its messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Flags;
use crate::profile::SpecialUse;

/// A message where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) uid: u32,
    /// Grows with every change in the folder (RFC 7162).
    pub(crate) modseq: u64,
    pub(crate) flags: Flags,
    /// Seconds since 1970 UTC.
    pub(crate) internal_date: i64,
    pub(crate) mail: Mail,
}

/// A mail, wherever copies of it lie.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// X-GM-MSGID, EMAILID.
    pub(crate) id: u64,
    /// X-GM-THRID, THREADID: the id of the first mail of its conversation.
    pub(crate) thread: u64,
    pub(crate) raw: Arc<[u8]>,
}

/// A folder: its messages by ascending UID.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) uid_validity: u32,
    pub(crate) uid_next: u32,
    pub(crate) highest_modseq: u64,
    pub(crate) special_use: Option<SpecialUse>,
    pub(crate) subscribed: bool,
    /// Whether it can be opened.
    pub(crate) selectable: bool,
    messages: Vec<Arc<Message>>,
    /// UIDs by mail.
    mails: BTreeMap<u64, u32>,
    /// UIDs that are gone, each with the modification it went with.
    expunged: Vec<(u64, u32)>,
}

impl Folder {
    pub(crate) fn new(uid_validity: u32, special_use: Option<SpecialUse>) -> Self {
        Self {
            uid_validity,
            uid_next: 1,
            highest_modseq: 1,
            special_use,
            subscribed: true,
            selectable: true,
            messages: Vec::new(),
            mails: BTreeMap::new(),
            expunged: Vec::new(),
        }
    }

    pub(crate) fn messages(&self) -> &[Arc<Message>] {
        &self.messages
    }

    pub(crate) fn get(&self, uid: u32) -> Option<&Arc<Message>> {
        self.messages.get(self.position(uid)?)
    }

    fn position(&self, uid: u32) -> Option<usize> {
        self.messages.binary_search_by_key(&uid, |m| m.uid).ok()
    }

    /// Adds a message and returns its UID.
    pub(crate) fn add(&mut self, mail: Mail, flags: Flags, internal_date: i64) -> u32 {
        let uid = self.uid_next;
        self.uid_next = self.uid_next.saturating_add(1);
        self.highest_modseq += 1;
        self.mails.insert(mail.id, uid);
        self.messages.push(Arc::new(Message {
            uid,
            modseq: self.highest_modseq,
            flags,
            internal_date,
            mail,
        }));
        uid
    }

    /// Sets a message's flags; whether they are others than before.
    pub(crate) fn set_flags(&mut self, uid: u32, flags: Flags) -> bool {
        let next = self.highest_modseq + 1;
        let Some(message) = self.position(uid).and_then(|at| self.messages.get_mut(at)) else {
            return false;
        };
        if message.flags == flags {
            return false;
        }
        let message = Arc::make_mut(message);
        message.flags = flags;
        message.modseq = next;
        self.highest_modseq = next;
        true
    }

    /// Removes the messages that `doomed` names and returns them.
    pub(crate) fn remove(&mut self, doomed: impl Fn(&Message) -> bool) -> Vec<Arc<Message>> {
        let (gone, kept) = self.messages.drain(..).partition(|m| doomed(m));
        self.messages = kept;
        let gone: Vec<_> = gone;
        if !gone.is_empty() {
            self.highest_modseq += 1;
            let modseq = self.highest_modseq;
            self.expunged.extend(gone.iter().map(|m| (modseq, m.uid)));
            for message in &gone {
                self.mails.remove(&message.mail.id);
            }
        }
        gone
    }

    /// Where a mail lies in it.
    pub(crate) fn find(&self, mail: u64) -> Option<u32> {
        self.mails.get(&mail).copied()
    }

    /// The UIDs that have gone since a modification (RFC 7162 §3.2.5).
    pub(crate) fn expunged_since(&self, modseq: u64) -> impl Iterator<Item = u32> {
        let after = self.expunged.partition_point(|(at, _)| *at <= modseq);
        self.expunged.iter().skip(after).map(|(_, uid)| *uid)
    }

    /// Starts a new UIDVALIDITY: the messages are numbered afresh from 1.
    pub(crate) fn renumber(&mut self, uid_validity: u32) {
        self.uid_validity = uid_validity;
        self.highest_modseq += 1;
        self.uid_next = 1;
        self.expunged.clear();
        for message in &mut self.messages {
            let message = Arc::make_mut(message);
            message.uid = self.uid_next;
            message.modseq = self.highest_modseq;
            self.mails.insert(message.mail.id, message.uid);
            self.uid_next += 1;
        }
    }
}
