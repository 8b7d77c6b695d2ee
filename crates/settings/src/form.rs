//! The form, as typed.

use inboxlink_model::{CreateContacts, FolderChoice, HistoryDepth, MailPolicy, OwnerId};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{ConnectionSettings, Faults, HostPolicy, Security, SignIn, validate};

/// What a person typed into the form: text in every field, checked by
/// [`validate`].
///
/// It is read from JSON or from a posted form; absent fields are empty. It can
/// be printed and serialised (to show the form again): the password never is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    /// What the team calls the inbox.
    pub name: String,
    /// Host name.
    pub host: String,
    /// The host is meant as typed, though it seems to be another one (see
    /// [`FaultCode::overruled_by`](crate::FaultCode::overruled_by)).
    #[serde(deserialize_with = "flag")]
    pub keep_host: bool,
    /// Username.
    pub username: String,
    /// The user name is meant as typed, as above.
    #[serde(deserialize_with = "flag")]
    pub keep_username: bool,
    /// `password` or `oauth2` (a sign-in in the browser); empty for `password`.
    pub sign_in: String,
    /// Password or app password; empty for a sign-in in the browser.
    #[serde(skip_serializing, deserialize_with = "secret")]
    pub password: SecretString,
    /// Port; empty for the usual one (993, or 143 with STARTTLS).
    #[serde(deserialize_with = "text_or_number")]
    pub port: String,
    /// `tls` or `starttls`; empty for what the port implies.
    pub security: String,
    /// Host name for sending; empty for what follows from the one for reading.
    pub smtp_host: String,
    /// Port for sending; empty for the usual one.
    #[serde(deserialize_with = "text_or_number")]
    pub smtp_port: String,
    /// Security for sending: as `security`.
    pub smtp_security: String,
    /// The team member's id: 32 hexadecimal digits, a UUID or an integer.
    #[serde(deserialize_with = "text_or_number")]
    pub owner: String,
    /// The inbox is a team's, such as `info@`, and not the member's own.
    #[serde(deserialize_with = "flag")]
    pub team_inbox: bool,
    /// `off`, `sent` or `all`; empty for `all`. The `on` of a checkbox is `all`.
    #[serde(deserialize_with = "text_or_number")]
    pub create_contacts: String,
    /// How far back mail is read: `all`, or a day such as `2024-01-31`; empty
    /// for `all`.
    pub history: String,
    /// What the rest of the team sees of the mail: `everything`, `subject`,
    /// `metadata` (who wrote to whom, and when) or `private`; empty for
    /// `everything`.
    pub sharing: String,
    /// Addresses and domains whose mail is on no timeline, with white space or
    /// commas between them.
    pub exclusions: String,
    /// Mail within the team is shown too.
    #[serde(deserialize_with = "flag")]
    pub internal: bool,
    /// Only these folders are read, a name a line; empty for those that
    /// matter.
    pub folders: String,
    /// These are left out, a name a line.
    pub folders_left_out: String,
    /// Certificates of one's own authority, as PEM; empty for none.
    pub extra_ca: String,
}

impl SettingsForm {
    /// A form to edit an inbox with: what it is called, whose it is, and what
    /// is done with its mail; the rest is to be filled in.
    pub fn of(name: &str, owner: OwnerId, mail: &MailPolicy) -> Self {
        Self {
            name: name.to_owned(),
            ..Builder::default().owner(owner).mail(mail).form
        }
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// JSON from a careful client has numbers and booleans where a posted form has
/// text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose {
    Flag(bool),
    Number(u64),
    Text(String),
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Flag(flag) => flag.to_string(),
        Loose::Number(number) => number.to_string(),
        Loose::Text(text) => text,
    })
}

/// A checkbox that is not ticked is not posted at all.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Flag(flag) => flag,
        Loose::Number(number) => number != 0,
        Loose::Text(text) => !matches!(text.trim(), "" | "0" | "false" | "off"),
    })
}

/// Builds [`ConnectionSettings`] in code, with the same checks as the form.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Builder {
    form: SettingsForm,
}

