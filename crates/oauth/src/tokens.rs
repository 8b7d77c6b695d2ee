//! What a sign-in brings.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use inboxlink_model::Timestamp;
use oauth2::{TokenResponse, basic::BasicTokenResponse};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    OAuthError,
    limits::{MAX_TOKEN_BYTES, RENEW_AHEAD},
};

/// An access token, when it is to be renewed, and what with.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Tokens {
    /// Stands in for a password.
    pub access: SecretString,
    /// When it is to be renewed, ahead of its end; `None` where the issuer did
    /// not tell of one.
    pub renew_at: Option<Timestamp>,
    /// What it is renewed with; without one a person signs in again.
    pub refresh: Option<SecretString>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    access: String,
    renew_at: Option<Timestamp>,
    refresh: Option<String>,
}

impl Tokens {
    /// As they are sealed: JSON, in clear. Hand it to nobody but a vault.
    pub fn to_secret(&self) -> SecretString {
        let stored = Stored {
            access: self.access.expose_secret().to_owned(),
            renew_at: self.renew_at,
            refresh: self
                .refresh
                .as_ref()
                .map(|it| it.expose_secret().to_owned()),
        };
        serde_json::to_string(&stored).unwrap_or_default().into()
    }

    /// What [`to_secret`](Self::to_secret) made.
    pub fn from_secret(secret: &SecretString) -> Option<Self> {
        let stored: Stored = serde_json::from_str(secret.expose_secret()).ok()?;
        Some(Self {
            access: stored.access.into(),
            renew_at: stored.renew_at,
            refresh: stored.refresh.map(Into::into),
        })
    }

    /// The issuer's answer at a moment. Where it sends no new refresh token,
    /// the old one goes on (RFC 6749 §6).
    pub(crate) fn of(
        answer: &BasicTokenResponse,
        old_refresh: Option<&SecretString>,
        now: Timestamp,
    ) -> Result<Self, OAuthError> {
        let access = answer.access_token().secret();
        let refresh = answer.refresh_token().map(oauth2::RefreshToken::secret);
        let fits = |token: &String| !token.is_empty() && token.len() <= MAX_TOKEN_BYTES;
        if !fits(access) || !refresh.is_none_or(fits) {
            return Err(OAuthError::Answer);
        }
        let renew_at = answer.expires_in().map(|life| {
            let good = life - RENEW_AHEAD.min(life / 2);
            now.plus_millis(i64::try_from(good.as_millis()).unwrap_or(i64::MAX))
        });
        Ok(Self {
            access: access.clone().into(),
            renew_at,
            refresh: refresh
                .map(|it| it.clone().into())
                .or_else(|| old_refresh.cloned()),
        })
    }

    /// Whether the access token is to be renewed before it is used.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        self.renew_at.is_some_and(|at| at <= now)
    }

    pub(crate) fn is_access(&self, token: &SecretString) -> bool {
        self.access.expose_secret() == token.expose_secret()
    }

    pub(crate) fn is_refresh(&self, token: &SecretString) -> bool {
        let ours = self.refresh.as_ref().map(|it| it.expose_secret());
        ours == Some(token.expose_secret())
    }
}

/// The moment, by the machine's clock.
pub(crate) fn now() -> Timestamp {
    let since: Duration = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
