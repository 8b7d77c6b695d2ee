//! The inboxes that are being followed. Their passwords live here, in memory,
//! and are gone when the program ends.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink::{ConnectedInbox, Error, InboxId};
use tokio::task::JoinHandle;

use crate::{app::Shared, live::Topic};

/// How an inbox of the workspace is doing.
#[derive(Debug, Clone)]
pub(crate) enum State {
    /// Connected, or connecting again.
    Following,
    /// Somebody paused it.
    Paused,
    /// It stopped, and a person has to act.
    Stopped(Trouble),
    /// The program was started anew and does not know its password.
    PasswordNeeded,
}

/// Why an inbox stopped, or cannot send.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub(crate) say: String,
    pub(crate) link: Option<&'static str>,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        Self {
            say: error.to_string(),
            link: error.advice().and_then(|advice| advice.link),
        }
    }
}

#[derive(Default)]
pub(crate) struct Inboxes {
    running: Mutex<BTreeMap<InboxId, Running>>,
}

struct Running {
    inbox: ConnectedInbox,
    task: Option<JoinHandle<()>>,
    state: State,
    /// Why follow-ups cannot be sent, where that was tried and failed.
    sending: Option<Trouble>,
}

impl Inboxes {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<InboxId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self, id: InboxId) -> State {
        self.lock()
            .get(&id)
            .map_or(State::PasswordNeeded, |running| running.state.clone())
    }

    fn change(&self, id: InboxId, change: impl FnOnce(&mut Running)) {
        if let Some(running) = self.lock().get_mut(&id) {
            change(running);
        }
    }

    /// Why an inbox cannot send, as far as is known.
    pub(crate) fn sending(&self, id: InboxId) -> Option<Trouble> {
        self.lock().get(&id)?.sending.clone()
    }

    /// Stops following; the history stays.
    pub(crate) fn pause(&self, id: InboxId) {
        if let Some(running) = self.lock().get_mut(&id) {
            running.state = State::Paused;
            if let Some(task) = running.task.take() {
                // It may be dropped at any moment: what was committed stays.
                task.abort();
            }
        }
    }

    /// Stops following for good, and forgets the password.
    pub(crate) fn forget(&self, id: InboxId) {
        if let Some(task) = self.lock().remove(&id).and_then(|it| it.task) {
            task.abort();
        }
    }

    /// The inbox with its password, to be followed again.
    pub(crate) fn known(&self, id: InboxId) -> Option<ConnectedInbox> {
        self.lock().get(&id).map(|running| running.inbox.clone())
    }

    pub(crate) async fn stop_all(&self) {
        let running = std::mem::take(&mut *self.lock());
        for task in running.into_values().filter_map(|it| it.task) {
            task.abort();
            let _ = task.await;
        }
    }
}

/// Follows an inbox, in place of its last connection where it had one.
pub(crate) fn follow(app: &Shared, inbox: ConnectedInbox) {
    let id = inbox.id();
    let task = tokio::spawn({
        let (app, inbox) = (app.clone(), inbox.clone());
        async move {
            let sending = async {
                if let Err(error) = inbox.test_sending(&mut |_| {}).await {
                    app.inboxes
                        .change(id, |it| it.sending = Some((&error).into()));
                    app.changed(&[Topic::Inboxes]);
                }
            };
            let following = inbox.follow(|live| app.feed.noticed(&app, id, live.noticed));
            let ((), error) = tokio::join!(sending, following);
            tracing::warn!(inbox = %id, %error, "an inbox stopped");
            app.inboxes
                .change(id, |it| it.state = State::Stopped((&error).into()));
            app.changed(&[Topic::Inboxes]);
        }
    });
    let running = Running {
        inbox,
        task: Some(task),
        state: State::Following,
        sending: None,
    };
    let before = app.inboxes.lock().insert(id, running);
    if let Some(task) = before.and_then(|before| before.task) {
        task.abort();
    }
    app.changed(&[Topic::Inboxes]);
}
