//! Connecting an inbox: a test, and whether it is one that is known already.

use std::{collections::BTreeMap, sync::Arc};

use inboxlink_engine::{Inbox, Mail, WorkspaceConfig};
use inboxlink_imap::{FetchEvent, Session, StageReport};
use inboxlink_model::{FolderRole, Identity, InboxId};
use inboxlink_oauth::Keeper;
use inboxlink_settings::ConnectionSettings;
use inboxlink_sync::{FolderState, UidSet};

use crate::{
    ConnectedInbox, Error, Workspace,
    limits::{SAMPLE_MAILS, SAMPLE_MIN},
};

/// Tells of stages, timed.
pub(crate) type Watch<'a> = &'a mut (dyn FnMut(StageReport) + Send);

impl Workspace {
    /// Connects an inbox: logs in to see that the settings work, and stores
    /// them; the password only sealed, and only where
    /// [`key_provider`](crate::Options::key_provider) is given. Sync it with
    /// [`ConnectedInbox::sync`], or follow it with [`ConnectedInbox::follow`].
    ///
    /// Connecting the same account again edits it, and resumes it where it
    /// had stopped. An account that was renamed or moved to another host is
    /// known by its mail: it stays the same inbox, with its history.
    ///
    /// # Errors
    /// What the connection failed of, with [`Error::diagnosis`]; or the store.
    pub async fn connect(&self, settings: ConnectionSettings) -> Result<ConnectedInbox, Error> {
        self.connect_watched(settings, |_| {}).await
    }

    /// Connects an inbox, and tells of each stage of the test connection.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_watched(
        &self,
        settings: ConnectionSettings,
        mut watch: impl FnMut(StageReport) + Send,
    ) -> Result<ConnectedInbox, Error> {
        let inbox = self.recognised(settings, None, &mut watch).await?;
        inbox.admit().await
    }

    /// An inbox by its settings, without asking its server: for a service that
    /// keeps its passwords itself and starts again. Its settings are stored
    /// when a sync has logged in. One that was renamed or moved since it was
    /// connected is found by [`reopen`](Self::reopen).
    pub fn inbox(&self, settings: ConnectionSettings) -> ConnectedInbox {
        let id = Inbox::id_for(self.id, settings.host(), settings.username());
        ConnectedInbox::new(self.clone(), id, settings)
    }

    /// Tests settings, and finds out which inbox they are of.
    pub(crate) async fn recognised(
        &self,
        settings: ConnectionSettings,
        keeper: Option<Arc<Keeper>>,
        watch: Watch<'_>,
    ) -> Result<ConnectedInbox, Error> {
        self.may_test()?;
        let config = self.config().await?;
        let known = by_account(&config, &settings);
        let id = known.unwrap_or_else(|| fresh_id(self, &config, &settings));
        let mut inbox = ConnectedInbox::new(self.clone(), id, settings).signed_in(keeper);
        let mut session = inbox.open(watch).await?;
        let folders = inbox.look_around(&mut session, watch).await?;
        if known.is_none() && !config.inboxes.is_empty() {
            let same = inbox.known_by_its_mail(&mut session, &folders).await?;
            inbox.id = same.unwrap_or(id);
        }
        session.logout().await;
        Ok(inbox)
    }
}

impl Workspace {
    /// Refuses more tests than the options allow.
    pub(crate) fn may_test(&self) -> Result<(), Error> {
        let limit = self.shared.options.tests_per_minute;
        match self.shared.budget.take(self.id, limit) {
            true => Ok(()),
            false => Err(Error::too_many_tests()),
        }
    }
}

impl ConnectedInbox {
    /// Makes it one of the workspace's.
    pub(crate) async fn admit(self) -> Result<Self, Error> {
        self.remember().await?;
        self.store_settings().await?;
        Ok(self.stored())
    }

    /// The inbox that holds the same mail: nearly all of a sample that lies in
    /// INBOX and in the folder of what was sent.
    async fn known_by_its_mail(
        &self,
        session: &mut Session,
        folders: &[FolderState],
    ) -> Result<Option<InboxId>, Error> {
        let (mut sample, mut sent) = (0, 0);
        let mut held: BTreeMap<InboxId, (usize, usize)> = BTreeMap::new();
        for role in [FolderRole::Inbox, FolderRole::Sent] {
            let Some(folder) = folders.iter().find(|folder| folder.role == role) else {
                continue;
            };
            for message in self.sample(session, folder).await? {
                let own = usize::from(role == FolderRole::Sent);
                (sample, sent) = (sample + 1, sent + own);
                let store = &self.workspace.shared.store;
                let Some(message) = store.message(self.workspace.id(), message).await? else {
                    continue;
                };
                for inbox in message.inboxes {
                    let (all, of_sent) = held.entry(inbox).or_default();
                    (*all, *of_sent) = (*all + 1, *of_sent + own);
                }
            }
        }
        // Colleagues hold much of the same mail, but not what each has sent;
        // and mail that came since the move is in nobody's.
        let same = |(all, of_sent): (usize, usize)| {
            sample >= SAMPLE_MIN && all * 5 >= sample * 4 && of_sent * 2 >= sent
        };
        let mut all = held.into_iter();
        Ok(all
            .find(|(_, counts)| same(*counts))
            .map(|(inbox, _)| inbox))
    }

    /// Some of a folder's messages, from its first to its last.
    async fn sample(
        &self,
        session: &mut Session,
        folder: &FolderState,
    ) -> Result<Vec<Identity>, Error> {
        let failed = |error| self.failed(error);
        session.examine(&folder.raw_name).await.map_err(failed)?;
        let uids = session.uids().await.map_err(failed)?;
        let step = usize::try_from(uids.len()).unwrap_or(usize::MAX) / SAMPLE_MAILS + 1;
        let some: UidSet = uids.iter().step_by(step).collect();
        let partial = self.workspace.shared.options.fetch_bytes;
        let mut fetch = session.fetch([some], Some(partial));
        let mut found = Vec::new();
        while let Some(event) = fetch.next().await.map_err(failed)? {
            if let FetchEvent::Mail(mail) = event {
                found.push(Mail::parse(&mail).message.identity());
            }
        }
        Ok(found)
    }
}

/// The inbox of that account, where it was not renamed or moved.
fn by_account(config: &WorkspaceConfig, settings: &ConnectionSettings) -> Option<InboxId> {
    let same = |inbox: &&Inbox| {
        inbox.host == settings.host()
            && inbox.username.to_lowercase() == settings.username().to_lowercase()
    };
    config.inboxes.iter().find(same).map(|inbox| inbox.id)
}

/// An id for an account that is not known: another one's, which had this name
/// before it was renamed, is passed over.
fn fresh_id(
    workspace: &Workspace,
    config: &WorkspaceConfig,
    settings: &ConnectionSettings,
) -> InboxId {
    let mut username = settings.username().to_owned();
    loop {
        let id = Inbox::id_for(workspace.id(), settings.host(), &username);
        match config.inbox(id) {
            Some(_) => username.push('+'),
            None => return id,
        }
    }
}
