//! What is known of the large mail providers: a table, and look-ups in it.
//!
//! All of them serve IMAP with TLS on port 993, save where a row says so.

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

/// A provider: a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provider {
    /// Its name as people know it.
    pub name: &'static str,
    /// Its IMAP hosts; the first is the usual one.
    pub imap: &'static [&'static str],
    /// The port of IMAP.
    pub imap_port: u16,
    /// Its host for sending.
    pub smtp: &'static str,
    /// The port for sending: 465 with TLS, else STARTTLS.
    pub smtp_port: u16,
    /// The address domains that are the provider's own.
    pub domains: &'static [&'static str],
    /// What it wants as a password.
    pub auth: Auth,
    /// Whether the user name must be the whole address.
    pub full_address: bool,
    /// Where an app password is made, or the other way in explained.
    pub password_link: Option<&'static str>,
    /// Where IMAP is switched on, for those who have a switch.
    pub imap_link: Option<&'static str>,
    /// What its refusals leave unsaid, in a sentence.
    pub note: Option<&'static str>,
}

/// A row like most: port 993, SMTP on 465, the whole address as user name.
const COMMON: Provider = Provider {
    name: "",
    imap: &[],
    imap_port: 993,
    smtp: "",
    smtp_port: 465,
    domains: &[],
    auth: Auth::AppPassword { letters16: true },
    full_address: true,
    password_link: None,
    imap_link: None,
    note: None,
};

/// Every provider known.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Gmail",
        imap: &["imap.gmail.com", "imap.googlemail.com"],
        smtp: "smtp.gmail.com",
        domains: &["gmail.com", "googlemail.com"],
        password_link: Some("https://support.google.com/accounts/answer/185833"),
        imap_link: Some("https://support.google.com/mail/answer/7126229"),
        ..COMMON
    },
    Provider {
        name: "Microsoft",
        imap: &["outlook.office365.com", "imap-mail.outlook.com"],
        smtp: "smtp.office365.com",
        smtp_port: 587,
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
        auth: Auth::OAuth2Only,
        password_link: Some(
            "https://support.microsoft.com/office/modern-authentication-methods-now-needed-to-continue-syncing-outlook-email-in-non-microsoft-email-apps-c5d65390-9676-4763-b41f-d7986499a90d",
        ),
        ..COMMON
    },
    Provider {
        name: "Yahoo",
        imap: &["imap.mail.yahoo.com"],
        smtp: "smtp.mail.yahoo.com",
        domains: &[
            "yahoo.com",
            "yahoo.co.uk",
            "yahoo.de",
            "yahoo.fr",
            "ymail.com",
            "rocketmail.com",
        ],
        password_link: Some("https://help.yahoo.com/kb/SLN15241.html"),
        ..COMMON
    },
    Provider {
        name: "AOL",
        imap: &["imap.aol.com"],
        smtp: "smtp.aol.com",
        domains: &["aol.com", "aim.com"],
        password_link: Some("https://help.aol.com/articles/Create-and-manage-app-password"),
        ..COMMON
    },
    Provider {
        name: "iCloud",
        imap: &["imap.mail.me.com"],
        smtp: "smtp.mail.me.com",
        smtp_port: 587,
        domains: &["icloud.com", "me.com", "mac.com"],
        // Sixteen letters too, but in groups with hyphens, which belong to it.
        auth: Auth::AppPassword { letters16: false },
        full_address: false,
        password_link: Some("https://support.apple.com/102654"),
        ..COMMON
    },
    Provider {
        name: "Zoho",
        imap: &[
            "imap.zoho.com",
            "imap.zoho.eu",
            "imap.zoho.in",
            "imappro.zoho.com",
            "imappro.zoho.eu",
            "imappro.zoho.in",
        ],
        smtp: "smtp.zoho.com",
        domains: &["zoho.com", "zohomail.com", "zohomail.eu", "zohomail.in"],
        auth: Auth::Password,
        password_link: Some("https://www.zoho.com/mail/help/imap-access.html"),
        imap_link: Some("https://www.zoho.com/mail/help/imap-access.html"),
        note: Some("Zoho wants an app password where two-step verification is on."),
        ..COMMON
    },
    Provider {
        name: "Fastmail",
        imap: &["imap.fastmail.com"],
        smtp: "smtp.fastmail.com",
        domains: &["fastmail.com", "fastmail.fm"],
        password_link: Some("https://www.fastmail.help/hc/en-us/articles/360058752854"),
        ..COMMON
    },
    Provider {
        name: "GMX",
        imap: &["imap.gmx.net", "imap.gmx.com"],
        smtp: "mail.gmx.net",
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
        imap: &["imap.mail.ru"],
        smtp: "smtp.mail.ru",
        domains: &["mail.ru", "inbox.ru", "bk.ru", "list.ru", "internet.ru"],
        auth: Auth::AppPassword { letters16: false },
        password_link: Some("https://help.mail.ru/mail/security/protection/external"),
        ..COMMON
    },
    Provider {
        name: "Yandex",
        imap: &["imap.yandex.com", "imap.yandex.ru"],
        smtp: "smtp.yandex.com",
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
        imap: &["imap.qq.com"],
        smtp: "smtp.qq.com",
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
        imap: &["imap.163.com", "imap.126.com"],
        smtp: "smtp.163.com",
        domains: &["163.com", "126.com"],
        password_link: Some("https://help.mail.163.com/"),
        imap_link: Some("https://help.mail.163.com/"),
        note: Some("NetEase wants an authorisation code instead of the password."),
        ..COMMON
    },
    Provider {
        name: "Proton Mail Bridge",
        imap: &["127.0.0.1"],
        imap_port: 1143,
        smtp: "127.0.0.1",
        smtp_port: 1025,
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
        self.imap.first().copied().unwrap_or_default()
    }
}

/// The provider whose own domain an address has; case does not matter.
pub fn by_domain(domain: &str) -> Option<&'static Provider> {
    find(domain, |provider| provider.domains)
}

/// The provider that an IMAP host belongs to; case does not matter.
///
/// Proton's bridge runs on one's own machine, and so may any other server:
/// no address in numbers is taken for a provider.
pub fn by_host(host: &str) -> Option<&'static Provider> {
    let number = host.parse::<std::net::IpAddr>().is_ok();
    find(host, |provider| provider.imap).filter(|_| !number)
}

fn find(
    name: &str,
    names: impl Fn(&'static Provider) -> &'static [&'static str],
) -> Option<&'static Provider> {
    let name = name.trim().trim_end_matches('.');
    PROVIDERS
        .iter()
        .find(|provider| names(provider).iter().any(|n| n.eq_ignore_ascii_case(name)))
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
    }

    #[test]
    fn no_name_stands_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for provider in PROVIDERS {
            for name in provider.domains.iter().chain(provider.imap) {
                assert!(seen.insert(name), "{name}");
            }
            assert!(!provider.imap_host().is_empty());
        }
    }
}
