//! One attempt at sending a mail.

use std::pin::pin;

use inboxlink_engine::FollowUp;
use inboxlink_model::Timestamp;
use inboxlink_replies::followup::{FollowUpEvent, FollowUpState};
use inboxlink_replies::ids_given_by;
use inboxlink_smtp::{FailureKind, Outcome, SmtpSettings, transmit};

use super::claim::Claim;
use crate::{
    ConnectedInbox, Error,
    clock::{self, millis},
    limits::{ATTEMPT_TIME, LEASE, RENEW},
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
        let until = now.plus_millis(millis(LEASE));
        let begins = FollowUpEvent::Attempt { now, until };
        match workspace.follow_up_event(follow_up, begins).await? {
            Some(FollowUpState::Attempting { .. }) => {}
            // Another process was faster, or it may not go out now.
            other => {
                claim.untold = None;
                return Ok(other.is_some());
            }
        }
        let ended = self.transmit_held(follow_up, until).await;
        claim.untold = Some(ended.clone());
        let news = workspace.follow_up_event(follow_up, ended).await?;
        claim.untold = None;
        if let Some(FollowUpState::Accepted { text, .. }) = &news {
            self.put_aliases(follow_up, text).await;
        }
        Ok(news.is_some())
    }

    /// Sends the mail, and says every now and then that it is still at it, so
    /// that a sender that was killed is soon known to be none. One that could
    /// not say so in time stops: others hold it for dead.
    async fn transmit_held(&self, follow_up: &FollowUp, mut until: Timestamp) -> FollowUpEvent {
        let mut sent = pin!(self.transmit(follow_up));
        loop {
            let renew = async {
                tokio::time::sleep(RENEW).await;
                let until = clock::now().plus_millis(millis(LEASE));
                let event = FollowUpEvent::Renew { until };
                let renewed = self.workspace.follow_up_event(follow_up, event).await;
                (renewed, until)
            };
            let (renewed, next) = tokio::select! {
                ended = &mut sent => return ended,
                renewed = renew => renewed,
            };
            match renewed {
                Ok(Some(_)) => until = next,
                // The store may be back before the time is over.
                Err(_) if clock::now() < until => {}
                _ => {
                    let reason = "whoever sent it was held for dead meanwhile".to_owned();
                    return FollowUpEvent::Lost { reason };
                }
            }
        }
    }

    /// Sends the mail, once.
    async fn transmit(&self, follow_up: &FollowUp) -> FollowUpEvent {
        let settings = match self.smtp_settings().await {
            Ok(settings) => settings,
            // Nothing was sent; somebody may sign in again by the next time.
            Err(error) => {
                return FollowUpEvent::Refused {
                    permanent: false,
                    code: None,
                    text: error.to_string(),
                    now: clock::now(),
                };
            }
        };
        let sent = self.transmit_with(settings, follow_up);
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

    /// Notes the ids that the provider put in the place of ours.
    async fn put_aliases(&self, follow_up: &FollowUp, acceptance: &str) {
        for id in ids_given_by(&self.settings.smtp().host, acceptance) {
            let noted = self.workspace.put_alias(follow_up.message, id).await;
            if let Err(error) = noted {
                tracing::warn!(%error, "an id of a mail that was sent could not be stored");
            }
        }
    }

    /// A token that is refused may have run out just now: another one is
    /// tried, once. No mail was sent with the first.
    async fn transmit_with(&self, mut settings: SmtpSettings, follow_up: &FollowUp) -> Outcome {
        let outcome = transmit(&settings, &follow_up.mail).await;
        if let (Outcome::NotSent(failure), Some(keeper), Some(token)) =
            (&outcome, &self.keeper, &settings.token)
            && failure.kind() == FailureKind::Token
            && let Ok(another) = keeper.instead_of(token).await
        {
            settings.token = Some(another);
            return transmit(&settings, &follow_up.mail).await;
        }
        outcome
    }
}
