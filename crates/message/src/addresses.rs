//! Mailboxes out of address fields (RFC 5322 §3.4).

use inboxlink_model::{Address, Mailbox};
use mail_parser::HeaderValue;

use crate::{
    field::{one_line, read_field},
    guard::guarded,
    limits::{MAX_ADDRESSES, MAX_NAME_CHARS},
};

/// What an address field holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mailboxes {
    /// Groups flattened, names decoded, entries without an address left out.
    pub(crate) list: Vec<Mailbox>,
    /// Whether some were left out at the limit.
    pub(crate) too_many: bool,
    /// Whether the parser gave up and a simpler reader read the field.
    pub(crate) fallback: bool,
}

/// Reads an address field.
pub(crate) fn mailboxes(value: &str) -> Mailboxes {
    let Some(read) = read_field(value, |stream| stream.parse_address()) else {
        return salvaged(value);
    };
    let mut found = Mailboxes::default();
    let HeaderValue::Address(addresses) = read else {
        return salvaged(value);
    };
    for entry in addresses.iter() {
        let Some(address) = entry.address.as_deref().map(without_route) else {
            continue;
        };
        if address.matches('@').count() > 1 && !address.contains('"') {
            // Two addresses run together.
            return salvaged(value);
        }
        if found.list.len() == MAX_ADDRESSES {
            found.too_many = true;
            break;
        }
        found
            .list
            .extend(mailbox(entry.name.as_deref().unwrap_or_default(), address));
    }
    if found.list.is_empty() {
        return salvaged(value);
    }
    found
}

/// What a simpler reader finds in a field that is none, or broken.
fn salvaged(value: &str) -> Mailboxes {
    let list = simple(value);
    Mailboxes {
        too_many: list.len() == MAX_ADDRESSES,
        fallback: !list.is_empty(),
        list,
    }
}

/// An address without the route that old mail has before it (RFC 5322 §4.4),
/// and without the `mailto:` that some write into the brackets.
fn without_route(address: &str) -> &str {
    let address = match address
        .strip_prefix('@')
        .and_then(|route| route.split_once(':'))
    {
        Some((_, address)) => address,
        None => address,
    };
    match address.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => address,
    }
}

/// A mailbox whose key has its domain as A-labels (RFC 5890), so that both
/// spellings of an internationalised domain are one.
fn mailbox(name: &str, written: &str) -> Option<Mailbox> {
    let name = one_line(name, MAX_NAME_CHARS);
    let plain = Mailbox::new(name.clone(), written).ok()?;
    if plain.address.domain().is_ascii() {
        return Some(plain);
    }
    let domain = guarded(|| idna::domain_to_ascii(plain.address.domain()).ok()).flatten();
    let Some(domain) = domain.filter(|domain| !domain.is_empty()) else {
        return Some(plain);
    };
    let address = Address::new(&format!("{}@{domain}", plain.address.local())).ok()?;
    Some(Mailbox {
        name,
        address,
        original: Some(written.trim().to_owned()),
    })
}

/// Whatever looks like an address, names left aside; spaces around an `@` are
/// of folding, or of an older grammar (RFC 5322 §4.4).
fn simple(value: &str) -> Vec<Mailbox> {
    if !value.contains('@') {
        return Vec::new();
    }
    let pieces: Vec<&str> = value.split('@').map(str::trim).collect();
    pieces
        .join("@")
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')'))
        .filter_map(|token| mailbox("", without_route(token)))
        .take(MAX_ADDRESSES)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Vec<(String, String)> {
        let list = mailboxes(value).list.into_iter();
        list.map(|m| (m.name, m.address.as_str().to_owned()))
            .collect()
    }

    #[test]
    fn names_groups_and_comments() {
        for (value, expected) in [
            ("Ann <Ann@Example.com>", &[("Ann", "ann@example.com")][..]),
            (
                "\"Lee, Ann\" <a@b.c>, x@y.z",
                &[("Lee, Ann", "a@b.c"), ("", "x@y.z")],
            ),
            ("a@b.c (Ann)", &[("Ann", "a@b.c")]),
            (
                "Team: a@b.c, B <b@b.c>;, d@e.f",
                &[("", "a@b.c"), ("B", "b@b.c"), ("", "d@e.f")],
            ),
            ("undisclosed-recipients:;", &[]),
            ("=?iso-8859-1?q?Zo=EB?= <z@b.c>", &[("Zoë", "z@b.c")]),
            ("=?utf-8?q?a=0D=0A?= <a@b.c>", &[("a", "a@b.c")]),
            ("MAILER-DAEMON", &[]),
            ("", &[]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|(n, a)| (n.to_string(), a.to_string()))
                .collect();
            assert_eq!(read(value), expected, "{value}");
        }
    }

    #[test]
    fn the_address_is_what_stands_in_brackets() {
        for value in [
            "\"ceo@good.example\" <x@evil.example>",
            "ceo@good.example <x@evil.example>",
            "=?utf-8?q?ceo=40good.example?= <x@evil.example>",
        ] {
            let found = read(value);
            assert_eq!(found.len(), 1, "{value}");
            assert_eq!(found[0].1, "x@evil.example", "{value}");
            assert!(found[0].0.contains("ceo"), "{value}");
        }
    }

    #[test]
    fn one_key_for_both_spellings_of_a_domain() {
        let found = mailboxes("a@BÜCHER.example, a@xn--bcher-kva.example").list;
        assert_eq!(found[0].address, found[1].address);
        assert_eq!(found[0].to_send(), "a@BÜCHER.example");
    }

    #[test]
    fn many_are_capped() {
        let found = mailboxes(&"a@b.c,".repeat(MAX_ADDRESSES + 1));
        assert!(found.too_many);
        assert_eq!(found.list.len(), MAX_ADDRESSES);
    }

    #[test]
    fn the_simple_reader_finds_addresses() {
        let found = simple("\"x\" <a@b.c>, d@e.f; nobody");
        let keys: Vec<_> = found.iter().map(|m| m.address.as_str()).collect();
        assert_eq!(keys, ["a@b.c", "d@e.f"]);
    }
}
