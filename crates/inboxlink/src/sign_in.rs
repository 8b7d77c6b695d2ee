//! Signing in in the browser (OAuth2) instead of with a password.

use std::{fmt, sync::Arc};

use inboxlink_dial::{Https, Tls};
use inboxlink_model::InboxId;
use inboxlink_oauth::{Keep, Keeper, Keeping, OAuthApp, OAuthError, Tokens};
use inboxlink_settings::ConnectionSettings;
use inboxlink_vault::VaultError;

use crate::{ConnectedInbox, Error, Workspace, sealed::Kept};

/// A sign-in that was begun; see [`Workspace::sign_in`]. Keep it with the
/// person's session until the browser comes back.
pub struct BrowserSignIn {
    workspace: Workspace,
    settings: ConnectionSettings,
    app: OAuthApp,
    begun: inboxlink_oauth::BrowserSignIn,
}

/// The same by a code that is typed on another machine; see
/// [`Workspace::sign_in_by_device`].
pub struct DeviceSignIn {
    workspace: Workspace,
    settings: ConnectionSettings,
    app: OAuthApp,
    begun: inboxlink_oauth::DeviceSignIn,
}

impl Workspace {
    /// Begins to connect an inbox by a sign-in in the browser, with one of
    /// [`Options::oauth_apps`](crate::Options::oauth_apps) by its issuer's
    /// name. The settings are made with
    /// [`SignIn::OAuth2`](crate::SignIn::OAuth2) and without a password.
    ///
    /// # Errors
    /// [`OAuthError::Setup`] where there is no such app.
    pub fn sign_in(
        &self,
        issuer: &str,
        settings: ConnectionSettings,
    ) -> Result<BrowserSignIn, Error> {
        let app = self.oauth_app(issuer)?.clone();
        let begun = app.begin(Some(settings.username()));
        Ok(BrowserSignIn {
            workspace: self.clone(),
            begun: begun.map_err(|error| Error::oauth(settings.host(), error))?,
            settings,
            app,
        })
    }

    /// The same by a code that the person types on another machine.
    ///
    /// # Errors
    /// As [`sign_in`](Self::sign_in); what the issuer refuses.
    pub async fn sign_in_by_device(
        &self,
        issuer: &str,
        settings: ConnectionSettings,
    ) -> Result<DeviceSignIn, Error> {
        let app = self.oauth_app(issuer)?.clone();
        let begun = app.begin_by_device(&self.https()?).await;
        Ok(DeviceSignIn {
            workspace: self.clone(),
            begun: begun.map_err(|error| Error::oauth(settings.host(), error))?,
            settings,
            app,
        })
    }

    fn oauth_app(&self, issuer: &str) -> Result<&OAuthApp, Error> {
        let mut apps = self.shared.options.oauth_apps.iter();
        let app = apps.find(|app| app.name() == issuer);
        app.ok_or_else(|| Error::oauth(issuer, OAuthError::Setup("issuer".to_owned())))
    }

    /// For asking issuers: where mail may go, on the web's port.
    pub(crate) fn https(&self) -> Result<Https, Error> {
        let options = &self.shared.options;
        let roots: Vec<Vec<u8>> = (options.extra_roots.iter())
            .map(|pem| pem.as_bytes().to_vec())
            .collect();
        let tls = Tls::trusting(options.trust, &roots, None)
            .map_err(|_| Error::oauth("", OAuthError::Setup("extra_roots".to_owned())))?;
        Ok(Https::new(&options.host_policy, tls, options.timeout))
    }

    /// Connects an inbox with the tokens of a sign-in.
    async fn signed_in(
        &self,
        app: OAuthApp,
        settings: ConnectionSettings,
        tokens: Tokens,
    ) -> Result<ConnectedInbox, Error> {
        // Those of an inbox that works stay until these have been tried: they
        // may be another account's.
        let trial = Keeper::new(app.clone(), self.https()?, Unkept, tokens);
        let tried = Some(Arc::clone(&trial));
        let inbox = self.recognised(settings, tried, &mut |_| {}).await?;
        let keep = SealedTokens {
            workspace: self.clone(),
            inbox: inbox.id,
        };
        let tokens = trial.tokens().await;
        let keeper = match self.shared.keepers.get(self.id, inbox.id) {
            Some(keeper) => keeper.replace(tokens).await.map(|()| keeper),
            None => match keep.store(&tokens).await {
                Ok(()) => {
                    let keeper = Keeper::new(app, self.https()?, keep, tokens);
                    Ok(self.shared.keepers.first(self.id, inbox.id, keeper))
                }
                Err(error) => Err(error),
            },
        };
        let keeper = keeper.map_err(|error| Error::oauth(inbox.settings.host(), error))?;
        inbox.signed_in(Some(keeper)).admit().await
    }

