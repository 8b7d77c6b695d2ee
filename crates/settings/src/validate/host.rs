//! The host for reading: refused, doubted or taken.

use super::{fault, visible};
use crate::{
    Fault, FaultCode, Field, HostPolicy, SettingsForm,
    host::{HostFault, read_host},
    providers::{self, Provider},
    spelling::suggest_host,
};

pub(super) fn imap_host(form: &SettingsForm, policy: &HostPolicy) -> Result<String, Fault> {
    let host = read_host(&visible(&form.host)).map_err(|bad| unreadable(bad, form, policy))?;
    if let Ok(ip) = host.parse() {
        return match policy.check_ip(ip) {
            Ok(()) => Ok(host),
            Err(_) => Err(refused(Field::Host)),
        };
    }
    if !host.contains('.') && !policy.has_exceptions() {
        return Err(fault(
            Field::Host,
            FaultCode::HostIncomplete,
            "Enter the whole host name, with its dots, such as imap.example.com.",
        )
        .suggest(domain_host(&format!("{host}.com"), policy)));
    }
    policy.check_name(&host).map_err(|_| refused(Field::Host))?;
    match doubt(&host, policy) {
        Some(doubt) if !form.keep_host => Err(doubt),
        _ => Ok(host),
    }
}

/// One sentence for every refused host, whatever the reason: which addresses
/// are ours is nobody's business.
pub(super) fn refused(field: Field) -> Fault {
    let example = match field {
        Field::SmtpHost => "smtp.example.com",
        _ => "imap.example.com",
    };
    fault(
        field,
        FaultCode::HostRefused,
        format!(
            "This host cannot be used here. Enter the mail server's public host name, such as \
             {example}."
        ),
    )
}

/// A host that can be one, but hardly the one that was meant.
fn doubt(host: &str, policy: &HostPolicy) -> Option<Fault> {
    let bad = |code, message: &str| fault(Field::Host, code, message);
    if providers::by_host(host).is_some() {
        return None;
    }
    if let Some(provider) = providers::by_smtp_host(host) {
        return Some(bad(FaultCode::HostIsSmtp, IS_SMTP).suggest(provider.imap_host_of(host)));
    }
    if let Some(provider) = providers::by_web_host(host).or_else(|| providers::by_domain(host)) {
        return Some(bad(FaultCode::HostIsWebsite, IS_WEBSITE).suggest(offered(provider, policy)));
    }
    if let Some(known) = suggest_host(host) {
        return Some(
            fault(
                Field::Host,
                FaultCode::HostMisspelled,
                format!("There seems to be a slip in the host name. Did you mean {known}?"),
            )
            .suggest(Some(known)),
        );
    }
    let (kind, domain) = host.split_once('.')?;
    let (code, message) = match kind {
        "www" | "webmail" | "owa" => (FaultCode::HostIsWebsite, IS_WEBSITE),
        "pop" | "pop3" | "pops" | "pop-mail" => (FaultCode::HostIsPop3, IS_POP3),
        "smtp" | "smtps" => (FaultCode::HostIsSmtp, IS_SMTP),
        _ => return None,
    };
    let meant = domain_host(domain, policy).unwrap_or_else(|| format!("imap.{domain}"));
    Some(bad(code, message).suggest(Some(meant)))
}

const IS_SMTP: &str = "This host is for sending mail. Enter the one for receiving it (IMAP).";
const IS_POP3: &str = "This host is for POP3, an older way to fetch mail that does not know your \
                       folders. Enter the one for IMAP.";
const IS_WEBSITE: &str = "This is where you read mail in the browser. Programs use another host, \
                          which your provider's help pages call the IMAP server.";

/// The IMAP host of a known address domain.
fn domain_host(domain: &str, policy: &HostPolicy) -> Option<String> {
    offered(providers::by_domain(domain)?, policy).map(str::to_owned)
}

/// A provider's host, where it is one that may be entered here.
fn offered(provider: &Provider, policy: &HostPolicy) -> Option<&'static str> {
    let host = provider.imap_host();
    let allowed = host.parse().map_or(true, |ip| policy.check_ip(ip).is_ok());
    allowed.then_some(host)
}

fn unreadable(bad: HostFault, form: &SettingsForm, policy: &HostPolicy) -> Fault {
    let host = |code, message: &str| fault(Field::Host, code, message);
    match bad {
        HostFault::Empty => {
            let domain = form.username.rsplit_once('@').map(|(_, domain)| domain);
            host(
                FaultCode::Empty,
                "Enter the host name of the mail server, such as imap.example.com; \
                 your provider's help pages call it the IMAP server.",
            )
            .suggest(domain.and_then(|domain| domain_host(domain, policy)))
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
        .suggest(Some(host_for(&domain, policy))),
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
        HostFault::Lookalike { meant } => host(
            FaultCode::HostLookalike,
            "This name mixes letters of two alphabets that look alike. Type it instead of \
             pasting it.",
        )
        .suggest(meant),
        HostFault::NotAscii => host(
            FaultCode::HostNotAscii,
            "This name has letters or signs in it that no host name can have. Type it instead \
             of pasting it.",
        ),
        HostFault::OddNumber => host(
            FaultCode::HostOddNumber,
            "Enter the host name in letters, such as imap.example.com; \
             this number could be read in more than one way.",
        ),
        HostFault::Form { meant } => host(
            FaultCode::HostInvalid,
            "This is not a host name. Enter one such as imap.example.com.",
        )
        .suggest(meant),
    }
}

/// The likely IMAP host behind an address, which may have been a host already.
fn host_for(domain: &str, policy: &HostPolicy) -> String {
    domain_host(domain, policy).unwrap_or_else(|| match domain.split_once('.') {
        Some(("imap" | "mail", _)) => domain.to_owned(),
        _ => format!("imap.{domain}"),
    })
}
