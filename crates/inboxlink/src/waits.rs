//! Waits for an answer: listed, paused, ended, and looked at when they are due.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use inboxlink_engine::{Enrolled, Input, Page};
use inboxlink_model::{EnrolmentId, InboxId, Timestamp, WorkspaceId};
use inboxlink_replies::enrolment::Event;

use crate::{Error, Workspace, apply::Prepared, clock};

/// Up to when the mail of each inbox is stored, as far as this process has read
/// it. It is never stored: an inbox that nobody reads must not look silent.
#[derive(Debug, Default)]
pub(crate) struct Watermarks(Mutex<BTreeMap<(WorkspaceId, InboxId), Timestamp>>);

impl Watermarks {
    fn of(&self, workspace: WorkspaceId) -> BTreeMap<InboxId, Timestamp> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_it = all.iter().filter(|((of, _), _)| *of == workspace);
        of_it.map(|((_, inbox), at)| (*inbox, *at)).collect()
    }

    fn put(&self, workspace: WorkspaceId, inbox: InboxId, at: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Not the latest ever: a clock that was set back is right now.
        all.insert((workspace, inbox), at);
    }
}

impl Workspace {
    /// The mails of ours that rules wait for answers to, and those that they
    /// waited for, newest first. `before` is [`Page::next`] of the page before.
    ///
    /// # Errors
    /// The store's; so it is with all that follow.
    pub async fn enrolments(
        &self,
        before: Option<(Timestamp, EnrolmentId)>,
        limit: usize,
    ) -> Result<Page<Enrolled, (Timestamp, EnrolmentId)>, Error> {
        Ok(self.shared.store.enrolments(self.id, before, limit).await?)
    }

    /// Stops the clock of a wait. Answers `false` where it does not run.
    pub async fn pause_enrolment(&self, id: EnrolmentId) -> Result<bool, Error> {
        let now = clock::now();
        self.enrolment_event(id, Event::Pause { now }).await
    }

    /// Lets the clock of a wait run again; the deadline is later by the pause.
    /// Answers `false` where it was not stopped.
    pub async fn resume_enrolment(&self, id: EnrolmentId) -> Result<bool, Error> {
        let now = clock::now();
        self.enrolment_event(id, Event::Resume { now }).await
    }

    /// Ends a wait: its rule does not fire for it. Answers `false` where it has
    /// ended already.
    pub async fn cancel_enrolment(&self, id: EnrolmentId) -> Result<bool, Error> {
        self.enrolment_event(id, Event::Cancel).await
    }

    async fn enrolment_event(&self, enrolment: EnrolmentId, event: Event) -> Result<bool, Error> {
        let input = Input::Enrolment { enrolment, event };
        let applied = self.apply_prepared(Prepared::new(self.id, input)).await?;
        Ok(applied.is_some())
    }

    /// Looks at the waits that are due: rules fire where it is certain that
    /// nobody answered in time. [`follow`](crate::ConnectedInbox::follow) does
    /// this by itself; an inbox that this process does not follow keeps what
    /// waits for it waiting.
    pub async fn tick(&self) -> Result<(), Error> {
        let now = clock::now();
        let read = self.shared.watermarks.of(self.id);
        self.apply(Input::Tick { now, read }).await
    }

    /// When the next wait is to be looked at.
    pub(crate) async fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.shared.store.next_due(self.id).await?)
    }

    /// All mail of an inbox is stored that its server had received by then.
    pub(crate) fn read_up_to(&self, inbox: InboxId, at: Timestamp) {
        self.shared.watermarks.put(self.id, inbox, at);
    }
}
