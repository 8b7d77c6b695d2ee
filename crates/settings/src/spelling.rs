//! Did you mean `imap.gmail.com`?

use crate::providers::{PROVIDERS, Provider};

/// Top-level domains that exist on no map and in many mistyped hosts.
const MISTYPED_COM: [&str; 7] = ["con", "cmo", "ocm", "comm", "vom", "xom", "coom"];

/// The known IMAP host that a host was almost certainly meant to be.
///
/// Strict on purpose, since it may stop somebody: all labels agree but one; in
/// that one the first letter agrees and a single slip (a letter missing, too
/// many, wrong, or two swapped) explains the rest; and it has five letters or
/// more. So `imap.gmial.com` and `imap.gmail.con` are caught, while
/// `imap.mail.com`, `imap.zoho.jp` and `imap.gmx.at` are left alone.
pub fn suggest_host(host: &str) -> Option<&'static str> {
    let hosts = || {
        PROVIDERS
            .iter()
            .flat_map(|p| p.servers)
            .map(|pair| pair.imap)
    };
    if hosts().any(|known| known == host) {
        return None;
    }
    hosts().find(|known| is_slip(host, known))
}

/// The provider's own domain that an address was almost certainly meant to
/// have; as strict.
pub(crate) fn suggest_domain(domain: &str, provider: &Provider) -> Option<&'static str> {
    let domain = domain.to_ascii_lowercase();
    let known = || provider.domains.iter().copied();
    if known().any(|known| known == domain) || crate::providers::by_domain(&domain).is_some() {
        return None;
    }
    known().find(|known| is_slip(&domain, known))
}

fn is_slip(host: &str, known: &str) -> bool {
    if host.split('.').count() != known.split('.').count() {
        return false;
    }
    let mut differing = host
        .split('.')
        .zip(known.split('.'))
        .filter(|(a, b)| a != b);
    match (differing.next(), differing.next()) {
        (Some((typed, "com")), None) => MISTYPED_COM.contains(&typed),
        (Some((typed, meant)), None) => {
            meant.len() >= 5
                && typed.bytes().next() == meant.bytes().next()
                && one_slip(typed.as_bytes(), meant.as_bytes())
        }
        _ => false,
    }
}

/// Whether one insertion, deletion, replacement or swap of neighbours turns
/// one into the other.
fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (Some(a), Some(b)) = (a.get(same..), b.get(same..)) else {
        return false;
    };
    match (a, b) {
        ([x, y, a @ ..], [v, w, b @ ..]) if (x, y) == (w, v) && a == b => true,
        ([_, rest_a @ ..], [_, rest_b @ ..]) if rest_a == rest_b => true,
        ([_, rest @ ..], b) if rest == b => true,
        (a, [_, rest @ ..]) if rest == a => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_caught() {
        for typed in [
            "imap.gmial.com",
            "imap.gmal.com",
            "imap.gmaill.com",
            "imap.gnail.com",
            "imap.gmail.con",
        ] {
            assert_eq!(suggest_host(typed), Some("imap.gmail.com"), "{typed}");
        }
        assert_eq!(
            suggest_host("imap.mail.yaho.com"),
            Some("imap.mail.yahoo.com")
        );
        assert_eq!(
            suggest_host("outlok.office365.com"),
            Some("outlook.office365.com")
        );
    }

    #[test]
    fn genuine_neighbours_are_left_alone() {
        for typed in [
            "imap.gmail.com",
            "imap.mail.com",
            "imap.ymail.com",
            "imap.email.com",
            "imap.gmx.at",
            "imap.zoho.jp",
            "imap.web.de",
            "mail.example.com",
            "imap.google.com",
        ] {
            assert_eq!(suggest_host(typed), None, "{typed}");
        }
    }
}