    /// The keeper of an inbox that was signed in to before: one in a process.
    pub(crate) async fn keeper_again(
        &self,
        issuer: &str,
        inbox: InboxId,
    ) -> Result<Arc<Keeper>, Error> {
        if let Some(keeper) = self.shared.keepers.get(self.id, inbox) {
            return Ok(keeper);
        }
        let app = self.oauth_app(issuer)?.clone();
        let sealed = self.unseal(Kept::Tokens, inbox).await?;
        let tokens = sealed.as_ref().and_then(Tokens::from_secret);
        let tokens = tokens.ok_or(VaultError::NoSecret)?;
        let keep = SealedTokens {
            workspace: self.clone(),
            inbox,
        };
        let keeper = Keeper::new(app, self.https()?, keep, tokens);
        Ok(self.shared.keepers.first(self.id, inbox, keeper))
    }
}

impl BrowserSignIn {
    /// Where to send the browser.
    pub fn url(&self) -> &str {
        self.begun.url()
    }

    /// The `state` that the browser comes back with: what tells this sign-in
    /// from others.
    pub fn state(&self) -> &str {
        self.begun.state()
    }

    /// Ends it with the query that the browser came back with, `code=…&state=…`:
    /// the inbox is tested and connected, as by
    /// [`Workspace::connect`](crate::Workspace::connect).
    ///
    /// # Errors
    /// [`Error::needs_user_action`] where the person said no, took too long or
    /// signed in to another account; what the connection failed of.
    pub async fn finish(self, callback: &str) -> Result<ConnectedInbox, Error> {
        let host = self.settings.host();
        let tokens = self.begun.finish(callback, &self.workspace.https()?).await;
        let tokens = tokens.map_err(|error| Error::oauth(host, error))?;
        let workspace = self.workspace;
        workspace.signed_in(self.app, self.settings, tokens).await
    }
}

impl DeviceSignIn {
    /// Where to type the code.
    pub fn url(&self) -> &str {
        self.begun.url()
    }

    /// The code to type there.
    pub fn code(&self) -> &str {
        self.begun.code()
    }

    /// Waits until the person has signed in, and connects the inbox. It may be
    /// dropped at any moment.
    ///
    /// # Errors
    /// As [`BrowserSignIn::finish`].
    pub async fn finish(self) -> Result<ConnectedInbox, Error> {
        let host = self.settings.host();
        let tokens = self.begun.wait(&self.workspace.https()?).await;
        let tokens = tokens.map_err(|error| Error::oauth(host, error))?;
        let workspace = self.workspace;
        workspace.signed_in(self.app, self.settings, tokens).await
    }
}

/// Where an inbox's tokens outlive the process, if they do: sealed.
struct SealedTokens {
    workspace: Workspace,
    inbox: InboxId,
}

impl Keep for SealedTokens {
    fn load(&self) -> Keeping<'_, Option<Tokens>> {
        Box::pin(async {
            if self.workspace.key_provider().is_none() {
                return Ok(None);
            }
            let sealed = self.workspace.unseal(Kept::Tokens, self.inbox).await;
            let sealed = sealed.map_err(|error| OAuthError::Keep(error.to_string()))?;
            Ok(sealed.as_ref().and_then(Tokens::from_secret))
        })
    }

    fn store<'a>(&'a self, tokens: &'a Tokens) -> Keeping<'a, ()> {
        Box::pin(async {
            if self.workspace.key_provider().is_none() {
                return Ok(());
            }
            let secret = tokens.to_secret();
            let sealed = self.workspace.seal(Kept::Tokens, self.inbox, &secret);
            sealed
                .await
                .map_err(|error| OAuthError::Keep(error.to_string()))
        })
    }
}

/// For tokens on trial.
struct Unkept;

impl Keep for Unkept {
    fn load(&self) -> Keeping<'_, Option<Tokens>> {
        Box::pin(async { Ok(None) })
    }

    fn store<'a>(&'a self, _: &'a Tokens) -> Keeping<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BrowserSignIn({})", self.app.name())
    }
}

impl fmt::Debug for DeviceSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceSignIn({})", self.app.name())
    }
}
