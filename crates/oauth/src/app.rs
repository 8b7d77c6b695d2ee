//! A service as an issuer knows it.

use std::{future::Future, pin::Pin};

use inboxlink_dial::{Https, HttpsError};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, ClientId, ClientSecret, DeviceAuthorizationUrl,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RedirectUrl,
    RefreshToken, TokenUrl, basic::BasicClient,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{Issuer, OAuthError, Tokens, tokens::now};

/// A service that is registered with an issuer, under a client id and the
/// address to which browsers come back.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    pub(crate) issuer: Issuer,
    client_id: String,
    client_secret: Option<SecretString>,
    redirect_url: String,
}

pub(crate) type Client =
    BasicClient<EndpointSet, EndpointMaybeSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl OAuthApp {
    /// A public client: one without a secret.
    pub fn new(
        issuer: Issuer,
        client_id: impl Into<String>,
        redirect_url: impl Into<String>,
    ) -> Self {
        Self {
            issuer,
            client_id: client_id.into(),
            client_secret: None,
            redirect_url: redirect_url.into(),
        }
    }

    /// A confidential client.
    #[must_use]
    pub fn with_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// The issuer's name.
    pub fn name(&self) -> &str {
        &self.issuer.name
    }

    pub(crate) fn client(&self) -> Result<Client, OAuthError> {
        let bad = |what: &str| OAuthError::Setup(what.to_owned());
        let authorize = AuthUrl::new(self.issuer.authorize_url.clone());
        let token = TokenUrl::new(self.issuer.token_url.clone());
        let redirect = RedirectUrl::new(self.redirect_url.clone());
        let device = (self.issuer.device_url.clone())
            .map(DeviceAuthorizationUrl::new)
            .transpose();
        let client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_auth_uri(authorize.map_err(|_| bad("authorize_url"))?)
            .set_token_uri(token.map_err(|_| bad("token_url"))?)
            .set_redirect_uri(redirect.map_err(|_| bad("redirect_url"))?)
            .set_device_authorization_url_option(device.map_err(|_| bad("device_url"))?)
            // Everybody takes it, in a header nobody's escaping agrees.
            .set_auth_type(AuthType::RequestBody);
        Ok(match &self.client_secret {
            Some(secret) => {
                client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            }
            None => client,
        })
    }

    /// New tokens for a refresh token.
    ///
    /// # Errors
    /// [`OAuthError::Revoked`] where it is good no more.
    pub async fn refresh(
        &self,
        refresh: &SecretString,
        https: &Https,
    ) -> Result<Tokens, OAuthError> {
        let token = RefreshToken::new(refresh.expose_secret().to_owned());
        let client = self.client()?;
        let asker = Asker(https);
        let answer = client.exchange_refresh_token(&token).request_async(&asker);
        Tokens::of(&answer.await?, Some(refresh), now())
    }
}

/// How the `oauth2` crate reaches the issuer.
pub(crate) struct Asker<'a>(pub(crate) &'a Https);

impl<'c> AsyncHttpClient<'c> for Asker<'_> {
    type Error = HttpsError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpsError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.send(request))
    }
}
