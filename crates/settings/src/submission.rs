//! Where mail is handed in for sending: derived from where it is read.

use serde::{Deserialize, Serialize};

use crate::{
    ConnectionSettings, Security,
    providers::{self, Provider},
};

/// A submission server (RFC 6409), checked like the IMAP side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SmtpEndpoint {
    /// The server: of the same form as [`ConnectionSettings::host`].
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
}

impl SmtpEndpoint {
    /// Whether the server puts what it is handed into the Sent folder by
    /// itself, as some providers do, so that a copy of ours would stand there
    /// twice.
    pub fn keeps_sent(&self) -> bool {
        providers::by_smtp_host(&self.host).is_some_and(|provider| provider.keeps_sent)
    }

    /// What follows from the IMAP side.
    pub(crate) fn derived(host: &str, port: u16, provider: Option<&Provider>) -> Self {
        // The bridge is no provider by its host, which is the machine's own.
        let bridge = || {
            let here = host
                .parse()
                .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
            let by_domain = providers::by_domain("proton.me");
            by_domain.filter(|bridge| here && bridge.imap_port == port)
        };
        if let Some(bridge) = bridge() {
            return Self::of(host, bridge);
        }
        if let Some(provider) = provider {
            return Self::of(provider.smtp_host_of(host).unwrap_or(host), provider);
        }
        Self::of_host(&smtp_host_like(host))
    }

    /// A host that was typed, used as is usual.
    pub(crate) fn of_host(host: &str) -> Self {
        match providers::by_smtp_host(host) {
            Some(provider) => Self::of(host, provider),
            None => Self {
                host: host.to_owned(),
                port: Security::Tls.default_smtp_port(),
                security: Security::Tls,
            },
        }
    }

    fn of(host: &str, provider: &Provider) -> Self {
        Self {
            host: host.to_owned(),
            port: provider.smtp_port,
            security: provider.smtp_security(),
        }
    }
}

/// `smtp.x` for `imap.x`; a host of any other name, such as `mail.x`, mostly
/// serves both.
fn smtp_host_like(imap: &str) -> String {
    match imap.split_once('.') {
        Some(("imap" | "imaps" | "imap4", domain)) => format!("smtp.{domain}"),
        _ => imap.to_owned(),
    }
}

impl ConnectionSettings {
    /// What is known of the provider that the account is with.
    pub fn provider(&self) -> Option<&'static Provider> {
        providers::by_account(self.host(), self.username())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sending_side_follows_from_the_reading_side() {
        use Security::{StartTls, Tls};
        for (imap, port, user, smtp) in [
            (
                "imap.gmail.com",
                993,
                "a@gmail.com",
                ("smtp.gmail.com", 465, Tls),
            ),
            (
                "outlook.office365.com",
                993,
                "a@example.com",
                ("smtp.office365.com", 587, StartTls),
            ),
            (
                "outlook.office365.com",
                993,
                "a@live.com",
                ("smtp-mail.outlook.com", 587, StartTls),
            ),
            (
                "imappro.zoho.eu",
                993,
                "a@example.com",
                ("smtppro.zoho.eu", 465, Tls),
            ),
            ("imap.gmx.net", 993, "a@gmx.de", ("mail.gmx.net", 465, Tls)),
            (
                "imap.example.com",
                993,
                "a@example.com",
                ("smtp.example.com", 465, Tls),
            ),
            (
                "mail.example.com",
                143,
                "a@example.com",
                ("mail.example.com", 465, Tls),
            ),
            ("mx.example.com", 993, "a", ("mx.example.com", 465, Tls)),
            ("localhost", 10993, "a", ("localhost", 465, Tls)),
            ("127.0.0.1", 10993, "a", ("127.0.0.1", 465, Tls)),
            (
                "127.0.0.1",
                1143,
                "a@proton.me",
                ("127.0.0.1", 1025, StartTls),
            ),
        ] {
            let provider = providers::by_account(imap, user);
            let found = SmtpEndpoint::derived(imap, port, provider);
            assert_eq!((&*found.host, found.port, found.security), smtp, "{imap}");
        }
    }

    #[test]
    fn who_keeps_what_is_sent() {
        let keeps = |host| SmtpEndpoint::derived(host, 993, providers::by_host(host)).keeps_sent();
        assert!(keeps("imap.gmail.com") && keeps("outlook.office365.com"));
        assert!(!keeps("imap.fastmail.com") && !keeps("imap.example.com"));
    }
}
