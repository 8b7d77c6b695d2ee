//! The inboxes that are being followed. Their passwords live here, in memory,
//! and are gone when the program ends.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink::{ConnectedInbox, Diagnosis, InboxId};
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

/// Why an inbox stopped.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub(crate) say: String,
    pub(crate) link: Option<&'static str>,
}

#[derive(Default)]
pub(crate) struct Inboxes {
    running: Mutex<BTreeMap<InboxId, Running>>,
}

struct Running {
    inbox: ConnectedInbox,
    task: Option<JoinHandle<()>>,
    state: State,
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
pub(crate) fn follow(app: &Shared, inbox: ConnectedInbox, host: String) {
    let id = inbox.id();
    let task = tokio::spawn({
        let (app, inbox) = (app.clone(), inbox.clone());
        async move {
            let error = inbox
                .follow(|live| app.feed.noticed(&app, id, live.noticed))
                .await;
            let link = error.diagnosis().and_then(|it: Diagnosis| it.link(&host));
            let say = error.to_string();
            tracing::warn!(inbox = %id, %error, "an inbox stopped");
            if let Some(running) = app.inboxes.lock().get_mut(&id) {
                running.state = State::Stopped(Trouble { say, link });
            }
            app.changed(&[Topic::Inboxes]);
        }
    });
    let running = Running {
        inbox,
        task: Some(task),
        state: State::Following,
    };
    let before = app.inboxes.lock().insert(id, running);
    if let Some(task) = before.and_then(|before| before.task) {
        task.abort();
    }
    app.changed(&[Topic::Inboxes]);
}
