//! Who works on a follow-up in this process: one task at a time, and none
//! that is dropped leaves it without a word.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink_model::{FollowUpId, InboxId};
use inboxlink_replies::followup::FollowUpEvent;

type Key = (InboxId, FollowUpId);

/// The follow-ups that are worked on, and those of which something is still
/// to be told to the store.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    /// What is still to be told; `None` while somebody works on it.
    held: Mutex<BTreeMap<Key, Option<FollowUpEvent>>>,
}

impl Claims {
    /// Claims a follow-up; `None` where another has it.
    pub(super) fn claim(&self, inbox: InboxId, id: FollowUpId) -> Option<Claim<'_>> {
        let key = (inbox, id);
        let mut held = self.lock();
        if held.contains_key(&key) {
            return None;
        }
        held.insert(key, None);
        Some(Claim {
            claims: self,
            key,
            untold: None,
        })
    }

    /// What is still to be told of an inbox's follow-ups.
    pub(super) fn untold(&self, inbox: InboxId) -> Vec<(FollowUpId, FollowUpEvent)> {
        let held = self.lock();
        let of_it = held.iter().filter(|((of, _), _)| *of == inbox);
        of_it
            .filter_map(|((_, id), event)| Some((*id, event.clone()?)))
            .collect()
    }

    /// It is told.
    pub(super) fn told(&self, inbox: InboxId, id: FollowUpId) {
        self.lock().remove(&(inbox, id));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Key, Option<FollowUpEvent>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to work on a follow-up, until it is dropped.
pub(super) struct Claim<'a> {
    claims: &'a Claims,
    key: Key,
    /// What is to be told should it be dropped now.
    pub(super) untold: Option<FollowUpEvent>,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut held = self.claims.lock();
        match self.untold.take() {
            None => held.remove(&self.key),
            event => held.insert(self.key, event),
        };
    }
}
