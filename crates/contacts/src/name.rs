//! Display names as a person would write them.

use inboxlink_model::Address;

use crate::limits::MAX_NAME_CHARS;

/// What may follow a comma without being a given name, lower-cased, no dots.
const AFTER_COMMA: &[&str] = &[
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "esq", "cpa", "pe", "dds", "msc", "bsc",
    "inc", "llc", "ltd", "gmbh", "ag", "sa", "bv", "co", "corp", "dr",
];

/// The name of the person behind a display name; empty where it names nobody.
///
/// Quotes go, white space is folded, `Smith, Alice (Sales)` becomes `Alice
/// Smith`, `Alice via Team` becomes `Alice`, and a name that is the address
/// again is none.
///
/// ```
/// let address = "alice@example.com".parse()?;
/// assert_eq!(inboxlink_contacts::person_name("\"Smith, Alice (Sales)\"", &address), "Alice Smith");
/// assert_eq!(inboxlink_contacts::person_name("alice@example.com", &address), "");
/// # Ok::<(), inboxlink_model::AddressError>(())
/// ```
pub fn person_name(display: &str, address: &Address) -> String {
    let name = tidy_name(display);
    let same = name.eq_ignore_ascii_case(address.as_str());
    if same || name.contains('@') {
        return String::new();
    }
    name
}

/// As [`person_name`], where no address is known.
pub(crate) fn tidy_name(display: &str) -> String {
    let cut: String = display.chars().take(4 * MAX_NAME_CHARS).collect();
    let folded = cut
        .replace("\\\"", "\"")
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let quotes = [
        '"', '\'', '`', '“', '”', '‘', '’', '«', '»', '<', '>', '\\', ' ',
    ];
    let mut name = folded.trim_matches(quotes);
    name = without_remark(name).trim_matches(quotes);
    name = without_via(name).trim_matches(quotes);
    name = without_remark(name).trim_matches(quotes);
    given_first(name).chars().take(MAX_NAME_CHARS).collect()
}

/// Whether a display name says that somebody else sent for its bearer.
pub(crate) fn is_via(display: &str) -> bool {
    let lower = display.to_lowercase();
    lower.contains(" via ") || lower.contains("(via ")
}

/// Without a remark in brackets at the end, unless nothing stands before it.
fn without_remark(name: &str) -> &str {
    let closed = name.trim_end();
    let opening = match closed.chars().last() {
        Some(')') => '(',
        Some(']') => '[',
        _ => return name,
    };
    match closed.rfind(opening).and_then(|at| closed.get(..at)) {
        Some(before) if !before.trim().is_empty() => before.trim_end(),
        _ => name,
    }
}

fn without_via(name: &str) -> &str {
    let at = ["(via ", " via ", " Via ", " VIA "]
        .iter()
        .filter_map(|via| name.find(via))
        .min();
    match at.and_then(|at| name.get(..at)) {
        Some(before) if !before.trim().is_empty() => before.trim_end_matches([' ', ')', ',']),
        _ => name,
    }
}

/// `Last, First` as `First Last`.
fn given_first(name: &str) -> String {
    let Some((last, first)) = name.split_once(',') else {
        return name.to_owned();
    };
    let (last, first) = (last.trim(), first.trim());
    let bare = first.replace('.', "").to_lowercase();
    let is_title = AFTER_COMMA.contains(&bare.as_str());
    if last.is_empty() || first.is_empty() || first.contains(',') || is_title {
        return name.trim_matches([',', ' ']).to_owned();
    }
    format!("{first} {last}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn as_a_person_writes_it() {
        for (display, name) in [
            ("'Alice Smith'", "Alice Smith"),
            ("Smith, Alice", "Alice Smith"),
            ("Smith, Alice [Sales]", "Alice Smith"),
            ("Alice Smith, PhD", "Alice Smith, PhD"),
            ("Acme, Inc.", "Acme, Inc."),
            ("Alice via Team", "Alice"),
            ("Alice Smith (via RT)", "Alice Smith"),
            ("Alice \t Smith", "Alice Smith"),
            ("(Alice)", "(Alice)"),
            ("bob@example.org", ""),
            ("", ""),
        ] {
            let address = "alice@example.com".parse().unwrap();
            assert_eq!(person_name(display, &address), name, "{display}");
        }
    }

    proptest! {
        #[test]
        fn is_bounded(display in "\\PC{0,900}") {
            prop_assert!(tidy_name(&display).chars().count() <= MAX_NAME_CHARS);
        }
    }
}
