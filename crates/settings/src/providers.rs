//! What is known of the large mail providers: a table, and look-ups in it.
//!
//! All of them serve IMAP with TLS on port 993, save where a row says so.

use crate::Security;

/// What a provider wants in the password field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// The account's password.
    Password,
    /// A password made for this one program; with `letters16` it is sixteen
    /// letters, shown in groups whose spaces do not belong to it.
    AppPassword {
        /// Whether it is sixteen letters or digits without separators.
        letters16: bool,
    },
    /// No password at all: a sign-in in the browser (OAuth2).
    OAuth2Only,
}

/// The two hosts of a provider that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Servers {
    /// For reading.
    pub imap: &'static str,
    /// For sending.
    pub smtp: &'static str,
}

const fn servers(imap: &'static str, smtp: &'static str) -> Servers {
    Servers { imap, smtp }
}

/// A provider: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provider {
    /// Its name as people know it.
    pub name: &'static str,
    /// Its hosts; the first pair is the usual one.
    pub servers: &'static [Servers],
    /// The port of IMAP.
    pub imap_port: u16,
    /// The port for sending: 465 with TLS, else STARTTLS.
    pub smtp_port: u16,
    /// The address domains that are the provider's own.
    pub domains: &'static [&'static str],
    /// What its mail exchangers' names end in.
    pub exchangers: &'static [&'static str],
    /// Where its mail is read in the browser; its domains count too.
    pub web: &'static [&'static str],
    /// What it wants as a password.
    pub auth: Auth,
    /// Whether the user name must be the whole address.
    pub full_address: bool,
    /// Where an app password is made, or the other way in explained.
    pub password_link: Option<&'static str>,
    /// Where IMAP is switched on, for those who have a switch.
    pub imap_link: Option<&'static str>,
    /// Whether it puts what is handed in for sending into the Sent folder by
    /// itself, so that a copy of ours would stand there twice.
    pub keeps_sent: bool,
    /// What its refusals leave unsaid, in a sentence.
    pub note: Option<&'static str>,
}

/// A row like most: port 993, SMTP on 465, the whole address as user name.
const COMMON: Provider = Provider {
    name: "",
    servers: &[],
    imap_port: 993,
    smtp_port: 465,
    domains: &[],
    exchangers: &[],
    web: &[],
    auth: Auth::AppPassword { letters16: true },
    full_address: true,
    password_link: None,
    imap_link: None,
    keeps_sent: false,
    note: None,
};

/// Mailboxes of organisations; the domains are theirs.
const MICROSOFT: Provider = Provider {
    name: "Microsoft",
    servers: &[servers("outlook.office365.com", "smtp.office365.com")],
    exchangers: &["mail.protection.outlook.com", "mx.microsoft"],
    smtp_port: 587,
    web: &[
        "outlook.office.com",
        "outlook.live.com",
        "www.office.com",
        "login.microsoftonline.com",
    ],
    auth: Auth::OAuth2Only,
    password_link: Some(
        "https://support.microsoft.com/office/modern-authentication-methods-now-needed-to-continue-syncing-outlook-email-in-non-microsoft-email-apps-c5d65390-9676-4763-b41f-d7986499a90d",
    ),
    keeps_sent: true,
    ..COMMON
};

