//! From the form as typed to settings, or to everything that is wrong with it.

use std::net::SocketAddr;

use inboxlink_model::{CreateContacts, OwnerId};
use secrecy::SecretString;

mod smtp;

use crate::{
    ConnectionSettings, Fault, FaultCode, Faults, Field, HostPolicy, Security, SettingsForm,
    host::{HostFault, read_host},
    limits::{MAX_NAME_CHARS, MAX_PASSWORD_BYTES, MAX_USERNAME_BYTES},
    providers::{self, Auth, Provider},
    spelling::suggest_host,
};

/// Checks a form.
///
/// White space around everything but the password is passed over. An app
/// password of sixteen letters, pasted with the spaces it is shown with, loses
/// them where the provider's are like that.
///
/// # Errors
/// [`Faults`] names **every** faulty field, each with one fault.
pub fn validate(form: &SettingsForm, policy: &HostPolicy) -> Result<ConnectionSettings, Faults> {
    let mut faults = Vec::new();
    let name = keep(&mut faults, name(&form.name));
    let host = keep(&mut faults, host(form, policy));
    let account = |host: &String| providers::by_account(host, form.username.trim());
    let provider = host.as_ref().and_then(account);
    let username = keep(&mut faults, username(&form.username, provider));
    let password = keep(&mut faults, password(form.typed_password(), provider));
    let security = keep(&mut faults, security(&form.security, &form.port));
    let port = keep(&mut faults, port(&form.port, security, policy));
    let host = host.filter(|host| {
        let pair = keep(&mut faults, reachable(host, port, policy));
        pair.is_some()
    });
    let smtp = smtp::smtp(
        form,
        policy,
        host.as_deref().zip(port),
        provider,
        &mut faults,
    );
    let owner = keep(&mut faults, owner(&form.owner));
    let create_contacts = keep(&mut faults, create_contacts(&form.create_contacts));
    // Every `None` left a fault behind.
    let settings = || {
        Some(ConnectionSettings {
            name: name?,
            host: host?,
            port: port?,
            security: security?,
            smtp: smtp?,
            username: username?,
            password: password?,
            owner: owner?,
            create_contacts: create_contacts?,
        })
    };
    settings().ok_or_else(|| Faults::new(faults))
}

fn keep<T>(faults: &mut Vec<Fault>, result: Result<T, Fault>) -> Option<T> {
    result.map_err(|fault| faults.push(fault)).ok()
}

fn fault(field: Field, code: FaultCode, message: impl Into<String>) -> Fault {
    Fault {
        field,
        code,
        message: message.into(),
        suggestion: None,
    }
}

impl Fault {
    fn suggest(self, suggestion: Option<impl Into<String>>) -> Self {
        Self {
            suggestion: suggestion.map(Into::into),
            ..self
        }
    }
}

fn name(typed: &str) -> Result<String, Fault> {
    let text = typed.trim();
    let bad = |code, message| Err(fault(Field::Name, code, message));
    if text.is_empty() {
        bad(
            FaultCode::Empty,
            "Give the inbox a name that your team will know it by; contacts never see it.",
        )
    } else if text.chars().any(char::is_control) {
        bad(
            FaultCode::ControlCharacter,
            "Write the name on one line, without tabs or line breaks.",
        )
    } else if text.chars().count() > MAX_NAME_CHARS {
        bad(
            FaultCode::TooLong,
            "Shorten the name to at most 100 characters.",
        )
    } else {
        Ok(text.to_owned())
    }
}

fn host(form: &SettingsForm, policy: &HostPolicy) -> Result<String, Fault> {
    let host = read_host(&form.host).map_err(|bad| host_fault(bad, &form.username))?;
    let bad = |code, message: &str| fault(Field::Host, code, message);
    if let Ok(ip) = host.parse() {
        return match policy.check_ip(ip) {
            Ok(()) => Ok(host),
            Err(_) => Err(refused_host(Field::Host)),
        };
    }
    if let Some(provider) = providers::by_smtp_host(&host) {
        return Err(bad(
            FaultCode::HostIsSmtp,
            "This host is for sending mail. Enter the one for receiving it (IMAP).",
        )
        .suggest(provider.imap_host_of(&host)));
    }
    if let Some(known) = suggest_host(&host).filter(|_| !form.keep_host) {
        return Err(fault(
            Field::Host,
            FaultCode::HostMisspelled,
            format!("There seems to be a slip in the host name. Did you mean {known}?"),
        )
        .suggest(Some(known)));
    }
    if !host.contains('.') && !policy.has_exceptions() {
        return Err(bad(
            FaultCode::HostIncomplete,
            "Enter the whole host name, with its dots, such as imap.example.com.",
        )
        .suggest(providers::by_domain(&format!("{host}.com")).map(Provider::imap_host)));
    }
    Ok(host)
}

