//! What providers say when they refuse, word for word: each follows `NO ` or,
//! where its name says so, `BAD `; for [`Profile`](crate::Profile) and
//! [`Mailboxes::refuse_logins`](crate::Mailboxes::refuse_logins).

/// Gmail and Google Workspace.
pub mod gmail {
    /// The account's own password, where an app password is wanted.
    pub const APP_PASSWORD: &str = "[ALERT] Application-specific password required: \
        https://support.google.com/accounts/answer/185833 (Failure)";
    /// A wrong password.
    pub const INVALID: &str = "[AUTHENTICATIONFAILED] Invalid credentials (Failure)";
    /// More than 15 connections.
    pub const CONNECTIONS: &str = "[ALERT] Too many simultaneous connections. (Failure)";
    /// 2,500 MB a day.
    pub const BANDWIDTH: &str = "[OVERQUOTA] Account exceeded command or bandwidth limits.";
    /// A login that Google finds strange.
    pub const WEB_LOGIN: &str = "[ALERT] Please log in via your web browser";
    /// The same, with the page to open.
    pub const WEB_ALERT: &str =
        "[WEBALERT https://accounts.google.com/signin/continue] Web login required";
    /// Switched off by the domain's administrator.
    pub const DOMAIN_DISABLED: &str = "[ALERT] IMAP access is disabled for your domain.";
    /// Switched off for the account.
    pub const DISABLED: &str = "[ALERT] Your account is not enabled for IMAP use.";
}

/// Outlook.com and Microsoft 365.
pub mod outlook {
    /// Any password, at Outlook.com; BYE follows.
    pub const BASIC_DISABLED: &str = "Basic authentication is disabled.";
    /// Any password, with LOGIN.
    pub const LOGIN: &str = "LOGIN failed.";
    /// A token that isn't taken, at Microsoft 365.
    pub const TOKEN: &str = "AUTHENTICATE failed.";
    /// An account that somebody has to look after.
    pub const BLOCKED: &str = "Account is blocked. Login to your account via a web browser";
    /// After `BAD `: no scope, no licence, or throttled.
    pub const NOT_CONNECTED_BAD: &str = "User is authenticated but not connected.";
    /// Too much, with the wait it asks for.
    pub const THROTTLED: &str = "Request is throttled. Suggested Backoff Time: 5000 milliseconds";
    /// Its own trouble.
    pub const UNAVAILABLE: &str = "Server Unavailable. 15";
    /// After `BYE `.
    pub const CLOSED_BYE: &str = "Connection closed. 14";
}

/// Yahoo and AOL.
pub mod yahoo {
    /// A wrong password, or the account's own.
    pub const INVALID: &str = "[AUTHENTICATIONFAILED] LOGIN Invalid credentials";
    /// In the middle of a fetch.
    pub const UNAVAILABLE: &str = "[UNAVAILABLE] UID FETCH Server error - Please try again later";
    /// Too many connections.
    pub const CONNECTIONS: &str = "[LIMIT] Too many simultaneous connections";
}

/// iCloud.
pub mod icloud {
    /// A wrong password, or the account's own.
    pub const FAILED: &str = "[AUTHENTICATIONFAILED] Authentication failed";
    /// After `BAD `; nothing is wrong with the password.
    pub const UNAVAILABLE_BAD: &str = "[UNAVAILABLE] Service temporarily unavailable";
}

/// 163.com and 126.com.
pub mod netease {
    /// A folder is to be opened and no ID was sent.
    pub const UNSAFE: &str = "SELECT Unsafe Login. Please contact kefu@188.com for help";
    /// A wrong authorisation code.
    pub const FAILED: &str = "LOGIN Login error or password error";
}

/// Zoho.
pub mod zoho {
    /// IMAP is off until somebody switches it on.
    pub const DISABLED: &str = "[ALERT] You are yet to enable IMAP for your account. \
        Please contact your administrator (Failure)";
    /// A wrong password.
    pub const INVALID: &str = "[ALERT] Invalid credentials(Failure)";
}

/// Fastmail.
pub mod fastmail {
    /// A wrong password, or the account's own.
    pub const INVALID: &str = "Incorrect username, password or access token.";
}

/// mail.ru.
pub mod mail_ru {
    /// The account's own password, where an app password is wanted.
    pub const APP_PASSWORD: &str = "NEOBHODIM parol prilozheniya \
        https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED";
}

/// Yandex.
pub mod yandex {
    /// A wrong password, or IMAP switched off.
    pub const INVALID: &str =
        "[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=x";
}

/// QQ.
pub mod qq {
    /// Anything at all.
    pub const FAILED: &str = "Login fail. Account is abnormal, service is not open, password is \
        incorrect, login frequency limited, or system is busy.";
    /// The account's own password, where an authorisation code is wanted.
    pub const CODE: &str = "Please using authorized code to login.";
}

/// Proton Bridge.
pub mod proton {
    /// A wrong user name.
    pub const NO_USER: &str = "no such user";
    /// Too many attempts.
    pub const ATTEMPTS: &str = "too many login attempts";
}

/// Dovecot.
pub mod dovecot {
    /// Too many connections.
    pub const CONNECTIONS: &str = "[UNAVAILABLE] Maximum number of connections from user+IP \
        exceeded (mail_max_userip_connections=16)";
}
