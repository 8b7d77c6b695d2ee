//! The mailbox behind an address.

use inboxlink_model::MAX_ADDRESS_BYTES;

/// What an address says of where its mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// A mailbox that mail from anywhere reaches.
    Public,
    /// A machine of no public name (`ann@laptop.local`): another machine of
    /// that name may be anybody's.
    Private,
    /// No address at all (`unknown`).
    None,
}

/// Last labels of hosts that stand for nobody's machine in particular.
const PRIVATE: &[&str] = &[
    "local",
    "localdomain",
    "lan",
    "home",
    "internal",
    "intranet",
    "private",
    "corp",
    "localhost",
    "(none)",
    "invalid",
    "test",
];

/// Writes the form in which the spellings of one mailbox are equal, and says
/// what kind of host it is at. Only equivalences that hold at the provider
/// count: Gmail ignores dots and `+tags`, and `googlemail.com` is `gmail.com`.
/// A tag elsewhere may be another mailbox.
pub(super) fn write_key(address: &str, out: &mut String) -> Host {
    let start = out.len();
    let address = address.trim();
    let lower = |text: &str, out: &mut String| {
        if text.is_ascii() {
            let start = out.len();
            out.push_str(text);
            if let Some(added) = out.get_mut(start..) {
                added.make_ascii_lowercase();
            }
        } else {
            out.extend(text.chars().flat_map(char::to_lowercase));
        }
    };
    let split = address.rsplit_once('@').filter(|(local, domain)| {
        !local.is_empty() && is_domain(domain) && address.len() <= MAX_ADDRESS_BYTES
    });
    let Some((local, domain)) = split else {
        lower(address, out);
        return Host::None;
    };
    lower(local, out);
    let at = out.len();
    out.push('@');
    lower(domain.trim_end_matches('.'), out);
    let domain = out.get(at + 1..).unwrap_or_default();
    if matches!(domain, "gmail.com" | "googlemail.com") {
        let local = out.get(start..at).unwrap_or_default();
        let untagged = local.split('+').next().unwrap_or_default().replace('.', "");
        out.truncate(start);
        out.push_str(&untagged);
        out.push_str("@gmail.com");
        return Host::Public;
    }
    host_of(domain)
}

/// What kind of host an address in the form of [`write_key`] is at.
pub(super) fn host(key: &str) -> Host {
    key.rsplit_once('@')
        .filter(|(local, domain)| !local.is_empty() && is_domain(domain))
        .map_or(Host::None, |(_, domain)| host_of(domain))
}

fn is_domain(domain: &str) -> bool {
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>');
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    !domain.trim_matches('.').is_empty() && (domain.bytes().all(is_plain) || !domain.contains(bad))
}

fn host_of(domain: &str) -> Host {
    let last = domain.rsplit_once('.').map(|(_, last)| last);
    let is_private = last.is_none_or(|last| PRIVATE.contains(&last))
        || domain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_private {
        Host::Private
    } else {
        Host::Public
    }
}

/// The local part without what its provider or its owner put around the
/// mailbox's own name: a `+tag`, the number before a login at GitHub.
pub(super) fn own_part<'a>(local: &'a str, domain: &str) -> &'a str {
    if domain == "users.noreply.github.com" {
        return local.split_once('+').map_or(local, |(_, login)| login);
    }
    match local.split_once('+') {
        Some((own, _)) if !own.is_empty() => own,
        _ => local,
    }
}

/// The domain that was registered: `example.co.uk` of `mail.example.co.uk`.
/// A code host's private addresses keep their whole domain.
pub(super) fn registered(domain: &str) -> &str {
    if domain.contains(".noreply.") {
        return domain;
    }
    psl::domain_str(domain).unwrap_or(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        let mut out = String::new();
        write_key(text, &mut out);
        out
    }

    fn host(text: &str) -> Host {
        write_key(text, &mut String::new())
    }

    #[test]
    fn only_what_the_provider_says() {
        assert_eq!(key("A.b+x@GoogleMail.com"), key("ab@gmail.com"));
        assert_eq!(key("Ann@Example.com"), key(" ann@example.com."));
        assert_ne!(key("a.b@example.com"), key("ab@example.com"));
        assert_ne!(key("a+x@example.com"), key("a@example.com"));
    }

    #[test]
    fn hosts() {
        assert_eq!(host("ann@example.com"), Host::Public);
        for text in [
            "root@localhost",
            "ann@pc.(none)",
            "ann@10.0.0.7",
            "ann@laptop.local",
        ] {
            assert_eq!(host(text), Host::Private, "{text}");
        }
        for text in ["unknown", "@", "", "a b <c@d.e>"] {
            assert_eq!(host(text), Host::None, "{text}");
        }
    }

    #[test]
    fn parts() {
        assert_eq!(own_part("123+ann", "users.noreply.github.com"), "ann");
        assert_eq!(own_part("ann+news", "example.com"), "ann");
        assert_eq!(registered("mail.example.co.uk"), "example.co.uk");
    }
}
