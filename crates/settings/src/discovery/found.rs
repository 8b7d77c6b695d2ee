//! What a search found, and how it fills the form.

use serde::Serialize;

use crate::{
    Security, SettingsForm, SmtpEndpoint,
    providers::{self, Auth, Provider},
};

/// How servers were found, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// The address is a known provider's.
    Provider,
    /// The domain says so in its SRV records.
    Srv,
    /// The domain says so on a page for mail programs.
    Autoconfig,
    /// The domain's mail goes to a known provider.
    MailExchanger,
    /// A host of that name exists.
    Guess,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Server {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
}

impl Server {
    pub(super) fn new(host: String, port: u16, security: Security) -> Self {
        Self {
            host,
            port,
            security,
        }
    }
}

/// Where an address's mail is read and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// How it was found.
    pub source: Source,
    /// For reading.
    pub imap: Server,
    /// For sending: found, or what follows from the reading side.
    pub smtp: Server,
    /// The name to log in with.
    pub username: String,
    /// The host is neither a known provider's nor below the address's own
    /// domain: whoever types a password should have looked at it.
    pub foreign: bool,
    /// The provider, where it is known.
    #[serde(skip)]
    pub provider: Option<&'static Provider>,
}

impl Found {
    pub(super) fn new(source: Source, imap: Server, smtp: Option<Server>, address: &str) -> Self {
        let provider = providers::by_account(&imap.host, address);
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let below = |host: &str| {
            let rest = host.strip_suffix(domain);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let foreign = provider.is_none()
            && !(below(&imap.host) && smtp.as_ref().is_none_or(|smtp| below(&smtp.host)));
        let smtp = smtp.unwrap_or_else(|| {
            let derived = SmtpEndpoint::derived(&imap.host, imap.port, provider);
            Server::new(derived.host, derived.port, derived.security)
        });
        Self {
            source,
            imap,
            smtp,
            username: address.to_owned(),
            foreign,
            provider,
        }
    }

    /// At a known provider, on one of its hosts.
    pub(super) fn at(provider: &'static Provider, host: &str, address: &str) -> Self {
        let security = match provider.imap_port {
            993 => Security::Tls,
            _ => Security::StartTls,
        };
        let imap = Server::new(host.to_owned(), provider.imap_port, security);
        let smtp = Server::new(
            provider.smtp_host_of(host).unwrap_or(host).to_owned(),
            provider.smtp_port,
            provider.smtp_security(),
        );
        Self {
            source: Source::Provider,
            imap,
            smtp,
            username: address.to_owned(),
            foreign: false,
            provider: Some(provider),
        }
    }

    /// Whether the provider takes no passwords: a sign-in in the browser is
    /// to be offered instead.
    pub fn needs_sign_in(&self) -> bool {
        self.provider.is_some_and(|it| it.auth == Auth::OAuth2Only)
    }

    /// Fills in what was found; the rest of the form stays.
    pub fn fill(&self, form: &mut SettingsForm) {
        form.host.clone_from(&self.imap.host);
        form.port = self.imap.port.to_string();
        form.security = self.imap.security.as_str().to_owned();
        form.smtp_host.clone_from(&self.smtp.host);
        form.smtp_port = self.smtp.port.to_string();
        form.smtp_security = self.smtp.security.as_str().to_owned();
        form.username.clone_from(&self.username);
    }
}
