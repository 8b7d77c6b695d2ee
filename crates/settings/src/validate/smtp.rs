//! The sending side: what was typed of it, over what follows from the reading
//! side.

use super::{
    fault,
    host::refused,
    port::{number, security},
    reachable, visible,
};
use crate::{
    Fault, FaultCode, Field, HostPolicy, Security, SettingsForm, SmtpEndpoint,
    host::{HostFault, read_host},
    providers::{self, Provider},
};

/// The submission server; `imap` is the host and port for reading, where they
/// are right. `None` where a fault was added, or where it would follow from a
/// reading side that is wrong.
pub(super) fn smtp(
    form: &SettingsForm,
    policy: &HostPolicy,
    imap: Option<(&str, u16)>,
    provider: Option<&Provider>,
    faults: &mut Vec<Fault>,
) -> Option<SmtpEndpoint> {
    let before = faults.len();
    let mut note = |fault: Fault| faults.push(fault);
    let typed_host = host(form, policy).map_err(&mut note).ok().flatten();
    let typed_security = chosen_security(form).map_err(&mut note).ok().flatten();
    let typed_port = port(&form.smtp_port, policy)
        .map_err(&mut note)
        .ok()
        .flatten();
    if let Some(host) = &typed_host
        && let Err(bad) = reachable(Field::SmtpHost, host, typed_port, policy)
    {
        note(bad);
    }
    if let Some(bad) = disagreement(typed_port, typed_security) {
        note(bad);
    }
    if faults.len() > before {
        return None;
    }
    let derived = match &typed_host {
        // A known host says how it is used.
        Some(host) => SmtpEndpoint::of_host(host),
        None => imap.map(|(host, port)| SmtpEndpoint::derived(host, port, provider))?,
    };
    let security = typed_security
        .or_else(|| typed_port.map(security_of))
        .unwrap_or(derived.security);
    let port = typed_port.unwrap_or(match security == derived.security {
        true => derived.port,
        false => security.default_smtp_port(),
    });
    Some(SmtpEndpoint {
        host: derived.host,
        port,
        security,
    })
}

/// How a port is used by convention.
fn security_of(port: u16) -> Security {
    match port {
        25 | 587 | 2525 => Security::StartTls,
        _ => Security::Tls,
    }
}

fn host(form: &SettingsForm, policy: &HostPolicy) -> Result<Option<String>, Fault> {
    let bad = |code, message: &str| fault(Field::SmtpHost, code, message);
    let host = match read_host(&visible(&form.smtp_host)) {
        Ok(host) => host,
        Err(HostFault::Empty) => return Ok(None),
        Err(unreadable) => {
            return Err(bad(
                FaultCode::HostInvalid,
                "This is not a host name. Enter one such as smtp.example.com, or leave the \
                 field empty for the usual one.",
            )
            .suggest(unreadable.meant()));
        }
    };
    if host.parse::<std::net::IpAddr>().is_ok() {
        // Judged together with its port.
        return Ok(Some(host));
    }
    // Some hosts serve both.
    let sends = providers::by_smtp_host(&host).is_some();
    if let Some(provider) = providers::by_host(&host).filter(|_| !sends) {
        return Err(bad(
            FaultCode::HostIsImap,
            "This host is for receiving mail. Enter the one for sending it (SMTP).",
        )
        .suggest(provider.smtp_host_of(&host)));
    }
    if !host.contains('.') && !policy.has_exceptions() {
        return Err(bad(
            FaultCode::HostIncomplete,
            "Enter the whole host name, with its dots, such as smtp.example.com.",
        ));
    }
    match policy.check_name(&host) {
        Ok(()) => Ok(Some(host)),
        Err(_) => Err(refused(Field::SmtpHost)),
    }
}

fn chosen_security(form: &SettingsForm) -> Result<Option<Security>, Fault> {
    match form.smtp_security.trim().is_empty() {
        true => Ok(None),
        false => security(&form.smtp_security, "")
            .map(Some)
            .map_err(|bad| Fault {
                field: Field::SmtpSecurity,
                ..bad
            }),
    }
}

fn port(typed: &str, policy: &HostPolicy) -> Result<Option<u16>, Fault> {
    let bad =
        |code, message: String| Err(fault(Field::SmtpPort, code, message).suggest(Some("465")));
    let text = typed.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let Some(port) = number(text) else {
        return bad(
            FaultCode::PortNotANumber,
            "The port is a number from 1 to 65535; for sending it is 465 or 587 nearly everywhere."
                .to_owned(),
        );
    };
    if policy.is_exceptional_port(port) {
        return Ok(Some(port));
    }
    match port {
        25 | 465 | 587 | 2525 => Ok(Some(port)),
        993 | 143 | 995 | 110 => bad(
            FaultCode::PortIsImap,
            format!("Port {port} is for receiving mail. Use 465 or 587 for sending it (SMTP)."),
        ),
        _ => bad(
            FaultCode::PortRefused,
            format!("Port {port} cannot be used here. Use 465 or 587, the ports for sending."),
        ),
    }
}

/// A port and a security that exclude each other by convention.
fn disagreement(port: Option<u16>, security: Option<Security>) -> Option<Fault> {
    let bad = |code, message, suggestion| {
        Some(fault(Field::SmtpPort, code, message).suggest(Some(suggestion)))
    };
    match (port?, security?) {
        (465, Security::StartTls) => bad(
            FaultCode::PortNeedsTls,
            "Port 465 is encrypted from the start: choose tls, or port 587 for starttls.",
            "587",
        ),
        (25 | 587, Security::Tls) => bad(
            FaultCode::PortNeedsStartTls,
            "This port begins unencrypted: choose port 465 for tls, or starttls for this port.",
            "465",
        ),
        _ => None,
    }
}
