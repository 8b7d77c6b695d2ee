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
    /// How the account is signed in to.
    SignIn,
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
    /// How far back mail is read.
    History,
    /// What the rest of the team sees.
    Sharing,
    /// Whose mail is on no timeline.
    Exclusions,
    /// The folders that are read.
    Folders,
    /// The folders that are left out.
    FoldersLeftOut,
    /// Certificates of one's own authority.
    ExtraCa,
}

impl Field {
    /// The field as it is called in the form and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Host => "host",
            Self::Username => "username",
            Self::SignIn => "sign_in",
            Self::Password => "password",
            Self::Port => "port",
            Self::Security => "security",
            Self::SmtpHost => "smtp_host",
            Self::SmtpPort => "smtp_port",
            Self::SmtpSecurity => "smtp_security",
            Self::Owner => "owner",
            Self::CreateContacts => "create_contacts",
            Self::History => "history",
            Self::Sharing => "sharing",
            Self::Exclusions => "exclusions",
            Self::Folders => "folders",
            Self::FoldersLeftOut => "folders_left_out",
            Self::ExtraCa => "extra_ca",
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
    /// Letters or signs that no host name can have.
    HostNotAscii,
    /// Letters of two alphabets that look alike.
    HostLookalike,
    /// A number that could be read as another address than it seems.
    HostOddNumber,
    /// No host name.
    HostInvalid,
    /// A host name without a dot.
    HostIncomplete,
    /// One slip away from a known host.
    HostMisspelled,
    /// A host for sending.
    HostIsSmtp,
    /// A host for POP3.
    HostIsPop3,
    /// A website, or the part of an address behind the `@`.
    HostIsWebsite,
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
    /// A name or brackets around the address.
    UsernameNotPlain,
    /// Spaces inside an address.
    UsernameHasSpaces,
    /// One slip away from one of the provider's addresses.
    UsernameMisspelled,
    /// The dots that stand for a password.
    PasswordIsMask,
    /// No certificate in PEM.
    CaNotPem,
    /// A private key, which belongs to nobody else.
    CaIsPrivateKey,
    /// No day of the calendar.
    DayInvalid,
    /// Neither an address nor a domain.
    NotAnAddress,
    /// Folders to read and folders to leave out, both.
    FoldersBoth,
    /// None of the choices.
    UnknownChoice,
}

impl FaultCode {
    /// The field of the form that says "it is meant as typed", for a doubt
    /// that whoever typed it may overrule: `keep_host` or `keep_username`.
    pub const fn overruled_by(self) -> Option<&'static str> {
        match self {
            Self::HostMisspelled | Self::HostIsSmtp | Self::HostIsPop3 | Self::HostIsWebsite => {
                Some("keep_host")
            }
            Self::UsernameIncomplete | Self::UsernameMisspelled => Some("keep_username"),
            _ => None,
        }
    }
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
            match &fault.suggestion {
                Some(meant) if !fault.message.contains(meant) => write!(f, " Try {meant}.")?,
                _ => {}
            }
        }
        Ok(())
    }
}
