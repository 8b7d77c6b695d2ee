//! Keeps one inbox's tokens good: renewed ahead of their end and on refusal,
//! once, however many ask.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use inboxlink_dial::Https;
use secrecy::SecretString;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{OAuthApp, OAuthError, Tokens, tokens::now};

/// An answer that may have to come from a disk.
pub type Keeping<'a, T> = Pin<Box<dyn Future<Output = Result<T, OAuthError>> + Send + 'a>>;

/// Where tokens outlive the process. Other processes may share it.
pub trait Keep: Send + Sync {
    /// What is stored; `None` where nothing is.
    fn load(&self) -> Keeping<'_, Option<Tokens>>;

    /// Stores tokens in place of what is there.
    ///
    /// # Errors
    /// [`OAuthError::Keep`]: then they are not used.
    fn store<'a>(&'a self, tokens: &'a Tokens) -> Keeping<'a, ()>;
}

/// Keeps one inbox's tokens good: renewed ahead of their end and on refusal,
/// once, however many ask. Make one for each inbox and share it.
pub struct Keeper {
    app: OAuthApp,
    https: Https,
    keep: Box<dyn Keep>,
    /// Held while they are renewed: whoever comes meanwhile gets the new ones.
    tokens: Arc<Mutex<Tokens>>,
}

impl Keeper {
    /// A keeper of tokens that are stored already.
    pub fn new(
        app: OAuthApp,
        https: Https,
        keep: impl Keep + 'static,
        tokens: Tokens,
    ) -> Arc<Self> {
        Arc::new(Self {
            app,
            https,
            keep: Box::new(keep),
            tokens: Arc::new(Mutex::new(tokens)),
        })
    }

    /// An access token that is good now, as far as can be told.
    ///
    /// # Errors
    /// [`OAuthError::Revoked`] where a person has to sign in again; what a
    /// renewal failed of.
    pub async fn token(self: &Arc<Self>) -> Result<SecretString, OAuthError> {
        let tokens = Arc::clone(&self.tokens).lock_owned().await;
        match tokens.is_stale(now()) {
            true => self.renewed(tokens).await,
            false => Ok(tokens.access.clone()),
        }
    }

    /// Another one, because a mail server refused this one.
    ///
    /// # Errors
    /// The same.
    pub async fn instead_of(
        self: &Arc<Self>,
        refused: &SecretString,
    ) -> Result<SecretString, OAuthError> {
        let tokens = Arc::clone(&self.tokens).lock_owned().await;
        match tokens.is_access(refused) {
            true => self.renewed(tokens).await,
            // Somebody was faster.
            false => Ok(tokens.access.clone()),
        }
    }

    /// Whose tokens they are: the issuer's name.
    pub fn issuer(&self) -> &str {
        self.app.name()
    }

    /// The tokens as they are.
    pub async fn tokens(&self) -> Tokens {
        self.tokens.lock().await.clone()
    }

    /// Takes tokens of a new sign-in.
    ///
    /// # Errors
    /// [`OAuthError::Keep`].
    pub async fn replace(&self, fresh: Tokens) -> Result<(), OAuthError> {
        let mut tokens = self.tokens.lock().await;
        self.keep.store(&fresh).await?;
        *tokens = fresh;
        Ok(())
    }

    /// Renews on a task of its own: the issuer may have replaced the refresh
    /// token, and then nobody's impatience must lose the new one.
    async fn renewed(
        self: &Arc<Self>,
        tokens: OwnedMutexGuard<Tokens>,
    ) -> Result<SecretString, OAuthError> {
        let keeper = Arc::clone(self);
        let task = tokio::spawn(async move { keeper.renew(tokens).await });
        task.await.unwrap_or(Err(OAuthError::Unavailable))
    }

    async fn renew(&self, mut tokens: OwnedMutexGuard<Tokens>) -> Result<SecretString, OAuthError> {
        let used = tokens.access.clone();
        // Another process may have done it.
        if let Some(stored) = self.keep.load().await? {
            *tokens = stored;
            if !tokens.is_access(&used) && !tokens.is_stale(now()) {
                return Ok(tokens.access.clone());
            }
        }
        let refresh = tokens.refresh.clone().ok_or(OAuthError::Revoked)?;
        let fresh = match self.app.refresh(&refresh, &self.https).await {
            Err(OAuthError::Revoked) => self.of_another(&refresh).await?,
            answer => {
                let fresh = answer?;
                self.keep.store(&fresh).await?;
                fresh
            }
        };
        *tokens = fresh;
        Ok(tokens.access.clone())
    }

    /// What another process stored while we asked with the old refresh token.
    async fn of_another(&self, old: &SecretString) -> Result<Tokens, OAuthError> {
        let stored = self.keep.load().await?;
        stored
            .filter(|stored| !stored.is_refresh(old))
            .ok_or(OAuthError::Revoked)
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keeper({})", self.app.name())
    }
}
