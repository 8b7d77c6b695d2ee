//! What would take a sanitiser long, told in one pass beforehand.
//!
//! An HTML parser repairs as it reads: a formatting element left open is
//! opened again in every block after it, and every tag looks up the stack of
//! those open. Both are products of what an attacker chooses, and cannot be
//! interrupted. So their size is counted first.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use inboxlink_message::html::{Token, Tokens};

use crate::limits::{
    MAX_HTML_ELEMENTS, MAX_OPEN_ELEMENTS, MAX_REOPENED_ELEMENTS, MAX_SAFE_HTML_BYTES,
};

/// Elements without an end tag, and those whose end tag may be left out: a
/// parser ends them by itself.
const UNCOUNTED: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "html",
    "head", "body", "colgroup", "o:p",
];

/// Elements that are opened again where they were left open (HTML §13.2.4.3).
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Whether HTML is of a size and shape that a parser reads in time
/// proportional to its length.
pub(super) fn is_tame(html: &str) -> bool {
    if html.len() > MAX_SAFE_HTML_BYTES {
        return false;
    }
    let mut open: HashMap<String, usize, FixedState> = HashMap::default();
    let (mut depth, mut formatting) = (0usize, 0usize);
    let (mut elements, mut reopened) = (0usize, 0usize);
    for token in Tokens::new(html) {
        let (tag, closes) = match token {
            Token::Open(tag) => (tag, false),
            Token::Close(tag) => (tag, true),
            _ => continue,
        };
        elements += 1;
        reopened += formatting;
        if elements > MAX_HTML_ELEMENTS || reopened > MAX_REOPENED_ELEMENTS || !tag.is_short() {
            return false;
        }
        let name = tag.name().to_ascii_lowercase();
        if UNCOUNTED.contains(&name.as_str()) || (tag.closes_itself() && !closes) {
            continue;
        }
        let formats = usize::from(FORMATTING.contains(&name.as_str()));
        let count = open.entry(name).or_default();
        if !closes {
            *count += 1;
            depth += 1;
            formatting += formats;
        } else if *count > 0 {
            *count -= 1;
            depth -= 1;
            formatting -= formats;
        }
        if depth > MAX_OPEN_ELEMENTS {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_mail_is_tame() {
        let row = "<tr><td><font color=red><b>x</b></font><p>y<li>z<br></td></tr>";
        assert!(is_tame(&format!("<table>{}</table>", row.repeat(500))));
        assert!(is_tame("<b>left open <p>once"));
        assert!(is_tame(""));
    }

    #[test]
    fn bombs_are_not() {
        for (piece, times) in [
            ("<font size=1><p>", 2_000),
            ("<div>", 1_000),
            ("<b><table>", 1_000),
            ("<br>", 200_000),
            ("x", MAX_SAFE_HTML_BYTES + 1),
        ] {
            assert!(!is_tame(&piece.repeat(times)), "{piece}");
        }
        assert!(!is_tame(&format!("<a {}>", "b=c ".repeat(10_000))));
    }
}
