//! A server's words, fit to be shown.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use inboxlink_settings::shown_text;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{SmtpSettings, bearer::Bearer};

/// Shows what a server says without the password, in whatever spelling this
/// client used it: some servers repeat the command they refuse.
pub(crate) struct Words(Vec<SecretString>);

impl Words {
    fn hiding(username: &str, password: &SecretString) -> Self {
        let plain = password.expose_secret();
        let spellings = [
            STANDARD.encode(format!("\0{username}\0{plain}")),
            STANDARD.encode(plain),
            plain.to_owned(),
        ];
        let said = |spelling: &String| !spelling.is_empty();
        Self(spellings.into_iter().filter(said).map(Into::into).collect())
    }

    /// The same for what is logged in with: a password or an access token.
    pub(crate) fn of(settings: &SmtpSettings) -> Self {
        let token = settings.token.as_ref();
        let bearer = token.and_then(|token| Bearer::new(&settings.username, token).ok());
        match bearer {
            Some(bearer) => {
                let spellings = bearer.spellings().into_iter();
                Self(spellings.map(|it| it.as_str().to_owned().into()).collect())
            }
            None => Self::hiding(&settings.username, &settings.password),
        }
    }

    pub(crate) fn show(&self, text: &str) -> String {
        let hide = |text: String, secret: &SecretString| text.replace(secret.expose_secret(), "…");
        shown_text(&self.0.iter().fold(text.to_owned(), hide))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_the_password_is_shown() {
        let words = Words::hiding("max", &"hunter2".to_owned().into());
        for said in [
            "bad: hunter2!",
            "bad: aHVudGVyMg==!",
            "bad: AG1heABodW50ZXIy!",
        ] {
            assert_eq!(words.show(said), "bad: …!");
        }
        assert_eq!(words.show("a\u{1b}b"), "a\\u{1b}b");
    }
}
