//! The host field: from what a person pastes to what may be dialled.

use std::net::{IpAddr, Ipv4Addr};

use crate::limits::{MAX_HOST_BYTES, MAX_LABEL_BYTES};

/// What is wrong with a host, and what was probably meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HostFault {
    Empty,
    /// A URL, a path or a `user@` was pasted with it.
    Url {
        meant: Option<String>,
    },
    /// An e-mail address stands in the field.
    Address {
        domain: String,
    },
    /// A port stands behind it.
    WithPort {
        meant: Option<String>,
        port: String,
    },
    /// Spaces inside.
    Spaces {
        meant: Option<String>,
    },
    /// Letters beyond ASCII.
    NotAscii,
    /// A number that some libraries read as an IP address (`127.1`, `0x7f000001`).
    OddNumber,
    /// Anything else that is no host name.
    Form,
}

/// Reads a host name or IP address.
///
/// White space around it and a final dot are passed over; case is folded. All
/// spellings of an IPv4 address but the plain one are refused, since resolvers
/// disagree about them.
pub(crate) fn read_host(typed: &str) -> Result<String, HostFault> {
    let text = typed.trim();
    if text.is_empty() {
        return Err(HostFault::Empty);
    }
    if let Some(ip) = read_ip(text) {
        return Ok(ip.to_string());
    }
    if text.contains("://") || text.contains(['/', '\\', '?', '#']) {
        return Err(HostFault::Url {
            meant: host_of_url(text),
        });
    }
    if let Some((local, domain)) = text.rsplit_once('@') {
        let domain = domain.trim().to_ascii_lowercase();
        return Err(if local.is_empty() || check_name(&domain).is_err() {
            HostFault::Form
        } else {
            HostFault::Address { domain }
        });
    }
    if text.contains(char::is_whitespace) {
        let joined: String = text.split_whitespace().collect();
        return Err(HostFault::Spaces {
            meant: check_name(&joined).ok(),
        });
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(HostFault::WithPort {
            meant: check_name(host).ok(),
            port: port.to_owned(),
        });
    }
    check_name(text)
}

/// An IP address in its plain spelling, IPv6 with or without brackets.
fn read_ip(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

/// The host in a pasted URL, where there is one.
fn host_of_url(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    check_name(host.trim()).ok()
}

/// A host name by the letter-digit-hyphen rule (RFC 1123 §2.1), lower-cased.
fn check_name(text: &str) -> Result<String, HostFault> {
    if !text.is_ascii() {
        return Err(HostFault::NotAscii);
    }
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if name.is_empty() || name.len() > MAX_HOST_BYTES || !name.split('.').all(label) {
        return Err(HostFault::Form);
    }
    // A name whose last label is a number is an IPv4 address to inet_aton
    // (RFC 3493 §6.1) and to URL parsers; only the plain spelling is one here.
    let last = name.rsplit('.').next().unwrap_or_default();
    let hex = last
        .strip_prefix("0x")
        .is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
    if hex || last.bytes().all(|b| b.is_ascii_digit()) {
        return name
            .parse::<Ipv4Addr>()
            .map(|ip| ip.to_string())
            .map_err(|_| HostFault::OddNumber);
    }
    Ok(name)
}

fn label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= MAX_LABEL_BYTES
        && !label.starts_with('-')
        && !label.ends_with('-')
        // Underscores are no host names by RFC 1123, and found in some.
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_addresses() {
        for (typed, host) in [
            (" IMAP.Example.COM. ", "imap.example.com"),
            ("localhost", "localhost"),
            ("xn--mller-kva.example", "xn--mller-kva.example"),
            ("192.0.2.7", "192.0.2.7"),
            ("[2001:DB8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
        ] {
            assert_eq!(read_host(typed).as_deref(), Ok(host), "{typed}");
        }
    }

    #[test]
    fn refuses_odd_spellings_of_addresses() {
        for typed in [
            "127.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "127.0.0.1.5",
            "1.2.3.256",
            "127.0.0.0x1",
            "example.0x",
        ] {
            assert_eq!(read_host(typed), Err(HostFault::OddNumber), "{typed}");
        }
        // A final dot does not hide one.
        assert_eq!(read_host("127.0.0.1.").as_deref(), Ok("127.0.0.1"));
    }

    #[test]
    fn says_what_was_meant() {
        let meant = |typed| match read_host(typed) {
            Err(
                HostFault::Url { meant }
                | HostFault::Spaces { meant }
                | HostFault::WithPort { meant, .. },
            ) => meant,
            _ => None,
        };
        for typed in [
            "https://imap.example.com/mail",
            "imaps://ann@imap.example.com:993/",
            "imap.example.com/",
            "imap. example .com",
            "imap.example.com:993",
        ] {
            assert_eq!(meant(typed).as_deref(), Some("imap.example.com"), "{typed}");
        }
        assert_eq!(
            read_host("ann@Example.com"),
            Err(HostFault::Address {
                domain: "example.com".into()
            })
        );
    }

    #[test]
    fn refuses_the_rest() {
        for typed in [
            "-a.example",
            "a..example",
            "a\r\nb",
            "a\0.example",
            "%00",
            "[::1",
            "a;b",
        ] {
            assert!(read_host(typed).is_err(), "{typed:?}");
        }
        assert_eq!(read_host("müller.example"), Err(HostFault::NotAscii));
        assert_eq!(read_host(&"a.".repeat(200)), Err(HostFault::Form));
        assert_eq!(read_host("  "), Err(HostFault::Empty));
    }
}
