//! Inboxes that outlive a restart: how to reach them is sealed before it
//! reaches the store.

use std::borrow::Cow;

use inboxlink_engine::Inbox;
use inboxlink_model::InboxId;
use inboxlink_settings::{ConnectionSettings, Security, SignIn};
use inboxlink_vault::VaultError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{ConnectedInbox, Error, Workspace, sealed::Kept};

/// How an account is reached, with its password: what is sealed.
#[derive(Serialize, Deserialize)]
struct Connection<'a> {
    host: &'a str,
    port: u16,
    security: Security,
    smtp_host: &'a str,
    smtp_port: u16,
    smtp_security: Security,
    // What JSON has to escape cannot be borrowed from it.
    username: Cow<'a, str>,
    password: Cow<'a, str>,
    extra_ca: Option<Cow<'a, str>>,
    /// Who signed it in in the browser, instead of a password.
    issuer: Option<Cow<'a, str>>,
}

impl Workspace {
    /// An inbox that was connected before, with what was sealed then: for a
    /// service that starts again. Needs the
    /// [`key_provider`](crate::Options::key_provider) that it was connected
    /// with.
    ///
    /// # Errors
    /// [`Error::needs_user_action`] where nothing was kept for it, or where it
    /// cannot be opened; the store's.
    pub async fn reopen(&self, inbox: InboxId) -> Result<ConnectedInbox, Error> {
        let opened = self.unseal(Kept::Connection, inbox).await?;
        let opened = opened.ok_or(VaultError::NoSecret)?;
        let connection: Connection<'_> =
            serde_json::from_str(opened.expose_secret()).map_err(|_| VaultError::Refused)?;
        let config = self.config().await?;
        let known = config.inbox(inbox).ok_or(VaultError::NoSecret)?;
        let settings = self.settings_of(known, &connection)?;
        let keeper = match &connection.issuer {
            Some(issuer) => Some(self.keeper_again(issuer, inbox).await?),
            None => None,
        };
        let inbox = ConnectedInbox::new(self.clone(), inbox, settings);
        Ok(inbox.signed_in(keeper).stored())
    }

    fn settings_of(
        &self,
        known: &Inbox,
        connection: &Connection<'_>,
    ) -> Result<ConnectionSettings, Error> {
        let password = SecretString::from(connection.password.as_ref());
        let mut builder = ConnectionSettings::builder()
            .name(&known.name)
            .host(connection.host)
            .port(connection.port)
            .security(connection.security)
            .smtp_host(connection.smtp_host)
            .smtp_port(connection.smtp_port)
            .smtp_security(connection.smtp_security)
            .username(connection.username.as_ref())
            .password(password)
            .owner(known.owner)
            .team_inbox(known.team_inbox)
            .create_contacts(known.create_contacts)
            .mail(&known.mail);
        if connection.issuer.is_some() {
            builder = builder.sign_in(SignIn::OAuth2);
        }
        if let Some(pem) = &connection.extra_ca {
            builder = builder.extra_ca(pem.as_ref());
        }
        Ok(builder.build(&self.shared.options.host_policy)?)
    }
}

impl ConnectedInbox {
    /// Seals the settings into the store, where a key provider is given.
    pub(crate) async fn remember(&self) -> Result<(), Error> {
        let workspace = &self.workspace;
        if workspace.key_provider().is_none() {
            return Ok(());
        }
        let secret = self.connection()?;
        workspace.seal(Kept::Connection, self.id, &secret).await
    }

    fn connection(&self) -> Result<SecretString, VaultError> {
        let (settings, smtp) = (&self.settings, self.settings.smtp());
        let connection = Connection {
            host: settings.host(),
            port: settings.port(),
            security: settings.security(),
            smtp_host: &smtp.host,
            smtp_port: smtp.port,
            smtp_security: smtp.security,
            username: settings.username().into(),
            password: settings.password().expose_secret().into(),
            extra_ca: settings.extra_ca().map(Into::into),
            issuer: self.keeper.as_ref().map(|keeper| keeper.issuer().into()),
        };
        let json = serde_json::to_string(&connection).map_err(|_| VaultError::BadSecret)?;
        Ok(json.into())
    }
}
