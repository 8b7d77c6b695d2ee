//! Who signs people in.

/// An authorisation server, and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issuer {
    /// What it is called, in code and in what is stored: `google`.
    pub name: String,
    /// Where people sign in.
    pub authorize_url: String,
    /// Where codes and refresh tokens are exchanged.
    pub token_url: String,
    /// Where device codes are asked for (RFC 8628), if it has them.
    pub device_url: Option<String>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Further parameters of the sign-in page's address.
    pub extra: Vec<(String, String)>,
}

impl Issuer {
    /// Any issuer, by its two addresses.
    pub fn new(
        name: impl Into<String>,
        authorize_url: impl Into<String>,
        token_url: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            authorize_url: authorize_url.into(),
            token_url: token_url.into(),
            device_url: None,
            scopes: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// What is asked for.
    #[must_use]
    pub fn scopes(mut self, scopes: &[&str]) -> Self {
        self.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self
    }

    /// Where device codes are asked for.
    #[must_use]
    pub fn device_url(mut self, url: impl Into<String>) -> Self {
        self.device_url = Some(url.into());
        self
    }

    /// A further parameter of the sign-in page's address.
    #[must_use]
    pub fn extra(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Gmail and Google Workspace: reading and sending are one scope. Its
    /// device codes are not for mail.
    pub fn google() -> Self {
        Self::new(
            "google",
            "https://accounts.google.com/o/oauth2/v2/auth",
            "https://oauth2.googleapis.com/token",
        )
        .scopes(&["https://mail.google.com/"])
        // Without these two there is no refresh token the second time.
        .extra("access_type", "offline")
        .extra("prompt", "consent")
    }

    /// Microsoft 365 and Outlook.com. The tenant is `common` for everybody's
    /// accounts, or an organisation's own.
    pub fn microsoft(tenant: &str) -> Self {
        let tenant: String = tenant
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
            .collect();
        let base = format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0");
        Self::new(
            "microsoft",
            format!("{base}/authorize"),
            format!("{base}/token"),
        )
        .device_url(format!("{base}/devicecode"))
        .scopes(&[
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ])
    }
}
