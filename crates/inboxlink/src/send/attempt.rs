//! One attempt at sending a mail.

use inboxlink_engine::FollowUp;
use inboxlink_replies::followup::FollowUpEvent;
use inboxlink_smtp::transmit;

use super::claim::Claim;
use crate::{
    ConnectedInbox, Error,
    clock::{self, millis},
    limits::{ATTEMPT_TIME, COMMIT_TIME},
};

impl ConnectedInbox {
    /// Stores that an attempt begins, sends, and stores how it ended; answers
    /// whether the follow-up got further.
    pub(super) async fn attempt(
        &self,
        follow_up: &FollowUp,
        mut claim: Claim<'_>,
    ) -> Result<bool, Error> {
        let workspace = &self.workspace;
        // From here on: a commit that nobody waits for takes place too.
        claim.untold = Some(FollowUpEvent::Interrupted);
        let now = clock::now();
        let until = now.plus_millis(millis(ATTEMPT_TIME + COMMIT_TIME));
        let begins = FollowUpEvent::Attempt { now, until };
        if !workspace.follow_up_event(follow_up, begins).await? {
            // Another process was faster.
            claim.untold = None;
            return Ok(false);
        }
        let ended = self.transmit(follow_up).await;
        claim.untold = Some(ended.clone());
        let news = workspace.follow_up_event(follow_up, ended).await?;
        claim.untold = None;
        Ok(news)
    }

    /// Sends the mail, once.
    async fn transmit(&self, follow_up: &FollowUp) -> FollowUpEvent {
        let settings = self.smtp_settings();
        let sent = transmit(&settings, &follow_up.mail);
        let Ok(outcome) = tokio::time::timeout(ATTEMPT_TIME, sent).await else {
            let reason = "the server took too long over it".to_owned();
            return FollowUpEvent::Lost { reason };
        };
        let now = clock::now();
        match outcome.event(now) {
            FollowUpEvent::Accepted { text, .. } => {
                let copy_due = (!self.settings.smtp().keeps_sent()).then_some(now);
                FollowUpEvent::Accepted { text, copy_due }
            }
            other => other,
        }
    }
}
