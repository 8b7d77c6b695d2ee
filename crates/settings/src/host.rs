//! The host field: from what a person pastes to what may be dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;

use crate::limits::{MAX_HOST_BYTES, MAX_LABEL_BYTES, MAX_TYPED_HOST_BYTES};

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
        port: u16,
    },
    /// Spaces inside.
    Spaces {
        meant: Option<String>,
    },
    /// Letters of two scripts that look alike in one name.
    Lookalike {
        meant: Option<String>,
    },
    /// Letters beyond ASCII that no host name may have.
    NotAscii,
    /// A number that some libraries read as an IP address (`127.1`, `0x7f000001`).
    OddNumber,
    /// Anything else that is no host name.
    Form {
        meant: Option<String>,
    },
}

impl HostFault {
    /// What was probably meant.
    pub(crate) fn meant(self) -> Option<String> {
        match self {
            Self::Url { meant }
            | Self::WithPort { meant, .. }
            | Self::Spaces { meant }
            | Self::Lookalike { meant }
            | Self::Form { meant } => meant,
            Self::Empty | Self::Address { .. } | Self::NotAscii | Self::OddNumber => None,
        }
    }
}

/// Reads a host name or IP address; the text has no white space around it.
///
/// A final dot is passed over; case is folded; an internationalised name
/// becomes its ASCII form (RFC 5891). All spellings of an IPv4 address but the
/// plain one are refused, since resolvers disagree about them.
pub(crate) fn read_host(text: &str) -> Result<String, HostFault> {
    if text.is_empty() {
        return Err(HostFault::Empty);
    }
    if text.len() > MAX_TYPED_HOST_BYTES {
        return Err(HostFault::Form { meant: None });
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
        let domain = check_name(domain.trim_end_matches('>').trim());
        return Err(match domain {
            Ok(domain) if !local.is_empty() => HostFault::Address { domain },
            _ => HostFault::Form { meant: None },
        });
    }
    if text.contains(char::is_whitespace) {
        return Err(HostFault::Spaces {
            meant: host_among_words(text),
        });
    }
    if let Some((host, port)) = text.rsplit_once(':')
        && port.bytes().all(|b| b.is_ascii_digit())
        && let Ok(port) = port.parse()
    {
        return Err(HostFault::WithPort {
            meant: check_name(host).ok(),
            port,
        });
    }
    check_name(text).map_err(|fault| match fault {
        HostFault::Form { .. } => HostFault::Form {
            meant: mended(text),
        },
        other => other,
    })
}

/// An IP address in its plain spelling, IPv6 with or without brackets.
fn read_ip(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
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

/// The host that spaces got into (`imap. example.com`, `imap example com`), or
/// the one word that can be a host (`Server: imap.example.com`).
fn host_among_words(text: &str) -> Option<String> {
    let is_whole = |name: &String| {
        name.split('.').count() > 2 && !name.starts_with('.') && !name.ends_with('.')
    };
    let mut whole = text
        .split_whitespace()
        .filter_map(|word| check_name(word).ok())
        .filter(is_whole);
    if let (Some(only), None) = (whole.next(), whole.next()) {
        return Some(only);
    }
    let between = if text.contains('.') { "" } else { "." };
    let words: Vec<_> = text.split_whitespace().collect();
    check_name(&words.join(between)).ok()
}

/// A name without the marks that it was quoted with, and with dots for commas.
fn mended(text: &str) -> Option<String> {
    let marks = |c: char| !c.is_alphanumeric();
    let text = text.trim_matches(marks).replace([',', ';'], ".");
    let labels: Vec<_> = text.split('.').filter(|label| !label.is_empty()).collect();
    let several = labels.len() > 1;
    check_name(&labels.join(".")).ok().filter(|_| several)
}

/// A host name by the letter-digit-hyphen rule (RFC 1123 §2.1), lower-cased;
/// an internationalised one in its ASCII form.
fn check_name(text: &str) -> Result<String, HostFault> {
    if text.is_ascii() {
        return check_ascii_name(text);
    }
    let ascii = idna::domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::STD3)
        .map_err(|_| HostFault::NotAscii)?;
    let name = check_ascii_name(&ascii)?;
    // Digits of other scripts are digits to the mapping (UTS #46 §4).
    if name.parse::<Ipv4Addr>().is_ok() {
        return Err(HostFault::OddNumber);
    }
    if let Some(skeleton) = skeleton(text) {
        return Err(HostFault::Lookalike {
            meant: check_ascii_name(&skeleton).ok(),
        });
    }
    Ok(name)
}

fn check_ascii_name(text: &str) -> Result<String, HostFault> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    if name.is_empty() || name.len() > MAX_HOST_BYTES || !name.split('.').all(label) {
        return Err(HostFault::Form { meant: None });
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

/// What a name looks like, where a label of it mixes Latin letters with Greek
/// or Cyrillic ones: nobody types that on purpose (UTS #39 §5.2).
fn skeleton(text: &str) -> Option<String> {
    let foreign = |c: char| matches!(c, '\u{370}'..='\u{52f}');
    let mixed = text
        .split('.')
        .any(|label| label.contains(foreign) && label.contains(|c: char| c.is_ascii_alphabetic()));
    mixed.then(|| text.to_lowercase().chars().map(latin).collect())
}

/// The Latin letter that a letter is mistaken for.
fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'е' | 'ё' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ν' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_addresses() {
        for (typed, host) in [
            ("IMAP.Example.COM.", "imap.example.com"),
            ("localhost", "localhost"),
            ("xn--mller-kva.example", "xn--mller-kva.example"),
            ("mail.Müller.example", "mail.xn--mller-kva.example"),
            ("почта.example", "xn--80a1acny.example"),
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
            "0X7F000001",
            "2130706433",
            "017700000001",
            "0177.0.0.1",
            "127.0.0.1.5",
            "1.2.3.256",
            "127.0.0.0x1",
            "example.0x",
            "１２７.0.0.1",
            "127。0。0。1",
            "①②⑦.0.0.1",
        ] {
            assert_eq!(read_host(typed), Err(HostFault::OddNumber), "{typed}");
        }
        // A final dot does not hide one.
        assert_eq!(read_host("127.0.0.1.").as_deref(), Ok("127.0.0.1"));
    }

    #[test]
    fn says_what_was_meant() {
        let meant = |typed| read_host(typed).unwrap_err().meant();
        for typed in [
            "https://imap.example.com/mail",
            "imaps://ann@imap.example.com:993/",
            "imap.example.com/",
            "imap. example .com",
            "imap example com",
            "Server: imap.example.com",
            "imap.example.com (SSL)",
            "imap.example.com:993",
            "imap,example,com",
            "imap..example.com",
            "\"imap.example.com\"",
            "<imap.example.com>",
            "imap.ехamрle.com",
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
            "fe80::1%eth0",
            "a;b",
            "user:secret@10.0.0.1",
        ] {
            assert!(read_host(typed).is_err(), "{typed:?}");
        }
        assert_eq!(read_host("a\u{fffd}.example"), Err(HostFault::NotAscii));
        assert_eq!(
            read_host(&"a.".repeat(200)),
            Err(HostFault::Form { meant: None })
        );
        assert_eq!(read_host(""), Err(HostFault::Empty));
    }
}