/// An address is allowed with one port and refused with another.
fn reachable(host: &str, port: Option<u16>, policy: &HostPolicy) -> Result<(), Fault> {
    match (host.parse(), port) {
        (Ok(ip), Some(port)) => policy
            .check(SocketAddr::new(ip, port))
            .map_err(|_| refused_host(Field::Host)),
        _ => Ok(()),
    }
}

fn refused_host(field: Field) -> Fault {
    fault(
        field,
        FaultCode::HostRefused,
        "This host cannot be used here. Enter the mail server's public host name, \
         such as imap.example.com.",
    )
}

fn host_fault(bad: HostFault, username: &str) -> Fault {
    let host = |code, message: &str| fault(Field::Host, code, message);
    match bad {
        HostFault::Empty => {
            let domain = username.rsplit_once('@').map(|(_, domain)| domain);
            host(
                FaultCode::Empty,
                "Enter the host name of the mail server, such as imap.example.com; \
                 your provider's help pages call it the IMAP server.",
            )
            .suggest(
                domain
                    .and_then(providers::by_domain)
                    .map(Provider::imap_host),
            )
        }
        HostFault::Url { meant } => host(
            FaultCode::HostIsUrl,
            "Enter only the host name, without https:// and without slashes.",
        )
        .suggest(meant),
        HostFault::Address { domain } => host(
            FaultCode::HostIsAddress,
            "An e-mail address belongs in the Username field. \
             Enter the host name of the mail server here.",
        )
        .suggest(Some(providers::by_domain(&domain).map_or_else(
            || format!("imap.{domain}"),
            |known| known.imap_host().to_owned(),
        ))),
        HostFault::WithPort { meant, port } => fault(
            Field::Host,
            FaultCode::HostHasPort,
            format!("Enter only the host name here, and {port} in the Port field."),
        )
        .suggest(meant),
        HostFault::Spaces { meant } => host(
            FaultCode::HostHasSpaces,
            "A host name has no spaces. Take them out.",
        )
        .suggest(meant),
        HostFault::NotAscii => host(
            FaultCode::HostNotAscii,
            "Enter the host name with plain letters only; \
             a name with others has a spelling that begins with xn--.",
        ),
        HostFault::OddNumber => host(
            FaultCode::HostOddNumber,
            "Enter the host name in letters, such as imap.example.com; \
             this number could be read in more than one way.",
        ),
        HostFault::Form => host(
            FaultCode::HostInvalid,
            "This is not a host name. Enter one such as imap.example.com.",
        ),
    }
}

fn username(typed: &str, provider: Option<&Provider>) -> Result<String, Fault> {
    let text = typed.trim();
    let bad = |code, message: &str| fault(Field::Username, code, message);
    if text.is_empty() {
        Err(bad(
            FaultCode::Empty,
            "Enter the name you sign in to your mail with: nearly always your whole e-mail address.",
        ))
    } else if text.chars().any(char::is_control) {
        Err(bad(
            FaultCode::ControlCharacter,
            "The user name has a line break or another invisible character in it. \
             Type it instead of pasting it.",
        ))
    } else if text.len() > MAX_USERNAME_BYTES {
        Err(bad(
            FaultCode::TooLong,
            "This is too long for a user name. Enter your e-mail address.",
        ))
    } else if let Some(provider) = provider.filter(|p| p.full_address && !text.contains('@')) {
        let domain = provider.domains.first();
        Err(fault(
            Field::Username,
            FaultCode::UsernameIncomplete,
            format!(
                "{} wants the whole e-mail address as user name.",
                provider.name
            ),
        )
        .suggest(domain.map(|domain| format!("{text}@{domain}"))))
    } else {
        Ok(text.to_owned())
    }
}

fn password(typed: &str, provider: Option<&Provider>) -> Result<SecretString, Fault> {
    let bad = |code, message: &str| Err(fault(Field::Password, code, message));
    // A copied password often ends in the line break it was copied with.
    let text = typed.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        bad(
            FaultCode::Empty,
            "Enter the password; with two-step verification, an app password.",
        )
    } else if text.chars().any(char::is_control) {
        bad(
            FaultCode::ControlCharacter,
            "The password has a line break or another invisible character in it. \
             Copy it again, or type it.",
        )
    } else if text.len() > MAX_PASSWORD_BYTES {
        bad(
            FaultCode::TooLong,
            "This is too long for a password. Check what was pasted.",
        )
    } else {
        Ok(ungrouped(text, provider).unwrap_or_else(|| text.into()))
    }
}

