//! A thread as rules ask about it: what ids it goes by, and who wrote in it.

use std::collections::BTreeSet;

use inboxlink_message::Message;
use inboxlink_model::{Address, Identity, NodeId, OwnAddresses, ThreadId, Timestamp, Verdict};

use crate::keys::reply_targets;

/// A thread so far. It is read only where a rule asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    /// Its id, and those it went by before threads were joined.
    pub ids: BTreeSet<ThreadId>,
    /// Its mails: the newest [`CONVERSATION_MAILS`](crate::limits::CONVERSATION_MAILS).
    pub mails: Vec<Said>,
}

/// A mail of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The mail.
    pub mail: Identity,
    /// Its node in the thread graph.
    pub node: NodeId,
    /// Where it stands in time.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: Option<Address>,
    /// Whether it may count as a person's answer.
    pub human: bool,
    /// The mails that it may answer, nearest first.
    pub answers: Vec<NodeId>,
}

impl Said {
    /// A mail, as part of its conversation.
    pub fn new(
        mail: Identity,
        node: NodeId,
        at: Timestamp,
        verdict: &Verdict,
        message: &Message,
    ) -> Self {
        Self {
            mail,
            node,
            at,
            author: message.author().map(|author| author.address.clone()),
            human: verdict.human,
            answers: reply_targets(message),
        }
    }

    fn is_ours(&self, own: &OwnAddresses) -> bool {
        self.author
            .as_ref()
            .is_some_and(|author| own.contains(author))
    }

    /// Whether a person who is none of us wrote it.
    pub(crate) fn is_answer(&self, own: &OwnAddresses) -> bool {
        self.human && !self.is_ours(own)
    }
}

/// The how many-th answer a mail is, from 1, among the mails of its thread:
/// what people wrote before the first mail of ours answers nothing.
pub(crate) fn nth_reply<'a>(
    mails: impl Iterator<Item = &'a Said> + Clone,
    own: &OwnAddresses,
    mail: (Timestamp, Identity),
) -> Option<u32> {
    let place = |said: &Said| (said.at, said.mail);
    let first = mails
        .clone()
        .filter(|said| said.is_ours(own))
        .map(place)
        .min();
    let first = first.filter(|first| *first < mail)?;
    let before: BTreeSet<_> = mails
        .filter(|said| said.is_answer(own))
        .map(place)
        .filter(|at| (first..mail).contains(at))
        .collect();
    u32::try_from(before.len() + 1).ok()
}
