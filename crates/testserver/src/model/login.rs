//! Who may log in, and what the others are told.

use super::World;
use crate::profile::Profile;
use crate::records::User;

/// What a user proves to be themselves with.
#[derive(Debug)]
pub(super) struct Secrets {
    password: String,
    web_password: Option<String>,
    access_token: Option<String>,
    /// What every login is answered with, where somebody said so.
    refusal: Option<String>,
}

impl Secrets {
    pub(super) fn new(user: &User) -> Self {
        Self {
            password: user.password.clone(),
            web_password: user.web_password.clone(),
            access_token: user.access_token.clone(),
            refusal: None,
        }
    }
}

/// Why somebody isn't let in: `NO …` or `BAD …`.
pub(crate) struct Denial(pub(crate) String);

impl World {
    /// The account's name, if the password is right and will do.
    pub(crate) fn log_in(
        &self,
        profile: &Profile,
        address: &str,
        password: &str,
    ) -> Result<String, Denial> {
        let known = self.known(address)?;
        if let Some(refusal) = &profile.password_refusal {
            return Err(no(refusal));
        }
        match known {
            Some((name, secrets)) if secrets.password == password => Ok(name),
            Some((_, secrets)) if secrets.web_password.as_deref() == Some(password) => {
                Err(no(&profile.web_password_refusal))
            }
            _ => Err(no(&profile.login_refusal)),
        }
    }

    /// The account's name, if the access token is right.
    pub(crate) fn log_in_with_token(
        &self,
        profile: &Profile,
        address: &str,
        token: &str,
    ) -> Result<String, Denial> {
        match self.known(address)? {
            Some((name, secrets)) if secrets.access_token.as_deref() == Some(token) => Ok(name),
            _ => Err(no(&profile.login_refusal)),
        }
    }

    /// The account of that name, unless nobody is to be let in there.
    fn known(&self, address: &str) -> Result<Option<(String, &Secrets)>, Denial> {
        let Some(name) = self.account_name(address) else {
            return Ok(None);
        };
        let Some(account) = self.account(name) else {
            return Ok(None);
        };
        match &account.secrets.refusal {
            Some(refusal) => Err(Denial(refusal.clone())),
            None => Ok(Some((name.to_owned(), &account.secrets))),
        }
    }
}

impl super::Account {
    pub(crate) fn set_password(&mut self, password: &str) {
        password.clone_into(&mut self.secrets.password);
    }

    pub(crate) fn set_access_token(&mut self, token: Option<&str>) {
        self.secrets.access_token = token.map(str::to_owned);
    }

    pub(crate) fn refuse_logins(&mut self, answer: Option<&str>) {
        self.secrets.refusal = answer.map(str::to_owned);
    }
}

fn no(text: &str) -> Denial {
    Denial(format!("NO {text}"))
}
