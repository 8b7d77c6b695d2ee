//! A connected inbox: its settings, and how to reach it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use inboxlink_engine::{Inbox, InboxState, Input};
use inboxlink_imap::{
    ConnectOptions, Connection, Endpoint, ErrorKind, ImapError, Session, Timeouts, connect,
};
use inboxlink_model::{InboxId, MailPolicy};
use inboxlink_oauth::Keeper;
use inboxlink_settings::ConnectionSettings;
use inboxlink_smtp::SmtpSettings;
use secrecy::SecretString;

use crate::{Error, Workspace, connect::Watch};

/// An inbox of a workspace, with the password in memory. Cheap enough to
/// clone.
#[derive(Clone)]
pub struct ConnectedInbox {
    pub(crate) workspace: Workspace,
    pub(crate) id: InboxId,
    pub(crate) settings: ConnectionSettings,
    /// The tokens of a sign-in in the browser, in place of a password.
    pub(crate) keeper: Option<Arc<Keeper>>,
    /// Whether the workspace has its settings.
    is_stored: Arc<AtomicBool>,
}

impl ConnectedInbox {
    pub(crate) fn new(workspace: Workspace, id: InboxId, settings: ConnectionSettings) -> Self {
        Self {
            workspace,
            id,
            settings,
            keeper: None,
            is_stored: Arc::default(),
        }
    }

    pub(crate) fn signed_in(self, keeper: Option<Arc<Keeper>>) -> Self {
        Self { keeper, ..self }
    }

    /// The workspace has its settings.
    pub(crate) fn stored(self) -> Self {
        self.is_stored.store(true, Ordering::Relaxed);
        self
    }

    pub(crate) fn is_stored(&self) -> bool {
        self.is_stored.load(Ordering::Relaxed)
    }

    /// Its id.
    pub fn id(&self) -> InboxId {
        self.id
    }

    /// The workspace it belongs to.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Stores what the form said, without the password, so that the inbox is
    /// one of the workspace's. [`Workspace::connect`] does this by itself; it
    /// is for whoever runs the [test](Self::test) in another way.
    ///
    /// # Errors
    /// The store's.
    pub async fn store_settings(&self) -> Result<(), Error> {
        let inbox = Inbox::new(self.id, &self.settings);
        self.workspace.apply(Input::PutInbox(inbox)).await?;
        self.is_stored.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Logs in to sync: unless the inbox is paused, removed, or waits for
    /// somebody to act. A login that only a person can mend stops it.
    pub(crate) async fn enter(&self) -> Result<Session, Error> {
        let is_stored = self.is_stored();
        if is_stored {
            self.may_sync().await?;
        }
        match self.open(&mut |_| {}).await {
            Ok(session) => {
                if !is_stored {
                    self.store_settings().await?;
                }
                Ok(session)
            }
            Err(error) => {
                if let Some(diagnosis) = error.diagnosis().filter(|_| error.needs_user_action()) {
                    let state = InboxState::NeedsAction(diagnosis);
                    self.workspace.set_state(self.id, state).await?;
                }
                Err(error)
            }
        }
    }

    /// Refuses what is not to be synced.
    pub(crate) async fn may_sync(&self) -> Result<(), Error> {
        let config = self.workspace.config().await?;
        let host = self.settings.host();
        match config.inbox(self.id).map(|inbox| inbox.state) {
            Some(InboxState::Connected) => Ok(()),
            Some(state) => Err(Error::state(host, state)),
            None => Err(Error::state(host, InboxState::Removed)),
        }
    }

    /// What is done with its mail: as stored, since it may have been chosen
    /// anew.
    pub(crate) async fn mail_policy(&self) -> Result<MailPolicy, Error> {
        let config = self.workspace.config().await?;
        let stored = config.inbox(self.id).map(|inbox| inbox.mail.clone());
        Ok(stored.unwrap_or_else(|| self.settings.mail().clone()))
    }

    /// Connects and logs in.
    pub(crate) async fn open(&self, watch: Watch<'_>) -> Result<Session, Error> {
        let Some(keeper) = &self.keeper else {
            let connection = self.dial(watch).await?;
            let (username, password) = (self.settings.username(), self.settings.password());
            let session = connection.login(username, password, watch).await;
            return session.map_err(|error| self.failed(error));
        };
        let no_token = |error| Error::oauth(self.settings.host(), error);
        let token = keeper.token().await.map_err(no_token)?;
        match self.open_with(&token, watch).await {
            Err(error) if error.kind() == ErrorKind::Token => {
                let another = keeper.instead_of(&token).await.map_err(no_token)?;
                let session = self.open_with(&another, watch).await;
                session.map_err(|error| self.failed(error))
            }
            session => session.map_err(|error| self.failed(error)),
        }
    }

    async fn open_with(
        &self,
        token: &SecretString,
        watch: Watch<'_>,
    ) -> Result<Session, ImapError> {
        let connection = self.connect(watch).await?;
        let username = self.settings.username();
        connection.login_with_token(username, token, watch).await
    }

    async fn dial(&self, watch: Watch<'_>) -> Result<Connection, Error> {
        let connection = self.connect(watch).await;
        connection.map_err(|error| self.failed(error))
    }

    async fn connect(&self, watch: Watch<'_>) -> Result<Connection, ImapError> {
        let options = &self.workspace.shared.options;
        let mut how = ConnectOptions::default();
        how.host_policy = options.host_policy.clone();
        how.extra_ca = self.roots();
        how.trust = options.trust;
        how.timeouts = Timeouts::at_most(options.timeout);
        let settings = &self.settings;
        let endpoint = Endpoint {
            host: settings.host().to_owned(),
            port: settings.port(),
            security: settings.security(),
        };
        connect(&endpoint, &how, watch).await
    }

    /// How to reach the account's submission server.
    pub(crate) async fn smtp_settings(&self) -> Result<SmtpSettings, Error> {
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
        smtp.extra_ca = self.roots();
        smtp.trust = options.trust;
        if let Some(keeper) = &self.keeper {
            let token = keeper.token().await;
            smtp.token = Some(token.map_err(|error| Error::oauth(&server.host, error))?);
        }
        Ok(smtp)
    }

    /// Certificates trusted beside the public ones: the service's and the
    /// inbox's own.
    fn roots(&self) -> Vec<Vec<u8>> {
        let service = self.workspace.shared.options.extra_roots.iter();
        let pems = service.map(String::as_str).chain(self.settings.extra_ca());
        pems.map(|pem| pem.as_bytes().to_vec()).collect()
    }

    pub(crate) fn failed(&self, error: inboxlink_imap::ImapError) -> Error {
        Error::imap(self.settings.host(), error)
    }
}

impl fmt::Debug for ConnectedInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectedInbox({} on {})", self.id, self.settings.host())
    }
}
