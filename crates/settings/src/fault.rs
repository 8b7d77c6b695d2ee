//! What is wrong with a form, field by field.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Field {
    /// Name.
    Name,
    /// Host name.
    Host,
    /// Username.
    Username,
    /// Password.
    Password,
    /// Port.
    Port,
    /// Security.
    Security,
    /// Host name for sending.
    SmtpHost,
    /// Port for sending.
    SmtpPort,
    /// Security for sending.
    SmtpSecurity,
    /// Team member.
    Owner,
    /// Create contact.
    CreateContacts,
}

impl Field {
    /// The field as it is called in the form and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Host => "host",
            Self::Username => "username",
            Self::Password => "password",
            Self::Port => "port",
            Self::Security => "security",
            Self::SmtpHost => "smtp_host",
            Self::SmtpPort => "smtp_port",
            Self::SmtpSecurity => "smtp_security",
            Self::Owner => "owner",
            Self::CreateContacts => "create_contacts",
        }
    }
}

/// What is wrong, for programs and translations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultCode {
    /// Nothing was entered.
    Empty,
    /// More than the field holds.
    TooLong,
    /// A line break or another control character.
    ControlCharacter,
    /// A web address in the host field.
    HostIsUrl,
    /// An e-mail address in the host field.
    HostIsAddress,
    /// A port behind the host.
    HostHasPort,
    /// Spaces in the host.
    HostHasSpaces,
    /// Letters beyond ASCII in the host.
    HostNotAscii,
    /// A number that could be read as another address than it seems.
    HostOddNumber,
    /// No host name.
    HostInvalid,
    /// A host name without a dot.
    HostIncomplete,
    /// One slip away from a known host.
    HostMisspelled,
    /// The provider's host for sending.
    HostIsSmtp,
    /// The provider's host for reading, where the one for sending belongs.
    HostIsImap,
    /// An address that may not be dialled.
    HostRefused,
    /// No number from 1 to 65535.
    PortNotANumber,
    /// A port of POP3.
    PortIsPop3,
    /// A port for sending.
    PortIsSmtp,
    /// A port for reading, where one for sending belongs.
    PortIsImap,
    /// A port of the web.
    PortIsWeb,
    /// A port that may not be dialled.
    PortRefused,
    /// Port 143 together with TLS from the first byte.
    PortNeedsStartTls,
    /// Port 993 together with STARTTLS.
    PortNeedsTls,
    /// The provider wants the whole address.
    UsernameIncomplete,
    /// None of the choices.
    UnknownChoice,
}

/// One thing wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// The field.
    pub field: Field,
    /// What is wrong.
    pub code: FaultCode,
    /// The same in a sentence that says how to mend it.
    pub message: String,
    /// What to enter instead, where that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// Everything that is wrong with a form, in the form's order; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Brings them into the form's order.
    pub(crate) fn new(mut faults: Vec<Fault>) -> Self {
        faults.sort_by_key(|fault| fault.field);
        Self(faults)
    }

    /// Each fault.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// The fault to show at a field.
    pub fn of(&self, field: Field) -> Option<&Fault> {
        self.0.iter().find(|fault| fault.field == field)
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            write!(f, "{gap}{}: {}", fault.field.as_str(), fault.message)?;
        }
        Ok(())
    }
}
