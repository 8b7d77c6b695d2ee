//! From the form as typed to settings, or to everything that is wrong with it.

mod account;
mod choices;
mod host;
mod mail;
mod port;
mod smtp;

use std::net::SocketAddr;

use crate::{
    ConnectionSettings, Fault, FaultCode, Faults, Field, HostPolicy, SettingsForm, providers,
};

/// Checks a form.
///
/// White space around everything but the password is passed over, and so are
/// invisible characters that a copied text brings along. An app password of
/// sixteen letters, pasted with the spaces it is shown with, loses them where
/// the provider's are like that.
///
/// # Errors
/// [`Faults`] names **every** faulty field, each with one fault.
pub fn validate(form: &SettingsForm, policy: &HostPolicy) -> Result<ConnectionSettings, Faults> {
    let mut faults = Vec::new();
    let name = keep(&mut faults, choices::name(&form.name));
    let host = keep(&mut faults, host::imap_host(form, policy));
    let account = |host: &String| providers::by_account(host, form.username.trim());
    let provider = host.as_ref().and_then(account);
    let username = keep(&mut faults, account::username(form, provider));
    let sign_in = keep(&mut faults, choices::sign_in(&form.sign_in));
    let password = keep(&mut faults, account::password(form, sign_in, provider));
    let security = keep(&mut faults, port::security(&form.security, &form.port));
    let port = keep(&mut faults, port::imap_port(&form.port, security, policy));
    // An address is allowed with one port and refused with another.
    let host = host.filter(|host| {
        let pair = keep(&mut faults, reachable(Field::Host, host, port, policy));
        pair.is_some()
    });
    let imap = host.as_deref().zip(port);
    let smtp = smtp::smtp(form, policy, imap, provider, &mut faults);
    let owner = keep(&mut faults, choices::owner(&form.owner));
    let create_contacts = keep(&mut faults, choices::create_contacts(&form.create_contacts));
    let mail = mail::policy(form, &mut faults);
    let extra_ca = keep(&mut faults, choices::extra_ca(&form.extra_ca));
    // Every `None` left a fault behind.
    let settings = || {
        Some(ConnectionSettings {
            name: name?,
            host: host?,
            port: port?,
            security: security?,
            smtp: smtp?,
            username: username?,
            sign_in: sign_in?,
            password: password?,
            owner: owner?,
            team_inbox: form.team_inbox,
            create_contacts: create_contacts?,
            mail: mail?,
            extra_ca: extra_ca?,
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

/// Whether a host that is an address may be dialled on its port.
fn reachable(
    field: Field,
    host: &str,
    port: Option<u16>,
    policy: &HostPolicy,
) -> Result<(), Fault> {
    let refused = match (host.parse(), port) {
        (Ok(ip), Some(port)) => policy.check(SocketAddr::new(ip, port)).is_err(),
        (Ok(ip), None) => policy.check_ip(ip).is_err(),
        _ => false,
    };
    match refused {
        true => Err(host::refused(field)),
        false => Ok(()),
    }
}

/// Text without the invisible characters that copying from a web page brings
/// along, and without white space around it. No host and no user name has
/// them, and nobody could see them to take them out.
fn visible(typed: &str) -> String {
    let invisible = |c: &char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let text: String = typed.chars().filter(|c| !invisible(c)).collect();
    text.trim().to_owned()
}