/// Every provider known.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Gmail",
        servers: &[
            servers("imap.gmail.com", "smtp.gmail.com"),
            servers("imap.googlemail.com", "smtp.gmail.com"),
        ],
        exchangers: &["google.com", "googlemail.com"],
        domains: &["gmail.com", "googlemail.com"],
        web: &[
            "mail.google.com",
            "accounts.google.com",
            "www.gmail.com",
            "google.com",
        ],
        password_link: Some("https://support.google.com/accounts/answer/185833"),
        imap_link: Some("https://support.google.com/mail/answer/7126229"),
        keeps_sent: true,
        ..COMMON
    },
    MICROSOFT,
    // The same servers for reading, another for sending.
    Provider {
        name: "Outlook.com",
        servers: &[
            servers("outlook.office365.com", "smtp-mail.outlook.com"),
            servers("imap-mail.outlook.com", "smtp-mail.outlook.com"),
        ],
        domains: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "hotmail.co.uk",
            "hotmail.fr",
            "outlook.de",
            "outlook.fr",
        ],
        ..MICROSOFT
    },
    Provider {
        name: "Yahoo",
        servers: &[servers("imap.mail.yahoo.com", "smtp.mail.yahoo.com")],
        exchangers: &["yahoodns.net"],
        domains: &[
            "yahoo.com",
            "yahoo.co.uk",
            "yahoo.de",
            "yahoo.fr",
            "ymail.com",
            "rocketmail.com",
        ],
        web: &["mail.yahoo.com", "login.yahoo.com", "www.yahoo.com"],
        password_link: Some("https://help.yahoo.com/kb/SLN15241.html"),
        ..COMMON
    },
    Provider {
        name: "AOL",
        servers: &[servers("imap.aol.com", "smtp.aol.com")],
        domains: &["aol.com", "aim.com"],
        web: &["mail.aol.com"],
        password_link: Some("https://help.aol.com/articles/Create-and-manage-app-password"),
        ..COMMON
    },
    Provider {
        name: "iCloud",
        servers: &[servers("imap.mail.me.com", "smtp.mail.me.com")],
        smtp_port: 587,
        exchangers: &["mail.icloud.com"],
        domains: &["icloud.com", "me.com", "mac.com"],
        web: &["www.icloud.com", "mail.icloud.com"],
        // Sixteen letters too, but in groups with hyphens, which belong to it.
        auth: Auth::AppPassword { letters16: false },
        full_address: false,
        password_link: Some("https://support.apple.com/102654"),
        ..COMMON
    },
    Provider {
        name: "Zoho",
        servers: &[
            servers("imap.zoho.com", "smtp.zoho.com"),
            servers("imap.zoho.eu", "smtp.zoho.eu"),
            servers("imap.zoho.in", "smtp.zoho.in"),
            servers("imappro.zoho.com", "smtppro.zoho.com"),
            servers("imappro.zoho.eu", "smtppro.zoho.eu"),
            servers("imappro.zoho.in", "smtppro.zoho.in"),
        ],
        exchangers: &["zoho.com", "zoho.eu", "zoho.in"],
        domains: &["zoho.com", "zohomail.com", "zohomail.eu", "zohomail.in"],
        auth: Auth::Password,
        password_link: Some("https://www.zoho.com/mail/help/imap-access.html"),
        imap_link: Some("https://www.zoho.com/mail/help/imap-access.html"),
        note: Some("Zoho wants an app password where two-step verification is on."),
        ..COMMON
    },
    Provider {
        name: "Fastmail",
        servers: &[servers("imap.fastmail.com", "smtp.fastmail.com")],
        exchangers: &["messagingengine.com"],
        domains: &["fastmail.com", "fastmail.fm"],
        web: &["app.fastmail.com", "www.fastmail.com"],
        password_link: Some("https://www.fastmail.help/hc/en-us/articles/360058752854"),
        ..COMMON
    },
    Provider {
        name: "GMX",
        servers: &[
            servers("imap.gmx.net", "mail.gmx.net"),
            servers("imap.gmx.com", "mail.gmx.com"),
        ],
        exchangers: &["gmx.net"],
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com"],
        auth: Auth::Password,
        imap_link: Some("https://support.gmx.com/pop-imap/toggle.html"),
        note: Some(
            "GMX answers in the same words while IMAP is switched off in its settings, \
             and wants an app password where two-factor login is on.",
        ),
        ..COMMON
    },
    Provider {
        name: "Mail.ru",
        servers: &[servers("imap.mail.ru", "smtp.mail.ru")],
        exchangers: &["mail.ru"],
        domains: &["mail.ru", "inbox.ru", "bk.ru", "list.ru", "internet.ru"],
        auth: Auth::AppPassword { letters16: false },
        password_link: Some("https://help.mail.ru/mail/security/protection/external"),
        ..COMMON
    },
    Provider {
        name: "Yandex",
        servers: &[
            servers("imap.yandex.com", "smtp.yandex.com"),
            servers("imap.yandex.ru", "smtp.yandex.ru"),
        ],
        exchangers: &["yandex.net", "yandex.ru"],
        domains: &["yandex.com", "yandex.ru", "ya.ru"],
        password_link: Some("https://yandex.com/support/id/authorization/app-passwords.html"),
        imap_link: Some("https://yandex.com/support/mail/mail-clients/others.html"),
        note: Some(
            "Yandex answers in the same words when the password is wrong: it wants an app password.",
        ),
        ..COMMON
    },
    Provider {
        name: "QQ Mail",
        servers: &[servers("imap.qq.com", "smtp.qq.com")],
        exchangers: &["qq.com"],
        domains: &["qq.com", "foxmail.com"],
        password_link: Some("https://service.mail.qq.com/"),
        imap_link: Some("https://service.mail.qq.com/"),
        note: Some(
            "QQ Mail wants an authorisation code instead of the password; \
             it is shown when IMAP is switched on in the mailbox's settings.",
        ),
        ..COMMON
    },
    Provider {
        name: "NetEase Mail",
        servers: &[
            servers("imap.163.com", "smtp.163.com"),
            servers("imap.126.com", "smtp.126.com"),
        ],
        exchangers: &["netease.com", "163.com"],
        domains: &["163.com", "126.com"],
        password_link: Some("https://help.mail.163.com/"),
        imap_link: Some("https://help.mail.163.com/"),
        note: Some("NetEase wants an authorisation code instead of the password."),
        ..COMMON
    },
    Provider {
        name: "Proton Mail Bridge",
        servers: &[servers("127.0.0.1", "127.0.0.1")],
        imap_port: 1143,
        smtp_port: 1025,
        exchangers: &["protonmail.ch"],
        domains: &["proton.me", "protonmail.com", "pm.me"],
        auth: Auth::AppPassword { letters16: false },
        password_link: Some("https://proton.me/support/imap-smtp-and-pop3-setup"),
        note: Some("The password is the one that Proton Mail Bridge shows, not the account's."),
        ..COMMON
    },
];

