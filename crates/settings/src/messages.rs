//! The English sentences of every diagnosis, each under a key, for somebody
//! who has never heard of IMAP.
//!
//! `{who}` is the provider's name or "the mail server", `{host}` the host that
//! was dialled. A translation is a table with the same keys.

/// What is said under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The key: a diagnosis' name, behind a dot its variety, and behind
    /// another `.sending` where the sending side has words of its own.
    pub key: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What to do now.
    pub todo: &'static str,
}

const fn message(key: &'static str, happened: &'static str, todo: &'static str) -> Message {
    Message {
        key,
        happened,
        todo,
    }
}

const CERTIFICATE_TODO: &str =
    "We send no password to it. Check the host name; if it is right, tell whoever runs the server.";

/// Every message.
pub const MESSAGES: &[Message] = &[
    message(
        "app_password_required",
        "{who} wants an app password: a second password, made for this program alone.",
        "Create one in your account's security settings and enter it here instead of your usual password.",
    ),
    message(
        "wrong_password",
        "{who} did not accept this user name and password.",
        "Check both. If you sign in with a second step (a code or a phone), you need an app password instead of the usual one; your account's security settings make one.",
    ),
    message(
        "wrong_password.app_password",
        "{who} did not accept this user name and password.",
        "Enter your whole e-mail address, and an app password, not the password you sign in with on the web; your account's security settings make one.",
    ),
    message(
        "imap_disabled",
        "{who} does not let programs read this mailbox: access by IMAP, the way programs read mail, is switched off.",
        "Switch IMAP on in the mailbox's settings on the web, then try again.",
    ),
    message(
        "oauth2_required",
        "{who} no longer takes passwords from programs; it wants you to sign in in the browser (OAuth2).",
        "Connect by signing in there, or ask whoever runs your mail.",
    ),
    message(
        "sign_in_again",
        "{who} does not accept the sign-in of this mailbox any more.",
        "Sign in again, with this mailbox's own account. Nothing of its history is lost.",
    ),
    message(
        "oauth2_not_taken",
        "{who} takes no sign-in in the browser for this mailbox.",
        "Connect it with a password or an app password instead.",
    ),
    message(
        "passwords_not_taken",
        "{who} takes no passwords from programs, only other ways to sign in.",
        "Ask whoever runs it whether a password or an app password can be allowed for this mailbox.",
    ),
    message(
        "web_login_required",
        "{who} wants to be sure that it is you.",
        "Sign in to your mailbox in the browser, confirm what it asks, then try again.",
    ),
    message(
        "admin_blocked",
        "{who} says that your organisation does not allow this mailbox to be connected.",
        "Ask its administrator to allow access by IMAP for you.",
    ),
    message(
        "admin_blocked.sending",
        "{who} says that your organisation does not allow programs to send from this mailbox.",
        "Ask its administrator to allow sending by SMTP for you.",
    ),
    message(
        "too_many_connections",
        "{who} says that too many programs are connected to this mailbox.",
        "Close some of them (phones and mail programs count) and wait some minutes; then it will do.",
    ),
    message(
        "throttled",
        "{who} asks to be left alone for a while, because of too many visits in a short time.",
        "Wait some minutes, then try again. The settings may well be right.",
    ),
    message(
        "throttled.until",
        "{who} asks to be left alone for a while, because of too many visits in a short time.",
        "Try again in {wait}. The settings may well be right.",
    ),
    message(
        "certificate_invalid.expired",
        "The server's certificate, its proof of identity, has expired.",
        CERTIFICATE_TODO,
    ),
    message(
        "certificate_invalid.not_yet_valid",
        "The server's certificate, its proof of identity, is not valid yet.",
        CERTIFICATE_TODO,
    ),
    message(
        "certificate_invalid.wrong_host",
        "The server's certificate, its proof of identity, belongs to another host than {host}.",
        "We send no password to it. Enter the host name exactly as your provider gives it.",
    ),
    message(
        "certificate_invalid.unknown_issuer",
        "The server's certificate, its proof of identity, was issued by nobody we know.",
        "We send no password to it. If the server is your own, its authority's certificate can be added to the settings; otherwise check the host name.",
    ),
    message(
        "certificate_invalid.revoked",
        "The server's certificate, its proof of identity, was withdrawn by its issuer.",
        CERTIFICATE_TODO,
    ),
    message(
        "certificate_invalid.other",
        "The server's certificate, its proof of identity, is not valid.",
        CERTIFICATE_TODO,
    ),
    message(
        "wrong_port_or_security",
        "{host} answers on this port, but not with the encryption that was chosen.",
        "Use port 993 with TLS, or port 143 with STARTTLS.",
    ),
    message(
        "wrong_port_or_security.sending",
        "{host} answers on this port, but not with the encryption that was chosen.",
        "Use port 465 with TLS, or port 587 with STARTTLS.",
    ),
    message(
        "use_starttls",
        "{host} is a mail server, but on this port it begins without encryption.",
        "Choose STARTTLS, which switches encryption on, or use port 993 with TLS.",
    ),
    message(
        "use_starttls.sending",
        "{host} is a mail server, but on this port it begins without encryption.",
        "Choose STARTTLS, which switches encryption on, or use port 465 with TLS.",
    ),
    message(
        "use_tls",
        "{host} is a mail server, but on this port everything is encrypted from the start.",
        "Choose TLS instead of STARTTLS.",
    ),
    message(
        "not_an_imap_server",
        "{host} answers on this port, but it is no server for reading mail.",
        "Check the host name and use port 993; your provider's help pages call it the IMAP server.",
    ),
    message(
        "not_an_imap_server.sending",
        "{host} answers on this port, but it is no server for sending mail.",
        "Check the host name and use port 465; your provider's help pages call it the SMTP server.",
    ),
    message(
        "host_not_found",
        "There is no host named {host}.",
        "Check the spelling; your provider's help pages call it the IMAP server.",
    ),
    message(
        "host_not_found.sending",
        "There is no host named {host}.",
        "Check the spelling; your provider's help pages call it the SMTP server.",
    ),
    message(
        "host_refused",
        "This host cannot be used here.",
        "Enter the mail server's public host name, such as imap.example.com.",
    ),
    message(
        "host_refused.sending",
        "This host cannot be used here.",
        "Enter the mail server's public host name, such as smtp.example.com.",
    ),
    message(
        "connection_refused",
        "{host} exists, but takes no connections on this port.",
        "Check the host name, and use port 993.",
    ),
    message(
        "connection_refused.sending",
        "{host} exists, but takes no connections on this port.",
        "Check the host name, and use port 465 or 587.",
    ),
    message(
        "timed_out",
        "{host} did not answer in time.",
        "Check the host name and the port (993); if they are right, try again in some minutes.",
    ),
    message(
        "timed_out.sending",
        "{host} did not answer in time.",
        "Check the host name and the port (465 or 587); if they are right, try again in some minutes.",
    ),
    message(
        "server_unavailable",
        "{who} cannot serve this mailbox at the moment.",
        "Try again in some minutes. The settings may well be right.",
    ),
    message(
        "unknown",
        "{host} could not be used, for a reason that is not known here.",
        "Check host name, user name and password; if they are right, try again in some minutes.",
    ),
];
