//! The authorisation code flow with PKCE (RFC 6749 §4.1, RFC 7636).

use std::{fmt, time::Instant};

use inboxlink_dial::Https;
use oauth2::{AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, Scope};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    OAuthApp, OAuthError, Tokens,
    app::Asker,
    limits::{MAX_TOKEN_BYTES, SIGN_IN_TIME},
    tokens::now,
};

/// A sign-in that was begun: keep it with the person's session, under its
/// [`state`](Self::state), until the browser comes back. It is good once.
pub struct BrowserSignIn {
    app: OAuthApp,
    url: String,
    state: SecretString,
    verifier: SecretString,
    begun: Instant,
}

impl OAuthApp {
    /// Begins a sign-in. `hint` is the address that it is to be for, for the
    /// issuer to fill in.
    ///
    /// # Errors
    /// [`OAuthError::Setup`] where an address of the issuer is none.
    pub fn begin(&self, hint: Option<&str>) -> Result<BrowserSignIn, OAuthError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client()?;
        let scopes = self.issuer.scopes.iter().cloned().map(Scope::new);
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge);
        for (name, value) in &self.issuer.extra {
            request = request.add_extra_param(name, value);
        }
        if let Some(hint) = hint {
            request = request.add_extra_param("login_hint", hint);
        }
        let (url, state) = request.url();
        Ok(BrowserSignIn {
            app: self.clone(),
            url: url.into(),
            state: state.into_secret().into(),
            verifier: verifier.into_secret().into(),
            begun: Instant::now(),
        })
    }
}

impl BrowserSignIn {
    /// Where to send the browser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What tells this sign-in from others: the `state` that the browser comes
    /// back with.
    pub fn state(&self) -> &str {
        self.state.expose_secret()
    }

    /// Ends it, with what the browser came back with: the query of its
    /// address, `code=…&state=…`, or the whole address.
    ///
    /// # Errors
    /// Every [`OAuthError`].
    pub async fn finish(self, callback: &str, https: &Https) -> Result<Tokens, OAuthError> {
        let query = callback
            .split_once('?')
            .map_or(callback, |(_, query)| query);
        let find = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        // First of all: what is not ours is not looked at.
        if find("state").is_none_or(|state| state != self.state.expose_secret()) {
            return Err(OAuthError::Foreign);
        }
        if self.begun.elapsed() > SIGN_IN_TIME {
            return Err(OAuthError::Expired);
        }
        if let Some(word) = find("error") {
            return Err(OAuthError::of_word(&word));
        }
        let code = find("code").filter(|code| code.len() <= MAX_TOKEN_BYTES);
        let code = code.ok_or(OAuthError::Foreign)?;
        let client = self.app.client()?;
        let verifier = PkceCodeVerifier::new(self.verifier.expose_secret().to_owned());
        let asker = Asker(https);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .request_async(&asker)
            .await;
        let answer = answer.map_err(|error| match error.into() {
            // The code, not an older grant.
            OAuthError::Revoked => OAuthError::Expired,
            other => other,
        })?;
        Tokens::of(&answer, None, now())
    }
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BrowserSignIn({})", self.app.name())
    }
}
