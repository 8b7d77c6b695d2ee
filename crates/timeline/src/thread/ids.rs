//! The ids by which one mail joins threads.

use std::collections::BTreeSet;

use inboxlink_message::{Digest, Message, node_of};
use inboxlink_model::{MessageId, NodeId};
use serde::{Deserialize, Serialize};

use crate::limits::MAX_REFERENCES;

/// A mail's own node, and the nodes that it says it belongs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadIds {
    /// The node of its Message-ID; where it has none that can be used, a node
    /// made from its identity.
    pub own: NodeId,
    /// The nodes of In-Reply-To and References, each once: those of
    /// References last, oldest first, so that the last one that is there is
    /// the mail's parent.
    pub refs: Vec<NodeId>,
}

impl ThreadIds {
    /// The own node, then the others.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::once(self.own).chain(self.refs.iter().copied())
    }
}

/// The ids by which a mail joins threads (RFC 5322 §3.6.4), guarded:
///
/// - An id that is the plain address of somebody in From, To or Cc is refused.
///   Broken clients write these, and each would fuse all mail of that person.
/// - Of a long References list the first and the last
///   [`MAX_REFERENCES`] − 1 count.
pub fn thread_ids(message: &Message) -> ThreadIds {
    let people: BTreeSet<&str> = message
        .from
        .iter()
        .chain(&message.to)
        .chain(&message.cc)
        .map(|mailbox| mailbox.address.as_str())
        .collect();
    let usable = |id: &&MessageId| !people.contains(id.as_str().to_lowercase().as_str());
    let own = message.message_id.as_ref().filter(usable).map_or_else(
        || {
            let digest = Digest::new("node of identity").field(message.identity().to_bytes());
            NodeId::from_bytes(digest.finish())
        },
        node_of,
    );
    let nodes = |ids: Vec<&MessageId>| {
        ids.into_iter()
            .filter(usable)
            .map(node_of)
            .collect::<Vec<_>>()
    };
    let references = nodes(ends(&message.references).collect());
    let named: BTreeSet<NodeId> = references.iter().copied().collect();
    let in_reply_to = nodes(message.in_reply_to.iter().take(MAX_REFERENCES).collect());
    let mut seen = BTreeSet::from([own]);
    let refs = in_reply_to
        .into_iter()
        .filter(|node| !named.contains(node))
        .chain(references)
        .filter(|node| seen.insert(*node))
        .collect();
    ThreadIds { own, refs }
}

/// The first, and the last of those after it, up to the limit.
fn ends(references: &[MessageId]) -> impl Iterator<Item = &MessageId> {
    let rest = references.get(1..).unwrap_or_default();
    let skipped = rest.len().saturating_sub(MAX_REFERENCES - 1);
    references.iter().take(1).chain(rest.iter().skip(skipped))
}

#[cfg(test)]
mod tests {
    use inboxlink_model::Mailbox;

    use super::*;

    fn id(text: &str) -> MessageId {
        MessageId::new(text).unwrap()
    }

    #[test]
    fn refuses_addresses_of_people() {
        let message = Message {
            message_id: Some(id("1@example.com")),
            from: vec![Mailbox::new("", "ann@example.com").unwrap()],
            references: vec![id("Ann@Example.com"), id("0@example.com")],
            in_reply_to: vec![id("0@example.com"), id("1@example.com")],
            ..Message::default()
        };
        let ids = thread_ids(&message);
        assert_eq!(ids.own, node_of(&id("1@example.com")));
        assert_eq!(ids.refs, [node_of(&id("0@example.com"))]);
    }

    #[test]
    fn without_an_id_the_identity_is_the_node() {
        let one = Message {
            header_digest: [1; 16],
            ..Message::default()
        };
        let two = Message {
            header_digest: [2; 16],
            ..Message::default()
        };
        assert_eq!(thread_ids(&one), thread_ids(&one.clone()));
        assert_ne!(thread_ids(&one).own, thread_ids(&two).own);
    }

    #[test]
    fn long_lists_keep_both_ends() {
        let references: Vec<_> = (0..500).map(|n| id(&format!("{n}@example.com"))).collect();
        let kept: Vec<_> = ends(&references).cloned().collect();
        assert_eq!(kept.len(), MAX_REFERENCES);
        assert_eq!(kept[0], references[0]);
        assert_eq!(kept[1..], references[401..]);
        assert_eq!(ends(&references[..3]).count(), 3);
        assert_eq!(ends(&[]).count(), 0);
    }
}
