//! The device flow (RFC 8628): a code to type on another machine.

use std::fmt;

use inboxlink_dial::Https;
use oauth2::{Scope, StandardDeviceAuthorizationResponse};

use crate::{OAuthApp, OAuthError, Tokens, app::Asker, limits::SIGN_IN_TIME, tokens::now};

/// A sign-in that waits for a person to type a code elsewhere.
pub struct DeviceSignIn {
    app: OAuthApp,
    details: StandardDeviceAuthorizationResponse,
}

impl OAuthApp {
    /// Begins a sign-in on another machine: for programs without a browser.
    ///
    /// # Errors
    /// [`OAuthError::Setup`] where the issuer has no device codes; what the
    /// issuer refuses.
    pub async fn begin_by_device(&self, https: &Https) -> Result<DeviceSignIn, OAuthError> {
        let client = self.client()?;
        let request = client.exchange_device_code();
        let request = request.map_err(|_| OAuthError::Setup("device_url".to_owned()))?;
        let asker = Asker(https);
        let scopes = self.issuer.scopes.iter().cloned().map(Scope::new);
        let details = request.add_scopes(scopes).request_async(&asker).await?;
        Ok(DeviceSignIn {
            app: self.clone(),
            details,
        })
    }
}

impl DeviceSignIn {
    /// Where to type the code: show both.
    pub fn url(&self) -> &str {
        self.details.verification_uri()
    }

    /// The code to type there.
    pub fn code(&self) -> &str {
        self.details.user_code().secret()
    }

    /// Waits until the person has signed in, asking as often as the issuer
    /// wants to be asked. It may be dropped at any moment.
    ///
    /// # Errors
    /// [`OAuthError::Denied`], [`OAuthError::Expired`], and the others.
    pub async fn wait(&self, https: &Https) -> Result<Tokens, OAuthError> {
        let client = self.app.client()?;
        let asker = Asker(https);
        let answer = client
            .exchange_device_access_token(&self.details)
            .request_async(&asker, tokio::time::sleep, Some(SIGN_IN_TIME))
            .await;
        let answer = answer.map_err(|error| match error {
            oauth2::RequestTokenError::ServerResponse(answer) => {
                OAuthError::of_word(answer.error().as_ref())
            }
            oauth2::RequestTokenError::Request(_) => OAuthError::Unavailable,
            _ => OAuthError::Answer,
        })?;
        Tokens::of(&answer, None, now())
    }
}

impl fmt::Debug for DeviceSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceSignIn({})", self.app.name())
    }
}
