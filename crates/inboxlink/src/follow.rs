//! Staying connected: INBOX by IDLE, the other folders by looking again.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use inboxlink_engine::Batch;
use inboxlink_imap::{Session, Watched};
use inboxlink_model::FolderRole;
use inboxlink_sync::{FolderPolicy, FolderState, RawMail};
use tokio::sync::Notify;

use crate::{
    ConnectedInbox, Error, clock,
    harvest::prepare,
    limits::{BACKOFF_MAX, BACKOFF_MIN, LOOK_FOR_STOPS, POLL_FOLDERS},
};

/// New mail was committed; its events can be read.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Live {
    /// When the server's notice was read, or the look at a folder began.
    pub noticed: Instant,
    /// The number of the newest event then: what was noticed is told by events
    /// up to this one.
    pub up_to: u64,
}

impl ConnectedInbox {
    /// Syncs, and then follows: what arrives in INBOX is committed within a
    /// round trip of the server's notice, other folders are looked at every
    /// minute, and at once when a mail arrives that answers something.
    /// Follow-ups are sent as soon as they are due, unless
    /// [`Options`](crate::Options) say otherwise.
    ///
    /// Runs until it is dropped, which is safe at any moment. Connections
    /// that break are made again, with growing pauses. It ends by itself only
    /// where a person has to act, where the inbox is paused or removed, or the
    /// store fails.
    pub async fn follow(&self, on_live: impl Fn(Live) + Send + Sync) -> Error {
        match Box::pin(self.follow_all(&on_live)).await {
            Ok(()) => Error::stopped(),
            Err(error) => error,
        }
    }

    async fn follow_all(&self, on_live: &(impl Fn(Live) + Sync)) -> Result<(), Error> {
        let sending = async {
            let mut patience = Patience::new();
            loop {
                if let Err(error) = self.keep_sending().await {
                    patience.bear(error).await?;
                }
            }
        };
        // What was left to be sent when the program ended waits for no sync.
        let (sending, watching) = (pin!(sending), pin!(self.watch_all(on_live)));
        let stopping = pin!(self.until_stopped());
        tokio::select! {
            // Why a login failed says more than that the inbox has stopped.
            biased;
            ended = watching => ended,
            ended = sending => ended,
            ended = stopping => ended,
        }
    }

    /// Ends where the inbox was paused, removed or stopped: at once where this
    /// process did it, and soon where another one did.
    async fn until_stopped(&self) -> Result<(), Error> {
        let mut bell = self.workspace.shared.stops.listen(self.id);
        loop {
            match self.may_sync().await {
                Err(error) if self.is_stored() && !error.is_transient() => return Err(error),
                _ => {}
            }
            let _ = tokio::time::timeout(LOOK_FOR_STOPS, bell.changed()).await;
        }
    }

    /// Syncs, and then watches all folders.
    async fn watch_all(&self, on_live: &(impl Fn(Live) + Sync)) -> Result<(), Error> {
        let mut patience = Patience::new();
        let (noticed, before) = (Instant::now(), self.workspace.newest_event().await?);
        while let Err(error) = self.sync(|_| {}).await {
            patience.bear(error).await?;
        }
        // What arrived since the last sync is live, though no notice told of it.
        let up_to = self.workspace.newest_event().await?;
        if up_to > before {
            on_live(Live { noticed, up_to });
        }
        let answers = Notify::new();
        let inbox = async {
            let mut patience = Patience::new();
            loop {
                if let Err(error) = self.follow_inbox(on_live, &answers).await {
                    patience.bear(error).await?;
                }
            }
        };
        let others = async {
            let mut patience = Patience::new();
            loop {
                if let Err(error) = self.follow_others(on_live, &answers).await {
                    patience.bear(error).await?;
                }
            }
        };
        let (inbox, others) = (pin!(inbox), pin!(others));
        tokio::select! {
            ended = inbox => ended,
            ended = others => ended,
        }
    }

