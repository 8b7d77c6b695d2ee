//! Bells: one for each inbox that is followed, rung where there is something to
//! do for it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use inboxlink_model::InboxId;
use tokio::sync::watch;

#[derive(Debug, Default)]
pub(crate) struct Bells(Mutex<HashMap<InboxId, watch::Sender<()>>>);

impl Bells {
    /// Rings for whoever listens.
    pub(crate) fn ring(&self, inbox: InboxId) {
        let bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bell) = bells.get(&inbox) {
            bell.send_replace(());
        }
    }

    /// Listens for an inbox's.
    pub(crate) fn listen(&self, inbox: InboxId) -> watch::Receiver<()> {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody listens to any more are forgotten here.
        bells.retain(|_, bell| !bell.is_closed());
        let bell = bells.entry(inbox).or_insert_with(|| watch::Sender::new(()));
        bell.subscribe()
    }
}