/// An app password without the spaces it was shown with: only where the
/// provider's are sixteen letters, and sixteen letters remain.
fn ungrouped(text: &str, provider: Option<&Provider>) -> Option<SecretString> {
    let Auth::AppPassword { letters16: true } = provider?.auth else {
        return None;
    };
    let letters = || text.chars().filter(|c| !c.is_whitespace());
    let fits = letters().count() == 16 && letters().all(|c| c.is_ascii_alphanumeric());
    fits.then(|| letters().collect::<String>().into())
}

fn security(typed: &str, port: &str) -> Result<Security, Fault> {
    match typed.trim().to_ascii_lowercase().as_str() {
        "" if port.trim() == "143" => Ok(Security::StartTls),
        "" | "tls" | "ssl" | "ssl/tls" => Ok(Security::Tls),
        "starttls" => Ok(Security::StartTls),
        _ => Err(fault(
            Field::Security,
            FaultCode::UnknownChoice,
            "Choose tls or starttls; a connection without encryption is not offered.",
        )
        .suggest(Some("tls"))),
    }
}

fn port(typed: &str, security: Option<Security>, policy: &HostPolicy) -> Result<u16, Fault> {
    let bad = |code, message: String, suggestion: &str| {
        Err(fault(Field::Port, code, message).suggest(Some(suggestion)))
    };
    let text = typed.trim();
    let usual = security.unwrap_or_default().default_port();
    if text.is_empty() {
        return Ok(usual);
    }
    let Some(port) = text.parse::<u16>().ok().filter(|port| *port != 0) else {
        return bad(
            FaultCode::PortNotANumber,
            "The port is a number from 1 to 65535; for IMAP it is 993 nearly everywhere."
                .to_owned(),
            "993",
        );
    };
    if policy.is_exceptional_port(port) {
        return Ok(port);
    }
    match (port, security) {
        (993, Some(Security::StartTls)) => bad(
            FaultCode::PortNeedsTls,
            "Port 993 is encrypted from the start: choose tls, or port 143 for starttls."
                .to_owned(),
            "143",
        ),
        (143, Some(Security::Tls)) => bad(
            FaultCode::PortNeedsStartTls,
            "Port 143 begins unencrypted: choose port 993 for tls, or starttls for port 143."
                .to_owned(),
            "993",
        ),
        (993 | 143, _) => Ok(port),
        (995 | 110, _) => bad(
            FaultCode::PortIsPop3,
            format!("Port {port} is for POP3, which cannot see your folders. Use 993 for IMAP."),
            "993",
        ),
        (25 | 465 | 587 | 2525, _) => bad(
            FaultCode::PortIsSmtp,
            format!("Port {port} is for sending mail. Use 993 for receiving it (IMAP)."),
            "993",
        ),
        (80 | 443 | 8080 | 8443, _) => bad(
            FaultCode::PortIsWeb,
            format!("Port {port} is for web pages. Use 993 for IMAP."),
            "993",
        ),
        _ => bad(
            FaultCode::PortRefused,
            format!("Port {port} cannot be used here. Use 993, the port of IMAP."),
            "993",
        ),
    }
}

fn owner(typed: &str) -> Result<OwnerId, Fault> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(fault(
            Field::Owner,
            FaultCode::Empty,
            "Choose the team member whose inbox this is.",
        ));
    }
    let id = text.parse().ok();
    id.or_else(|| text.parse::<u64>().ok().map(OwnerId::from))
        .ok_or_else(|| {
            fault(
                Field::Owner,
                FaultCode::UnknownChoice,
                "Choose a team member from the list.",
            )
        })
}

fn create_contacts(typed: &str) -> Result<CreateContacts, Fault> {
    match typed.trim().to_ascii_lowercase().as_str() {
        "" | "all" | "on" | "true" => Ok(CreateContacts::All),
        "sent" => Ok(CreateContacts::Sent),
        "off" | "false" => Ok(CreateContacts::Off),
        _ => Err(fault(
            Field::CreateContacts,
            FaultCode::UnknownChoice,
            "Choose off, sent (people we wrote to) or all (everyone written with).",
        )
        .suggest(Some("all"))),
    }
}
