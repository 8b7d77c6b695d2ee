//! The events of a workspace, one after the other.

use std::collections::VecDeque;

use inboxlink_engine::Event;
use tokio::sync::watch;

use crate::{Error, Workspace, limits::EVENTS_AT_ONCE};

/// Events in the order in which they were committed, from a number on, and
/// then as they come.
#[derive(Debug)]
pub struct Events {
    workspace: Workspace,
    after: u64,
    read: VecDeque<Event>,
    news: watch::Receiver<u64>,
}

impl Events {
    pub(crate) fn new(workspace: Workspace, after: u64) -> Self {
        let news = workspace.shared.listen(workspace.id());
        Self {
            workspace,
            after,
            read: VecDeque::new(),
            news,
        }
    }

    /// The next event; waits until there is one. Events that another process
    /// committed are seen when this one commits next.
    ///
    /// Cancel-safe: an event that was not returned is returned by the next
    /// call.
    ///
    /// # Errors
    /// The store's. The same event is tried again by the next call.
    pub async fn next(&mut self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.try_next().await? {
                return Ok(event);
            }
            // The service outlives its listeners: the sender cannot be gone.
            self.news.changed().await.map_err(|_| Error::stopped())?;
        }
    }

    /// The next event where one is committed already.
    ///
    /// # Errors
    /// The store's.
    pub async fn try_next(&mut self) -> Result<Option<Event>, Error> {
        if self.read.is_empty() {
            self.news.mark_unchanged();
            self.read = self
                .workspace
                .read_events(self.after, EVENTS_AT_ONCE)
                .await?
                .into();
        }
        let next = self.read.pop_front();
        if let Some(event) = &next {
            self.after = event.seq;
        }
        Ok(next)
    }
}
