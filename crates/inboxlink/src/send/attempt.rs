//! One attempt at sending a mail: begun by one caller, and not forgotten
//! where that one is dropped on the way.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink_engine::FollowUp;
use inboxlink_model::{FollowUpId, InboxId};
use inboxlink_replies::followup::FollowUpEvent;
use inboxlink_smtp::{SmtpSettings, transmit};

use crate::{ConnectedInbox, Error, clock, limits::ATTEMPT_TIME};

/// The attempts of this process: those under way, and those that ended
/// without the store having been told how.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// What is still to be told; `None` while an attempt is under way.
    held: Mutex<BTreeMap<(InboxId, FollowUpId), Option<FollowUpEvent>>>,
}

impl Attempts {
    /// What is still to be told of an inbox's attempts.
    pub(super) fn untold(&self, inbox: InboxId) -> Vec<(FollowUpId, FollowUpEvent)> {
        let held = self.lock();
        let of_it = held.iter().filter(|((of, _), _)| *of == inbox);
        of_it
            .filter_map(|((_, id), event)| Some((*id, event.clone()?)))
            .collect()
    }

    /// It is told.
    pub(super) fn forget(&self, inbox: InboxId, id: FollowUpId) {
        self.lock().remove(&(inbox, id));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(InboxId, FollowUpId), Option<FollowUpEvent>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt under way. Dropped before its end was told, it leaves word of
/// what is known of it.
pub(super) struct Attempt<'a> {
    inbox: &'a ConnectedInbox,
    id: FollowUpId,
    untold: Option<FollowUpEvent>,
}

impl<'a> Attempt<'a> {
    /// Stores that an attempt begins; `None` where it is somebody else's.
    pub(super) async fn begin(
        inbox: &'a ConnectedInbox,
        follow_up: &FollowUp,
    ) -> Result<Option<Self>, Error> {
        let attempts = &inbox.workspace.shared.attempts;
        let key = (inbox.id, follow_up.id);
        if attempts.lock().contains_key(&key) {
            return Ok(None);
        }
        attempts.lock().insert(key, None);
        // From here on, since a commit that nobody waits for takes place too.
        let mut attempt = Self {
            inbox,
            id: follow_up.id,
            untold: Some(FollowUpEvent::Interrupted),
        };
        let now = clock::now();
        let millis = i64::try_from(ATTEMPT_TIME.as_millis()).unwrap_or(i64::MAX);
        let until = now.plus_millis(millis);
        let event = FollowUpEvent::Attempt { now, until };
        if inbox.workspace.follow_up_event(follow_up, event).await? {
            return Ok(Some(attempt));
        }
        attempt.untold = None;
        Ok(None)
    }

    /// Sends the mail, once, and stores what became of it; answers whether
    /// that was news.
    pub(super) async fn run(mut self, follow_up: &FollowUp) -> Result<bool, Error> {
        let settings = self.inbox.smtp_settings();
        let sent = transmit(&settings, &follow_up.mail);
        let event = match tokio::time::timeout(ATTEMPT_TIME, sent).await {
            Ok(outcome) => outcome.event(clock::now()),
            Err(_) => FollowUpEvent::Lost {
                reason: "the server took too long over it".to_owned(),
            },
        };
        self.untold = Some(event.clone());
        let workspace = &self.inbox.workspace;
        let news = workspace.follow_up_event(follow_up, event).await?;
        self.untold = None;
        Ok(news)
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut held = self.inbox.workspace.shared.attempts.lock();
        let key = (self.inbox.id, self.id);
        match self.untold.take() {
            None => held.remove(&key),
            event => held.insert(key, event),
        };
    }
}

impl ConnectedInbox {
    fn smtp_settings(&self) -> SmtpSettings {
        let (settings, options) = (&self.settings, &self.workspace.shared.options);
        let server = settings.smtp();
        let mut smtp = SmtpSettings::new(
            server.host.clone(),
            server.port,
            server.security,
            settings.username(),
            settings.password().clone(),
        );
        smtp.host_policy.clone_from(&options.host_policy);
        let roots = options.extra_roots.iter();
        smtp.extra_ca = roots.map(|pem| pem.clone().into_bytes()).collect();
        smtp
    }
}
