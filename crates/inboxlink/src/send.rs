//! Sending follow-ups: an attempt is stored before its first byte leaves, and
//! its outcome after its last answer; what nobody knows is never sent again.

mod attempt;
mod claim;
mod copies;

use std::time::Duration;

use inboxlink_engine::{FollowUp, Input};
use inboxlink_model::{FolderRole, FollowUpId};
use inboxlink_replies::followup::{FollowUpEvent, FollowUpState};
use inboxlink_sync::FolderState;
use tokio::time::timeout;

pub(crate) use self::claim::Claims;
use crate::{
    ConnectedInbox, Error, SendReport, Workspace,
    apply::Prepared,
    clock::{self, millis},
    limits::{HELD_PAUSE, LOOK_FOR_FOLLOW_UPS, SEND_AT_ONCE},
};

impl ConnectedInbox {
    /// Sends every follow-up of this inbox that is due, one after another, by
    /// the account's submission server, and puts a copy into the account's
    /// Sent folder where that server doesn't. [`follow`](Self::follow) does
    /// this by itself, unless [`Options`](crate::Options) say otherwise.
    ///
    /// It may be called from anywhere at any time: each attempt is begun by
    /// one caller only. Where the future is dropped while a mail is on its way
    /// nobody knows whether it arrived, and the next call says so.
    ///
    /// # Errors
    /// The store's. What a server refuses is no error: it stands in the report
    /// and in the follow-up.
    pub async fn send_follow_ups(&self) -> Result<SendReport, Error> {
        let mut report = SendReport::default();
        let claims = &self.workspace.shared.claims;
        for (id, event) in claims.untold(self.id) {
            if let Some(follow_up) = self.workspace.follow_up(id).await?
                && self
                    .workspace
                    .follow_up_event(&follow_up, event)
                    .await?
                    .is_some()
            {
                self.count(&mut report, id).await?;
            }
            claims.told(self.id, id);
        }
        // A page at a time; each goes on to its end, or to a later moment.
        loop {
            let mut moved = false;
            for follow_up in self.due().await? {
                if !follow_up.state.is_end() && self.see_to(&follow_up).await? {
                    self.count(&mut report, follow_up.id).await?;
                    moved = true;
                }
            }
            moved |= self.make_copies(&mut report).await?;
            if !moved {
                return Ok(report);
            }
        }
    }

    /// Sends one that is due, or gives up an attempt that is long over;
    /// answers whether it got further.
    async fn see_to(&self, follow_up: &FollowUp) -> Result<bool, Error> {
        if let FollowUpState::Attempting { .. } = follow_up.state {
            let event = FollowUpEvent::Interrupted;
            let news = self.workspace.follow_up_event(follow_up, event).await?;
            return Ok(news.is_some());
        }
        if follow_up.reminds
            && let Err(error) = self.last_look().await
        {
            // An inbox out of reach must not look like silence.
            let event = FollowUpEvent::Postpone {
                at: clock::now().plus_millis(millis(LOOK_FOR_FOLLOW_UPS)),
                why: error.to_string(),
            };
            let news = self.workspace.follow_up_event(follow_up, event).await?;
            return Ok(news.is_some());
        }
        match self.workspace.shared.claims.claim(self.id, follow_up.id) {
            Some(claim) => self.attempt(follow_up, claim).await,
            None => Ok(false),
        }
    }

    /// Reads INBOX once more, right before somebody is reminded: an answer that
    /// came since withdraws the reminder.
    async fn last_look(&self) -> Result<(), Error> {
        let inbox = |folder: &FolderState| folder.role == FolderRole::Inbox;
        self.sync_folders(inbox, &mut 0, &mut |_| {})
            .await
            .map(drop)
    }

    async fn count(&self, report: &mut SendReport, id: FollowUpId) -> Result<(), Error> {
        if let Some(follow_up) = self.workspace.follow_up(id).await? {
            report.count(&follow_up.state);
        }
        Ok(())
    }

    /// Those that are not at their end, the one that is due first coming first.
    async fn under_way(&self) -> Result<Vec<FollowUp>, Error> {
        let (store, workspace) = (&self.workspace.shared.store, self.workspace.id());
        let found = store.follow_ups_under_way(workspace, self.id, SEND_AT_ONCE);
        Ok(found.await?)
    }

    /// Those of them that are due.
    async fn due(&self) -> Result<Vec<FollowUp>, Error> {
        let now = clock::now();
        let mut due = self.under_way().await?;
        due.retain(|follow_up| follow_up.state.due().is_some_and(|due| due <= now));
        Ok(due)
    }

    /// Sends what is due whenever something is; never ends by itself.
    pub(crate) async fn keep_sending(&self) -> Result<(), Error> {
        let shared = &self.workspace.shared;
        if !shared.options.send_follow_ups {
            return std::future::pending().await;
        }
        let mut bell = shared.bells.listen(self.id);
        loop {
            bell.mark_unchanged();
            self.send_follow_ups().await?;
            let next = self.under_way().await?;
            let due = next.iter().filter_map(|next| next.state.due()).min();
            // What is due all the same is in another task's hands.
            let pause = due.map_or(LOOK_FOR_FOLLOW_UPS, |due| {
                match due.0.saturating_sub(clock::now().0) {
                    ..=0 => HELD_PAUSE,
                    millis => Duration::from_millis(millis.unsigned_abs()).min(LOOK_FOR_FOLLOW_UPS),
                }
            });
            let _ = timeout(pause, bell.changed()).await;
        }
    }
}

impl Workspace {
    /// Tells the store what happened to a follow-up; answers its state now,
    /// where that was news.
    async fn follow_up_event(
        &self,
        follow_up: &FollowUp,
        event: FollowUpEvent,
    ) -> Result<Option<FollowUpState>, Error> {
        let id = follow_up.id;
        let follow_up = Box::new(follow_up.clone());
        let input = Input::FollowUp { follow_up, event };
        let applied = self.apply_prepared(Prepared::new(self.id, input)).await?;
        let changes = applied.into_iter().flat_map(|applied| applied.follow_ups);
        Ok(changes
            .filter(|change| change.id == id)
            .map(|change| change.state)
            .next_back())
    }

    /// Sends a follow-up again of which nobody knows whether it arrived, or
    /// that was rejected; whoever asks for it knows that it may arrive twice.
    /// The inbox's [`follow`](ConnectedInbox::follow) sends it at once. Answers
    /// `false` where there is no such follow-up, or none that waits for this.
    ///
    /// # Errors
    /// The store's.
    pub async fn send_again(&self, id: FollowUpId) -> Result<bool, Error> {
        let Some(follow_up) = self.follow_up(id).await? else {
            return Ok(false);
        };
        let now = clock::now();
        let event = FollowUpEvent::SendAgain { now };
        let news = self.follow_up_event(&follow_up, event).await?;
        self.shared.bells.ring(follow_up.inbox);
        Ok(news.is_some())
    }
}