impl Provider {
    /// The host to enter for IMAP.
    pub fn imap_host(&self) -> &'static str {
        self.servers.first().map_or("", |servers| servers.imap)
    }

    /// The host for sending that belongs to one for reading.
    pub fn smtp_host_of(&self, imap: &str) -> Option<&'static str> {
        let pair = self.servers.iter().find(|pair| pair.imap == imap);
        pair.map(|pair| pair.smtp)
    }

    /// The host for reading that belongs to one for sending.
    pub fn imap_host_of(&self, smtp: &str) -> Option<&'static str> {
        let pair = self.servers.iter().find(|pair| pair.smtp == smtp);
        pair.map(|pair| pair.imap)
    }

    /// How a connection for sending is secured.
    pub const fn smtp_security(&self) -> Security {
        match self.smtp_port {
            465 => Security::Tls,
            _ => Security::StartTls,
        }
    }
}

/// The provider whose own domain an address has; case does not matter.
pub fn by_domain(domain: &str) -> Option<&'static Provider> {
    let domain = plain(domain);
    let own = |provider: &&Provider| provider.domains.contains(&&*domain);
    PROVIDERS.iter().find(own)
}

/// The provider that an IMAP host belongs to; case does not matter.
///
/// Proton's bridge runs on one's own machine, and so may any other server:
/// no address in numbers is taken for a provider.
pub fn by_host(host: &str) -> Option<&'static Provider> {
    by_servers(host, |pair| pair.imap)
}

/// The same for a host for sending.
pub fn by_smtp_host(host: &str) -> Option<&'static Provider> {
    by_servers(host, |pair| pair.smtp)
}

/// The provider that a domain's mail goes to, by the name of an exchanger (MX),
/// and the host for reading that such domains use.
pub fn by_exchanger(host: &str) -> Option<(&'static Provider, &'static str)> {
    let host = plain(host);
    let below = |suffix: &&&str| {
        let rest = host.strip_suffix(**suffix);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    PROVIDERS.iter().find_map(|provider| {
        let suffix = provider.exchangers.iter().find(below)?;
        // Some have hosts for domains that are not their own, in each region.
        let own = provider.servers.iter().find(|pair| {
            let name = pair.imap.strip_prefix("imappro.");
            name == Some(*suffix)
        });
        let imap = own.map_or(provider.imap_host(), |pair| pair.imap);
        Some((provider, imap))
    })
}

/// The provider whose mail is read at a website.
pub fn by_web_host(host: &str) -> Option<&'static Provider> {
    let host = plain(host);
    PROVIDERS
        .iter()
        .find(|provider| provider.web.contains(&&*host))
}

/// The provider that an account is with. Where two share a host, the address
/// that somebody logs in with decides.
pub fn by_account(host: &str, username: &str) -> Option<&'static Provider> {
    let domain = username.rsplit_once('@').map(|(_, domain)| domain);
    let host = plain(host);
    let own = domain
        .and_then(by_domain)
        .filter(|provider| provider.smtp_host_of(&host).is_some());
    own.filter(|_| !is_number(&host)).or_else(|| by_host(&host))
}

fn by_servers(host: &str, side: fn(&Servers) -> &'static str) -> Option<&'static Provider> {
    let host = plain(host);
    let has = |provider: &&Provider| provider.servers.iter().any(|pair| side(pair) == host);
    PROVIDERS.iter().find(has).filter(|_| !is_number(&host))
}

fn is_number(host: &str) -> bool {
    host.parse::<std::net::IpAddr>().is_ok()
}

fn plain(name: &str) -> String {
    name.trim().trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_domain_and_host() {
        assert_eq!(by_domain("GMail.com").unwrap().name, "Gmail");
        assert_eq!(by_host("imap.mail.me.com").unwrap().name, "iCloud");
        assert_eq!(by_host("imap.example.com"), None);
        assert_eq!(by_host("127.0.0.1"), None);
        let microsoft = |user| by_account("Outlook.office365.com.", user).unwrap().name;
        assert_eq!(microsoft("ann@example.com"), "Microsoft");
        assert_eq!(microsoft("ann@hotmail.com"), "Outlook.com");
        assert_eq!(
            by_account("imap.gmail.com", "ann@outlook.com")
                .unwrap()
                .name,
            "Gmail"
        );
        assert_eq!(by_account("127.0.0.1", "ann@proton.me"), None);
    }

    #[test]
    fn no_name_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for provider in PROVIDERS {
            for name in provider.domains {
                assert!(seen.insert(name), "{name}");
            }
            assert!(!provider.imap_host().is_empty());
        }
    }
}
