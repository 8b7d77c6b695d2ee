//! A signature that nothing sets apart: a name, and how to reach its bearer.

use super::{lines::Line, words::is_sign_off};
use crate::limits::{CONTACT_LINE_CHARS, CONTACT_LINES};

/// Where a block of contact data at the end of a text begins: a name and some
/// short lines, two of them a telephone number, an address or a site (one,
/// where the line above takes leave). There must be text above it.
pub(super) fn find(lines: &[Line<'_>]) -> Option<usize> {
    let end = lines.iter().rposition(|line| !line.blank())? + 1;
    let mut found = None;
    let mut reachable = 0;
    let mut blanks = 0;
    for (length, (at, line)) in lines.iter().enumerate().take(end).rev().enumerate() {
        if line.blank() {
            blanks += 1;
            continue;
        }
        if length > CONTACT_LINES || blanks > 1 || line.quoted || !is_short(line.text) {
            break;
        }
        if is_contact(line.text) {
            reachable += 1;
        } else if is_sign_off(line.text) {
            break;
        } else {
            let above = lines.get(..at)?.iter().rev().find(|line| !line.blank());
            let leave = above.is_some_and(|line| is_sign_off(line.text));
            let apart = at.checked_sub(1).and_then(|above| lines.get(above));
            let begins = leave || apart.is_some_and(Line::blank);
            if begins && is_name(line.text) && (reachable >= 2 || (leave && reachable == 1)) {
                found = Some(at);
            }
        }
    }
    let text_above = lines.get(..found?)?.iter().any(|line| !line.blank());
    found.filter(|_| text_above)
}

/// Whether a line can stand in such a block: short, and no sentence.
fn is_short(text: &str) -> bool {
    text.chars().nth(CONTACT_LINE_CHARS).is_none()
        && text.split_whitespace().count() <= 12
        && !text.ends_with(['?', '!', ':', ';', ','])
}

/// One to five words that begin with a capital or have no case.
fn is_name(text: &str) -> bool {
    let words = text.split_whitespace();
    let mut count = 0;
    let capital = words.into_iter().all(|word| {
        count += 1;
        let first = word.chars().find(|c| c.is_alphabetic());
        first.is_none_or(|c| !c.is_lowercase())
            || matches!(word, "von" | "van" | "de" | "da" | "di")
    });
    capital
        && (1..=5).contains(&count)
        && !text.ends_with('.')
        && !text.contains(['@', '/', '='])
        && !text.contains(|c: char| c.is_ascii_digit())
}

/// Whether a line says how to reach somebody: mostly digits of a telephone
/// number, an address, or a site, with little around it.
fn is_contact(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let phone = (7..=45).contains(&digits) && letters <= digits + 8 && !text.contains("://");
    let lower = text.to_ascii_lowercase();
    let site = lower.starts_with("www.") || lower.starts_with("http") || lower.contains(" www.");
    let address = text.contains('@') && text.contains('.');
    phone || (words <= 4 && (site || address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::lines::split;

    fn found(text: &str) -> Option<usize> {
        find(&split(text, &[]))
    }

    #[test]
    fn names_with_numbers() {
        assert_eq!(
            found("See you.\n\nAnn Lee\nHead of Sales\nTel. +44 20 7946 0000\nann@example.com\n"),
            Some(2)
        );
        assert_eq!(
            found("See you.\n\nBest regards,\nAnn Lee\nExample Ltd\n+44 20 7946 0000\n"),
            Some(3)
        );
    }

    #[test]
    fn what_somebody_was_asked_for_stays() {
        for text in [
            "Ann Lee\n+44 20 7946 0000\nann@example.com\n",
            "Here is what you asked for:\nAnn Lee\n+44 20 7946 0000\nann@example.com\n",
            "Call me at +44 20 7946 0000\n",
            "Thanks,\nAnn\n",
            "It failed.\n\nDisk usage\n1234567 890\n1234567 891\n12345 is the last one that I saw.\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
