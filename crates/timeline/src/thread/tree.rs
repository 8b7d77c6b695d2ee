//! A thread as it is read: who answers whom, and where the subject changes.

use std::collections::BTreeMap;

use inboxlink_model::{NodeId, Timestamp};

use super::{ThreadIds, base_subject};

/// A mail of a thread, as far as its place in it matters.
#[derive(Debug, Clone, Copy)]
pub struct ThreadMail<'a> {
    /// Its ids.
    pub ids: &'a ThreadIds,
    /// Its subject.
    pub subject: &'a str,
    /// When it was written, or arrived.
    pub at: Option<Timestamp>,
}

/// A mail in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Branch {
    /// Which of the mails it is.
    pub mail: usize,
    /// Which of the mails it answers: the nearest of those it refers to that
    /// is there. `None`: it begins something.
    pub parent: Option<usize>,
    /// How many mails are above it.
    pub depth: usize,
    /// Whether its subject, prefixes aside, is another than its parent's: here
    /// a reader may want to see a thread of its own begin. The thread stays
    /// one; this is a view.
    pub subject_changed: bool,
}

/// Arranges the mails of a thread for reading: each below the one it answers,
/// siblings by time, the order in which they are given aside. Copies (the same
/// own id) stand beside each other.
///
/// Works on what is there: computed when a thread is read, never stored, so a
/// parent that arrives late takes its place.
pub fn thread_tree(mails: &[ThreadMail<'_>]) -> Vec<Branch> {
    // The first of each id stands for it; "first" by content, not by position.
    let mut order: Vec<usize> = (0..mails.len()).collect();
    let key = |at: &usize| {
        mails
            .get(*at)
            .map(|m| (m.at, m.ids.own, m.subject, &m.ids.refs))
    };
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut by_id: BTreeMap<NodeId, usize> = BTreeMap::new();
    for &at in &order {
        if let Some(mail) = mails.get(at) {
            by_id.entry(mail.ids.own).or_insert(at);
        }
    }
    let mut parents: BTreeMap<usize, usize> = BTreeMap::new();
    let mut above: Vec<usize> = (0..mails.len()).collect();
    for &at in &order {
        let Some(mail) = mails.get(at) else { continue };
        let there = mail.ids.refs.iter().rev().filter_map(|id| by_id.get(id));
        // What stands below it already cannot be above it too.
        let mut fit = there.filter(|parent| top(&mut above, **parent) != at);
        if let (Some(&parent), Some(step)) = (fit.next(), above.get_mut(at)) {
            *step = parent;
            parents.insert(at, parent);
        }
    }
    let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for &at in &order {
        children
            .entry(parents.get(&at).copied())
            .or_default()
            .push(at);
    }
    let subjects: Vec<String> = mails.iter().map(|m| base_subject(m.subject).text).collect();
    let changed = |at: usize, parent: Option<usize>| {
        let own = subjects.get(at);
        let above = parent.and_then(|parent| subjects.get(parent));
        above.is_some_and(|above| {
            !above.is_empty() && own.is_some_and(|own| !own.is_empty() && own != above)
        })
    };
    let mut branches = Vec::with_capacity(mails.len());
    let below = |of: Option<usize>, depth: usize| {
        let found = children.get(&of).into_iter().flatten().rev();
        found.map(move |at| (*at, of, depth)).collect::<Vec<_>>()
    };
    let mut open = below(None, 0);
    while let Some((mail, parent, depth)) = open.pop() {
        branches.push(Branch {
            mail,
            parent,
            depth,
            subject_changed: changed(mail, parent),
        });
        open.extend(below(Some(mail), depth + 1));
    }
    branches
}

/// The topmost mail above one, halving the way there.
fn top(above: &mut [usize], mut at: usize) -> usize {
    loop {
        let step = |at: usize| above.get(at).copied().unwrap_or(at);
        let next = step(at);
        let after = step(next);
        if next == after {
            return next;
        }
        if let Some(slot) = above.get_mut(at) {
            *slot = after;
        }
        at = after;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(own: u64, refs: &[u64]) -> ThreadIds {
        ThreadIds {
            own: own.into(),
            refs: refs.iter().map(|id| NodeId::from(*id)).collect(),
        }
    }

    #[test]
    fn answers_stand_below_what_they_answer() {
        let all = [
            (ids(1, &[]), "Offer", 1),
            (ids(2, &[1]), "Re: Offer", 5),
            (ids(3, &[1, 2]), "Re: Offer", 6),
            (ids(4, &[1]), "Invoice (was: Offer)", 3),
            (ids(5, &[99, 1]), "Re: Offer", 9),
        ];
        let mails: Vec<ThreadMail<'_>> = all
            .iter()
            .map(|(ids, subject, at)| ThreadMail {
                ids,
                subject,
                at: Some(Timestamp(*at)),
            })
            .collect();
        let tree: Vec<_> = thread_tree(&mails)
            .into_iter()
            .map(|b| (b.mail, b.parent, b.depth, b.subject_changed))
            .collect();
        let expected = [
            (0, None, 0, false),
            (3, Some(0), 1, true),
            (1, Some(0), 1, false),
            (2, Some(1), 2, false),
            (4, Some(0), 1, false),
        ];
        assert_eq!(tree, expected);
    }

    proptest! {
        #[test]
        fn everybody_stands_once_and_nobody_above_himself(
            mails in prop::collection::vec((0u64..12, prop::collection::vec(0u64..12, 0..4)), 0..20),
        ) {
            let all: Vec<ThreadIds> = mails.iter().map(|(own, refs)| ids(*own, refs)).collect();
            let mails: Vec<_> = all.iter().map(|ids| ThreadMail { ids, subject: "", at: None }).collect();
            let tree = thread_tree(&mails);
            let mut seen: Vec<usize> = tree.iter().map(|branch| branch.mail).collect();
            for branch in &tree {
                let depth = branch.parent.map(|parent| tree.iter().find(|b| b.mail == parent).unwrap().depth + 1);
                prop_assert_eq!(branch.depth, depth.unwrap_or(0));
            }
            seen.sort();
            prop_assert_eq!(seen, (0..mails.len()).collect::<Vec<_>>());
        }
    }
}
