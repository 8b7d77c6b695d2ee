//! A connected inbox: its settings, and how to reach it.

use std::fmt;

use inboxlink_engine::{Inbox, Input};
use inboxlink_imap::{ConnectOptions, Endpoint, Session, StageReport, Timeouts, connect};
use inboxlink_model::InboxId;
use inboxlink_settings::ConnectionSettings;
use inboxlink_smtp::SmtpSettings;

use crate::{Error, Workspace};

/// An inbox of a workspace, with the password in memory. Cheap enough to
/// clone.
#[derive(Clone)]
pub struct ConnectedInbox {
    pub(crate) workspace: Workspace,
    pub(crate) id: InboxId,
    pub(crate) settings: ConnectionSettings,
}

impl ConnectedInbox {
    pub(crate) fn new(workspace: Workspace, id: InboxId, settings: ConnectionSettings) -> Self {
        Self {
            workspace,
            id,
            settings,
        }
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
        self.workspace.apply(Input::PutInbox(inbox)).await
    }

    pub(crate) async fn open(
        &self,
        watch: &mut (dyn FnMut(StageReport) + Send),
    ) -> Result<Session, Error> {
        let options = &self.workspace.shared.options;
        let mut how = ConnectOptions::default();
        how.host_policy = options.host_policy.clone();
        how.extra_ca = self.roots();
        how.timeouts = Timeouts::at_most(options.timeout);
        let settings = &self.settings;
        let endpoint = Endpoint {
            host: settings.host().to_owned(),
            port: settings.port(),
            security: settings.security(),
        };
        let connection = connect(&endpoint, &how, watch)
            .await
            .map_err(|error| self.failed(error))?;
        let session = connection
            .login(settings.username(), settings.password(), watch)
            .await;
        session.map_err(|error| self.failed(error))
    }

    /// How to reach the account's submission server.
    pub(crate) fn smtp_settings(&self) -> SmtpSettings {
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
        smtp
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
