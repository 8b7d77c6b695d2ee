//! Port and security of the reading side.

use super::fault;
use crate::{Fault, FaultCode, Field, HostPolicy, Security};

pub(super) fn security(typed: &str, port: &str) -> Result<Security, Fault> {
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

/// A typed port; `None` where it is no number from 1 to 65535.
pub(super) fn number(typed: &str) -> Option<u16> {
    // `parse` takes a sign.
    let digits = typed.bytes().all(|b| b.is_ascii_digit());
    typed.parse().ok().filter(|port| digits && *port != 0)
}

pub(super) fn imap_port(
    typed: &str,
    security: Option<Security>,
    policy: &HostPolicy,
) -> Result<u16, Fault> {
    let bad = |code, message: String, suggestion: &str| {
        Err(fault(Field::Port, code, message).suggest(Some(suggestion)))
    };
    let text = typed.trim();
    if text.is_empty() {
        return Ok(security.unwrap_or_default().default_port());
    }
    let Some(port) = number(text) else {
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
            format!(
                "Port {port} is for POP3, an older way to fetch mail that does not know your \
                 folders. Use 993, the port of IMAP."
            ),
            "993",
        ),
        (25 | 465 | 587 | 2525, _) => bad(
            FaultCode::PortIsSmtp,
            format!("Port {port} is for sending mail. Use 993 for receiving it (IMAP)."),
            "993",
        ),
        (80 | 443 | 8080 | 8443, _) => bad(
            FaultCode::PortIsWeb,
            format!("Port {port} is for web pages. Use 993, the port of IMAP."),
            "993",
        ),
        _ => bad(
            FaultCode::PortRefused,
            format!("Port {port} cannot be used here. Use 993, the port of IMAP."),
            "993",
        ),
    }
}