impl ConnectionSettings {
    /// Starts a builder: port 993 with TLS, contacts for everyone, and the
    /// user name for a name, until told otherwise.
    ///
    /// ```
    /// use inboxlink_settings::{ConnectionSettings, HostPolicy};
    /// let settings = ConnectionSettings::builder()
    ///     .host("imap.example.com")
    ///     .username("ann@example.com")
    ///     .password("correct horse".to_owned())
    ///     .owner(7)
    ///     .build(&HostPolicy::default())?;
    /// assert_eq!((settings.name(), settings.port()), ("ann@example.com", 993));
    /// # Ok::<(), inboxlink_settings::Faults>(())
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// What the team calls the inbox.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.form.name = name.into();
        self
    }

    /// The server.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.form.host = host.into();
        // Code means what it says; only people mistype.
        self.form.keep_host = true;
        self
    }

    /// The port.
    pub fn port(mut self, port: u16) -> Self {
        self.form.port = port.to_string();
        self
    }

    /// How the connection is secured.
    pub fn security(mut self, security: Security) -> Self {
        self.form.security = security.as_str().to_owned();
        self
    }

    /// The server that mail is handed in at for sending.
    pub fn smtp_host(mut self, host: impl Into<String>) -> Self {
        self.form.smtp_host = host.into();
        self
    }

    /// Its port.
    pub fn smtp_port(mut self, port: u16) -> Self {
        self.form.smtp_port = port.to_string();
        self
    }

    /// How the connection to it is secured.
    pub fn smtp_security(mut self, security: Security) -> Self {
        self.form.smtp_security = security.as_str().to_owned();
        self
    }

    /// The name to log in with.
    pub fn username(mut self, username: impl Into<String>) -> Self {
        self.form.username = username.into();
        self.form.keep_username = true;
        self
    }

    /// The password or app password.
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.form.password = password.into();
        self
    }

    /// Whether the account is signed in to in the browser; then there is no
    /// password.
    pub fn sign_in(mut self, sign_in: SignIn) -> Self {
        self.form.sign_in = sign_in.as_str().to_owned();
        self
    }

    /// The team member who owns the inbox.
    pub fn owner(mut self, owner: impl Into<OwnerId>) -> Self {
        self.form.owner = owner.into().to_string();
        self
    }

    /// For whom contacts are made.
    pub fn create_contacts(mut self, create: CreateContacts) -> Self {
        self.form.create_contacts = match create {
            CreateContacts::Off => "off".to_owned(),
            CreateContacts::Sent => "sent".to_owned(),
            CreateContacts::All => "all".to_owned(),
        };
        self
    }

    /// Whether the inbox is a team's, such as `info@`.
    pub fn team_inbox(mut self, team: bool) -> Self {
        self.form.team_inbox = team;
        self
    }

    /// How far back, from which folders, and for whom mail is read.
    pub fn mail(mut self, mail: &MailPolicy) -> Self {
        let form = &mut self.form;
        form.history = match mail.history {
            HistoryDepth::All => String::new(),
            HistoryDepth::Since(day) => day.to_string(),
        };
        form.sharing = mail.sharing.as_str().to_owned();
        let addresses = mail.exclusions.addresses.iter().map(|it| it.as_str());
        let domains = mail.exclusions.domains.iter().map(String::as_str);
        form.exclusions = addresses.chain(domains).collect::<Vec<_>>().join("\n");
        form.internal = mail.internal;
        (form.folders, form.folders_left_out) = match &mail.folders {
            FolderChoice::Usual => (String::new(), String::new()),
            FolderChoice::Only(names) => (names.join("\n"), String::new()),
            FolderChoice::Except(names) => (String::new(), names.join("\n")),
        };
        self
    }

    /// Certificates of authorities to trust beside the public ones, as PEM.
    pub fn extra_ca(mut self, pem: impl Into<String>) -> Self {
        self.form.extra_ca = pem.into();
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    /// [`Faults`]: every faulty field.
    pub fn build(mut self, policy: &HostPolicy) -> Result<ConnectionSettings, Faults> {
        if self.form.name.is_empty() {
            self.form.name = self
                .form
                .username
                .chars()
                .take(crate::limits::MAX_NAME_CHARS)
                .collect();
        }
        validate(&self.form, policy)
    }
}
