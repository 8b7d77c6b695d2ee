//! What can go wrong; never with a token in it.

use inboxlink_dial::HttpsError;
use oauth2::{RequestTokenError, basic::BasicErrorResponse};

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// The grant was withdrawn, has run out, or was replaced: the person has
    /// to sign in again.
    #[error("the sign-in is no longer valid: sign in again")]
    Revoked,
    /// The person said no.
    #[error("the sign-in was cancelled: begin again, and allow access to your mail")]
    Denied,
    /// It took too long.
    #[error("the sign-in took too long: begin again")]
    Expired,
    /// What came back belongs to no sign-in that was begun here.
    #[error("this sign-in was not begun here: begin again")]
    Foreign,
    /// This service is registered wrongly with the issuer; the word is the
    /// issuer's own (RFC 6749 §5.2).
    #[error("the sign-in is not set up right ({0}): tell whoever runs this service")]
    Setup(String),
    /// The issuer cannot be reached, or cannot do it now.
    #[error("the sign-in's server cannot be reached now: try again in some minutes")]
    Unavailable,
    /// The issuer answered what cannot be understood.
    #[error("the sign-in's server answered what cannot be understood")]
    Answer,
    /// The new tokens could not be kept, so that they are not used.
    #[error("the new sign-in could not be stored: {0}")]
    Keep(String),
}

impl OAuthError {
    /// Whether the same may succeed later, with nothing changed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable | Self::Answer | Self::Keep(_))
    }

    /// By the issuer's word for it (RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5).
    pub(crate) fn of_word(word: &str) -> Self {
        match word {
            "invalid_grant" => Self::Revoked,
            "access_denied" | "consent_required" | "interaction_required" => Self::Denied,
            "expired_token" => Self::Expired,
            "temporarily_unavailable" | "server_error" | "slow_down" => Self::Unavailable,
            word => {
                // It is the issuer's, and is shown.
                let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                Self::Setup(word.chars().filter(fits).take(40).collect())
            }
        }
    }
}

/// What the `oauth2` crate says, without the answer that it carries along.
pub(crate) type Asked = RequestTokenError<HttpsError, BasicErrorResponse>;

impl From<Asked> for OAuthError {
    fn from(error: Asked) -> Self {
        match error {
            RequestTokenError::ServerResponse(answer) => Self::of_word(answer.error().as_ref()),
            RequestTokenError::Request(_) => Self::Unavailable,
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Self::Answer,
        }
    }
}
