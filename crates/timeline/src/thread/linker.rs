//! The union of ids, as an overlay over what the store knows.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use inboxlink_model::{NodeId, ThreadId};
use serde::{Deserialize, Serialize};

use super::ThreadIds;

/// Joins the mails of one batch to threads.
///
/// A thread's id is the smallest node of its set, ghosts (ids only referred
/// to) included. The smallest of a union is the smaller of the two smallest,
/// so the outcome depends neither on the order of arrival nor on how mails
/// were put into batches. What the store holds is never rewritten: where two
/// threads turn out to be one, the larger id gets a redirect to the smaller.
///
/// ```
/// use inboxlink_model::{NodeId, ThreadId};
/// use inboxlink_timeline::{Linker, ThreadIds};
/// // The store knows node 7, in thread 7. A mail 9 answers it and node 3.
/// let mut linker = Linker::new([(NodeId::new(7), ThreadId::new(7))]);
/// linker.link(&ThreadIds { own: NodeId::new(9), refs: vec![NodeId::new(7), NodeId::new(3)] });
/// let changes = linker.finish();
/// assert_eq!(changes.redirects, [(ThreadId::new(7), ThreadId::new(3))]);
/// assert_eq!(changes.nodes, [3, 9].map(|n| (NodeId::new(n), ThreadId::new(3))));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Linker {
    /// Where each id stands among the slots. Ids are digests already; the seed
    /// is fixed, so that the same batch takes the same way.
    index: HashMap<ThreadId, usize, FixedState>,
    slots: Vec<Slot>,
}

/// An id: a node, the name of a thread, or both.
#[derive(Debug, Clone)]
struct Slot {
    id: ThreadId,
    /// The step towards the root of its set; a root's is its own. Every step
    /// leads to a smaller id.
    parent: usize,
    /// A node that the store knows.
    known: bool,
    /// A node that it does not.
    fresh: bool,
    /// A thread that the store knows.
    old_root: bool,
}

/// What a batch adds to the thread tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadChanges {
    /// Nodes that were not known, each with its thread, in ascending order.
    pub nodes: Vec<(NodeId, ThreadId)>,
    /// Threads that became part of another, in ascending order: the id
    /// known so far, and the one that stands for it now.
    pub redirects: Vec<(ThreadId, ThreadId)>,
}

impl Linker {
    /// Over the nodes that the store knows among those of the batch, each
    /// with the thread it is in *now* (redirects followed).
    pub fn new(known: impl IntoIterator<Item = (NodeId, ThreadId)>) -> Self {
        let mut linker = Self::default();
        for (node, root) in known {
            let (node, root) = (linker.slot(node.into()), linker.slot(root));
            if let Some(slot) = linker.slots.get_mut(node) {
                slot.known = true;
            }
            if let Some(slot) = linker.slots.get_mut(root) {
                slot.old_root = true;
            }
            linker.join(node, root);
        }
        linker
    }

    /// Joins a mail's own node with those it refers to. The id returned is
    /// the thread's as far as is known: a later mail of the batch can still
    /// lower it, so ask [`Linker::root`] after the last one.
    pub fn link(&mut self, ids: &ThreadIds) -> ThreadId {
        let own = self.node(ids.own);
        for node in &ids.refs {
            let node = self.node(*node);
            self.join(own, node);
        }
        self.name(own)
    }

    /// The thread of a node.
    pub fn root(&mut self, node: NodeId) -> ThreadId {
        match self.index.get(&node.into()) {
            Some(at) => self.name(*at),
            None => node.into(),
        }
    }

    /// What to write: the same for the same mails, in whatever order.
    pub fn finish(mut self) -> ThreadChanges {
        let mut changes = ThreadChanges::default();
        for at in 0..self.slots.len() {
            let root = self.name(at);
            let Some(slot) = self.slots.get(at) else {
                continue;
            };
            if slot.fresh && !slot.known {
                changes.nodes.push((NodeId::new(slot.id.as_u128()), root));
            }
            if slot.old_root && slot.id != root {
                changes.redirects.push((slot.id, root));
            }
        }
        changes.nodes.sort_unstable();
        changes.redirects.sort_unstable();
        changes
    }

    /// The slot of a node that a mail names.
    fn node(&mut self, node: NodeId) -> usize {
        let at = self.slot(node.into());
        if let Some(slot) = self.slots.get_mut(at) {
            slot.fresh = true;
        }
        at
    }

