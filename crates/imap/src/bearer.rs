//! Logging in with an access token instead of a password: OAUTHBEARER
//! (RFC 7628) and XOAUTH2, which Google and Microsoft had before it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::zeroize::{Zeroize, Zeroizing};

use crate::{ErrorKind, ImapError, limits::MAX_TOKEN};

/// A way to hand over an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mechanism {
    OauthBearer,
    Xoauth2,
}

impl Mechanism {
    /// The one to use of those that are offered, the standard's first.
    pub(crate) fn chosen(offers: impl Fn(&str) -> bool) -> Option<Self> {
        let all = [Self::OauthBearer, Self::Xoauth2];
        all.into_iter()
            .find(|it| offers(&format!("AUTH={}", it.name())))
    }

    /// Its name in AUTHENTICATE.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::OauthBearer => "OAUTHBEARER",
            Self::Xoauth2 => "XOAUTH2",
        }
    }

    /// What is said to the server's reasons, so that it ends the exchange:
    /// `\x01` (RFC 7628 §3.2.3), or nothing.
    pub(crate) const fn bow(self) -> &'static [u8] {
        match self {
            Self::OauthBearer => b"AQ==",
            Self::Xoauth2 => b"",
        }
    }
}

/// A user name and an access token that a server can be told.
#[derive(Clone, Copy)]
pub(crate) struct Bearer<'a> {
    username: &'a str,
    token: &'a str,
}

impl<'a> Bearer<'a> {
    pub(crate) fn new(username: &'a str, token: &'a str) -> Result<Self, ImapError> {
        // RFC 6750 §2.1: `\x01` would end it, and so would a space.
        let good = |token: &str| token.bytes().all(|byte| byte.is_ascii_graphic());
        let refused = |what| Err(ImapError::new(ErrorKind::Credentials).about(what));
        if username.is_empty() || username.contains(char::is_control) {
            return refused("user name");
        }
        if token.is_empty() || token.len() > MAX_TOKEN || !good(token) {
            return refused("access token");
        }
        Ok(Self { username, token })
    }

    /// The first message, in base64.
    pub(crate) fn message(self, mechanism: Mechanism) -> Vec<u8> {
        let (username, token) = (self.username, self.token);
        let mut message = match mechanism {
            Mechanism::OauthBearer => {
                // RFC 5801 §4: what separates is spelt out.
                let name = username.replace('=', "=3D").replace(',', "=2C");
                format!("n,a={name},\x01auth=Bearer {token}\x01\x01")
            }
            Mechanism::Xoauth2 => format!("user={username}\x01auth=Bearer {token}\x01\x01"),
        };
        let answer = STANDARD.encode(&message).into_bytes();
        message.zeroize();
        answer
    }

    /// Every way in which the token is sent.
    pub(crate) fn spellings(self, mechanism: Mechanism) -> Vec<Zeroizing<String>> {
        let coded = String::from_utf8(self.message(mechanism)).unwrap_or_default();
        [coded, self.token.to_owned()].map(Zeroizing::new).into()
    }
}

/// A server's reasons for refusing a token: JSON in base64 (RFC 7628 §3.2.2).
pub(crate) fn reasons(challenge: &str) -> Option<String> {
    let bytes = STANDARD.decode(challenge.trim()).ok()?;
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_as_the_documents_have_them() {
        // RFC 7628 §4.1, without host and port, which are for the curious.
        let bearer = Bearer::new(
            "us,er=@example.com",
            "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29t",
        )
        .unwrap();
        let plain = |mechanism| {
            String::from_utf8(STANDARD.decode(bearer.message(mechanism)).unwrap()).unwrap()
        };
        assert_eq!(
            plain(Mechanism::OauthBearer),
            "n,a=us=2Cer=3D@example.com,\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29t\x01\x01"
        );
        // Google's own example of XOAUTH2.
        let bearer = Bearer::new(
            "someuser@example.com",
            "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
        )
        .unwrap();
        assert_eq!(
            bearer.message(Mechanism::Xoauth2),
            b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        );
    }

    #[test]
    fn a_token_that_ends_itself_is_no_token() {
        for bad in ["", "a b", "a\x01user=other", "a\r\nb", "ä"] {
            assert!(Bearer::new("ann", bad).is_err(), "{bad:?}");
        }
        assert!(Bearer::new("a\x01auth=Bearer x", "b").is_err());
    }

    #[test]
    fn the_standard_comes_first() {
        let both = |name: &str| ["AUTH=XOAUTH2", "AUTH=OAUTHBEARER"].contains(&name);
        assert_eq!(Mechanism::chosen(both), Some(Mechanism::OauthBearer));
        assert_eq!(
            Mechanism::chosen(|name| name == "AUTH=XOAUTH2"),
            Some(Mechanism::Xoauth2)
        );
        assert_eq!(Mechanism::chosen(|_| false), None);
    }
}