    /// Watches INBOX until the connection breaks.
    async fn follow_inbox(
        &self,
        on_live: &(impl Fn(Live) + Sync),
        answers: &Notify,
    ) -> Result<(), Error> {
        let failed = |error| self.failed(error);
        let Some(mut folder) = self.watched_folder().await? else {
            // Nothing to watch: the other folders are looked at all the same.
            return std::future::pending().await;
        };
        let mut session = self.enter().await?;
        let server = session.examine(&folder.raw_name).await.map_err(failed)?;
        if folder.uid_validity != Some(server.uid_validity) {
            // Renumbered since it was synced: the sync sorts that out.
            session.logout().await;
            self.sync(|_| {}).await?;
            return Ok(());
        }
        let mut noticed = Instant::now();
        loop {
            let next = folder
                .stored
                .max()
                .unwrap_or(0)
                .max(folder.live_from.saturating_sub(1))
                .saturating_add(1);
            let mails = self.fetch_live(&mut session, next).await?;
            if !mails.is_empty() {
                folder.stored = folder
                    .stored
                    .union(&mails.iter().map(|mail| mail.uid).collect());
                let answered = self.commit_live(&folder, mails).await?;
                let up_to = self.workspace.newest_event().await?;
                on_live(Live { noticed, up_to });
                if answered {
                    answers.notify_one();
                }
            }
            while session
                .watch(Duration::from_secs(3600))
                .await
                .map_err(failed)?
                == Watched::Quiet
            {}
            noticed = Instant::now();
        }
    }

    async fn fetch_live(&self, session: &mut Session, next: u32) -> Result<Vec<RawMail>, Error> {
        let partial = self.workspace.shared.options.fetch_bytes;
        session
            .fetch_from(next, Some(partial))
            .await
            .map_err(|error| self.failed(error))
    }

    /// Commits new mails; answers whether one of them refers to another.
    async fn commit_live(&self, folder: &FolderState, mails: Vec<RawMail>) -> Result<bool, Error> {
        let prepared = prepare(self, Batch::new(self.id, folder), mails)
            .await
            .map_err(|_| Error::stopped())?;
        let refers = prepared.refers();
        self.workspace.apply_prepared(prepared).await?;
        Ok(refers)
    }

    /// INBOX, else the first folder that is synced.
    async fn watched_folder(&self) -> Result<Option<FolderState>, Error> {
        let mut folders = self
            .workspace
            .shared
            .store
            .folders(self.workspace.id(), self.id)
            .await?;
        folders.retain(|folder| folder.policy == FolderPolicy::Sync);
        folders.sort_by_key(|folder| (folder.role != FolderRole::Inbox, folder.id));
        Ok(folders.into_iter().next())
    }

    /// Looks at the other folders now and then.
    async fn follow_others(
        &self,
        on_live: &(impl Fn(Live) + Sync),
        answers: &Notify,
    ) -> Result<(), Error> {
        let mut look = self.workspace.shared.looks.listen(self.id);
        loop {
            // A minute, or as soon as an answer arrives whose question may
            // lie in Sent, or somebody waits for an answer that may lie here.
            let until = self.until_due(POLL_FOLDERS).await?;
            tokio::select! {
                () = tokio::time::sleep(until) => {}
                () = answers.notified() => {}
                _ = look.changed() => {}
            }
            look.mark_unchanged();
            let noticed = Instant::now();
            let before = self.workspace.newest_event().await?;
            // What waits for an answer wants INBOX read too, up to now.
            let all = self.until_due(POLL_FOLDERS).await?.is_zero();
            let began = clock::now();
            let report = self
                .sync_folders(
                    |folder| all || folder.role != FolderRole::Inbox,
                    &mut 0,
                    &mut |_| {},
                )
                .await?;
            if all && report.unopened.is_empty() {
                self.workspace.read_up_to(self.id, began);
                self.workspace.tick().await?;
            }
            let up_to = self.workspace.newest_event().await?;
            if up_to > before {
                on_live(Live { noticed, up_to });
            }
        }
    }
}

impl ConnectedInbox {
    /// How long it is until something that waits for an answer is due, at most
    /// so long.
    async fn until_due(&self, most: Duration) -> Result<Duration, Error> {
        let Some(due) = self.workspace.next_due().await? else {
            return Ok(most);
        };
        let millis = due.0.saturating_sub(clock::now().0).max(0);
        Ok(Duration::from_millis(millis.unsigned_abs()).min(most))
    }
}

/// Pauses that grow while a connection keeps breaking.
struct Patience {
    pause: Duration,
    since: Instant,
}

impl Patience {
    fn new() -> Self {
        Self {
            pause: BACKOFF_MIN,
            since: Instant::now(),
        }
    }

    /// Waits after an error that passes by itself; hands back any other.
    async fn bear(&mut self, error: Error) -> Result<(), Error> {
        if !error.is_transient() {
            return Err(error);
        }
        if self.since.elapsed() > BACKOFF_MAX * 2 {
            // It held for a while: this is a new trouble.
            self.pause = BACKOFF_MIN;
        }
        tracing::info!(%error, "the connection is made again");
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(BACKOFF_MAX);
        self.since = Instant::now();
        Ok(())
    }
}
