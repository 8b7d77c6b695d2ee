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
    ConnectedInbox, Error,
    harvest::prepare,
    limits::{BACKOFF_MAX, BACKOFF_MIN, POLL_FOLDERS},
};

/// New mail was committed; its events can be read.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Live {
    /// When the server's notice was read, or the look at a folder began.
    pub noticed: Instant,
}

impl ConnectedInbox {
    /// Syncs, and then follows: what arrives in INBOX is committed within a
    /// round trip of the server's notice, other folders are looked at every
    /// minute, and at once when a mail arrives that answers something.
    ///
    /// Runs until it is dropped, which is safe at any moment. Connections
    /// that break are made again, with growing pauses. It ends by itself only
    /// where a person has to act, or the store fails.
    pub async fn follow(&self, on_live: impl Fn(Live) + Send + Sync) -> Error {
        if let Err(error) = self
            .patiently(async || self.sync(|_| {}).await.map(|_| ()))
            .await
        {
            return error;
        }
        let answers = Notify::new();
        let inbox = pin!(self.patiently(async || self.follow_inbox(&on_live, &answers).await));
        let others = pin!(self.patiently(async || self.follow_others(&on_live, &answers).await));
        tokio::select! {
            ended = inbox => ended,
            ended = others => ended,
        }
        .err()
        .unwrap_or_else(Error::stopped)
    }

    /// Does something again while it fails of what passes by itself.
    async fn patiently(&self, work: impl AsyncFn() -> Result<(), Error>) -> Result<(), Error> {
        let mut pause = BACKOFF_MIN;
        loop {
            let began = Instant::now();
            match work().await {
                Err(error) if error.is_transient() => {
                    tracing::info!(inbox = %self.id, %error, "the connection is made again");
                    if began.elapsed() > BACKOFF_MAX {
                        pause = BACKOFF_MIN;
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(BACKOFF_MAX);
                }
                answer => return answer,
            }
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
        let mut session = self.open(&mut |_| {}).await?;
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
                on_live(Live { noticed });
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
        loop {
            // A minute, or as soon as an answer arrives whose question may
            // lie in Sent.
            let _ = tokio::time::timeout(POLL_FOLDERS, answers.notified()).await;
            let noticed = Instant::now();
            let before = self.workspace.newest_event().await?;
            self.sync_folders(
                |folder| folder.role != FolderRole::Inbox,
                &mut 0,
                &mut |_| {},
            )
            .await?;
            if self.workspace.newest_event().await? > before {
                on_live(Live { noticed });
            }
        }
    }
}