    fn slot(&mut self, id: ThreadId) -> usize {
        let next = self.slots.len();
        let at = *self.index.entry(id).or_insert(next);
        if at == next {
            self.slots.push(Slot {
                id,
                parent: next,
                known: false,
                fresh: false,
                old_root: false,
            });
        }
        at
    }

    fn name(&mut self, at: usize) -> ThreadId {
        let root = self.find(at);
        self.slots
            .get(root)
            .map_or(ThreadId::new(0), |slot| slot.id)
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        let id = |at: usize| self.slots.get(at).map(|slot| slot.id);
        let (low, high) = if id(a) <= id(b) { (a, b) } else { (b, a) };
        if let Some(slot) = self.slots.get_mut(high) {
            slot.parent = low;
        }
    }

    /// The root of a set, halving the path on the way.
    fn find(&mut self, mut at: usize) -> usize {
        loop {
            let step = |at: usize| self.slots.get(at).map_or(at, |slot| slot.parent);
            let next = step(at);
            let after = step(next);
            if next == after {
                return next;
            }
            if let Some(slot) = self.slots.get_mut(at) {
                slot.parent = after;
            }
            at = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::Redirects;

    /// The thread tables of a store, reduced to what matters here.
    #[derive(Default)]
    struct Tables {
        nodes: BTreeMap<NodeId, ThreadId>,
        redirects: Redirects,
    }

    impl Tables {
        fn batch(&mut self, mails: &[ThreadIds]) {
            let known: BTreeMap<_, _> = mails
                .iter()
                .flat_map(ThreadIds::nodes)
                .filter_map(|node| Some((node, self.redirects.resolve(*self.nodes.get(&node)?))))
                .collect();
            let mut linker = Linker::new(known);
            for mail in mails {
                linker.link(mail);
            }
            let changes = linker.finish();
            for (node, thread) in &changes.nodes {
                assert_eq!(self.nodes.insert(*node, *thread), None, "written once");
            }
            self.redirects.apply(&changes);
        }

        fn resolved(&self) -> BTreeMap<NodeId, ThreadId> {
            let resolve =
                |(node, thread): (&NodeId, &ThreadId)| (*node, self.redirects.resolve(*thread));
            self.nodes.iter().map(resolve).collect()
        }
    }

    fn mails() -> impl Strategy<Value = Vec<ThreadIds>> {
        let node = || (0u64..40).prop_map(NodeId::from);
        let mail = (node(), prop::collection::vec(node(), 0..4))
            .prop_map(|(own, refs)| ThreadIds { own, refs });
        prop::collection::vec(mail, 0..30)
    }

    /// Connected components by brute force, each named by its smallest node.
    fn components(mails: &[ThreadIds]) -> BTreeMap<NodeId, ThreadId> {
        let mut of: BTreeMap<NodeId, NodeId> = mails
            .iter()
            .flat_map(ThreadIds::nodes)
            .map(|n| (n, n))
            .collect();
        loop {
            let before = of.clone();
            for mail in mails {
                let low = mail.nodes().map(|n| of[&n]).min().unwrap();
                for node in mail.nodes() {
                    of.insert(node, low);
                }
            }
            if of == before {
                return of.into_iter().map(|(n, low)| (n, low.into())).collect();
            }
        }
    }

    proptest! {
        #[test]
        fn neither_order_nor_batching_matters(
            (mails, shuffled) in mails().prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle())),
            sizes in prop::collection::vec(1usize..7, 1..40),
        ) {
            let mut at_once = Tables::default();
            at_once.batch(&mails);
            prop_assert_eq!(at_once.resolved(), components(&mails));

            let mut in_batches = Tables::default();
            let mut rest = shuffled.as_slice();
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (batch, after) = rest.split_at((*size).min(rest.len()));
                in_batches.batch(batch);
                rest = after;
            }
            prop_assert_eq!(in_batches.resolved(), at_once.resolved());
        }

        #[test]
        fn a_batch_again_changes_nothing(mails in mails()) {
            let mut tables = Tables::default();
            tables.batch(&mails);
            let before = tables.resolved();
            let mut linker = Linker::new(before.clone());
            for mail in &mails {
                let thread = linker.link(mail);
                prop_assert_eq!(thread, before[&mail.own]);
            }
            prop_assert_eq!(linker.finish(), ThreadChanges::default());
        }
    }
}
