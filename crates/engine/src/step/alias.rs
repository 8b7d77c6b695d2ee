//! Another id under which a mail of ours went: a provider put its own in the
//! place of ours, and answers name that one.

use inboxlink_message::node_of;
use inboxlink_model::{Identity, MessageId};
use inboxlink_timeline::{Linker, ThreadIds};

use crate::{Changes, Neighbourhood};

/// Notes the id, and joins its thread with the mail's.
pub(super) fn put(changes: &mut Changes, known: &Neighbourhood, message: Identity, id: &MessageId) {
    let Some(mail) = known.messages.get(&message) else {
        return;
    };
    let alias = node_of(id);
    if alias == mail.node {
        return;
    }
    let nodes = known.nodes.iter().map(|(node, thread)| (*node, *thread));
    let mut linker = Linker::new(nodes.chain([(mail.node, mail.thread)]));
    linker.link(&ThreadIds {
        own: alias,
        refs: vec![mail.node],
    });
    let threads = linker.finish();
    changes.nodes = threads.nodes;
    changes.redirects = threads.redirects;
    changes.aliases.push((alias, message));
}
