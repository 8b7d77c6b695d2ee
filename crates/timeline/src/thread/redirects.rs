//! From a thread id handed out long ago to the thread's id now.

use std::collections::BTreeMap;

use inboxlink_model::ThreadId;

use super::ThreadChanges;

/// Which thread a thread has become part of.
///
/// A redirect always leads to a smaller id: that is what makes a cycle
/// impossible, and one that leads elsewhere (a damaged table) is not followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redirects(BTreeMap<ThreadId, ThreadId>);

impl Redirects {
    /// The id by which the thread goes now.
    pub fn resolve(&self, thread: ThreadId) -> ThreadId {
        let mut at = thread;
        while let Some(next) = self.0.get(&at).filter(|next| **next < at) {
            at = *next;
        }
        at
    }

    /// Takes over the redirects of a batch.
    pub fn apply(&mut self, changes: &ThreadChanges) {
        self.extend(changes.redirects.iter().copied());
    }
}

impl Extend<(ThreadId, ThreadId)> for Redirects {
    fn extend<I: IntoIterator<Item = (ThreadId, ThreadId)>>(&mut self, redirects: I) {
        self.0.extend(redirects);
    }
}

impl FromIterator<(ThreadId, ThreadId)> for Redirects {
    fn from_iter<I: IntoIterator<Item = (ThreadId, ThreadId)>>(redirects: I) -> Self {
        Self(redirects.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_downwards_only() {
        let t = |n: u64| ThreadId::from(n);
        let redirects: Redirects = [(t(9), t(5)), (t(5), t(2)), (t(2), t(9)), (t(7), t(7))]
            .into_iter()
            .collect();
        assert_eq!(redirects.resolve(t(9)), t(2));
        assert_eq!(redirects.resolve(t(7)), t(7));
        assert_eq!(redirects.resolve(t(1)), t(1));
    }
}
