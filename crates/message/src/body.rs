//! The text to read, and the HTML to read, out of a mail's parts.

use crate::{
    Defect, charset,
    html_text::html_to_text,
    limits::{MAX_NAME_CHARS, MAX_TEXT_BYTES},
    role::{Part, Role, TextKind},
};

/// The text of a mail.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// Its plain text; `None` where there is only HTML, or nothing.
    pub(crate) text: Option<String>,
    /// Its HTML.
    pub(crate) html: Option<String>,
    /// The first piece with text in it: what stands there whatever was cut
    /// off behind it.
    pub(crate) opening: String,
    pub(crate) defects: Vec<Defect>,
}

/// One content, in one or two versions.
#[derive(Default)]
struct Unit {
    alternative: Option<usize>,
    plain: Option<String>,
    html: Option<String>,
}

/// Reads all pieces of text.
pub(crate) fn body(parts: &[Part<'_>]) -> Body {
    let mut body = Body::default();
    let mut units: Vec<Unit> = Vec::new();
    let mut budget = MAX_TEXT_BYTES;
    for part in parts {
        let Role::Text(kind) = part.role else {
            continue;
        };
        if part.leaf.raw.len() > budget {
            note(&mut body.defects, Defect::TextCut);
        }
        let text = read(part, budget, &mut body.defects);
        budget = budget.saturating_sub(part.leaf.raw.len());
        if text.trim().is_empty() {
            continue;
        }
        if body.opening.is_empty() {
            body.opening = match kind {
                TextKind::Plain => text.clone(),
                TextKind::Html => html_to_text(&text),
            };
        }
        let alternative = part.leaf.place.alternative;
        let same = |unit: &Unit| alternative.is_some() && unit.alternative == alternative;
        if !units.last().is_some_and(same) {
            units.push(Unit {
                alternative,
                ..Unit::default()
            });
        }
        let Some(unit) = units.last_mut() else {
            continue;
        };
        let version = match kind {
            TextKind::Plain => &mut unit.plain,
            TextKind::Html => &mut unit.html,
        };
        join(version, &text);
    }
    assemble(&units, &mut body);
    body
}

/// Each version of the whole is made of that version of every unit; a unit
/// that lacks it is converted, so that a list's plain footer does not pass for
/// the text of a mail in HTML, nor an HTML postscript get lost.
fn assemble(units: &[Unit], body: &mut Body) {
    let any_plain = units.iter().any(|unit| unit.plain.is_some());
    let any_html = units.iter().any(|unit| unit.html.is_some());
    for unit in units {
        if any_plain {
            match (&unit.plain, &unit.html) {
                (Some(plain), _) => join(&mut body.text, plain),
                (None, Some(html)) => join(&mut body.text, &html_to_text(html)),
                (None, None) => {}
            }
        }
        if any_html {
            match (&unit.html, &unit.plain) {
                (Some(html), _) => join(&mut body.html, html),
                (None, Some(plain)) => join(&mut body.html, &preformatted(plain)),
                (None, None) => {}
            }
        }
    }
}

fn join(whole: &mut Option<String>, piece: &str) {
    match whole {
        Some(whole) => {
            whole.push('\n');
            whole.push_str(piece);
        }
        None => *whole = Some(piece.to_owned()),
    }
}

fn preformatted(plain: &str) -> String {
    let mut html = String::from("<pre>");
    for c in plain.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            c => html.push(c),
        }
    }
    html.push_str("</pre>");
    html
}

fn read(part: &Part<'_>, budget: usize, defects: &mut Vec<Defect>) -> String {
    let charset = part
        .leaf
        .content_type
        .parameter("charset")
        .unwrap_or_default();
    let decoded = charset::declared(&part.decode(budget), charset);
    if !decoded.known {
        let charset = crate::field::one_line(charset, MAX_NAME_CHARS);
        note(defects, Defect::UnknownCharset { charset });
    }
    clean(decoded.text)
}

/// Line breaks as LF; no control characters; no line breaks at the end.
pub(crate) fn clean(text: String) -> String {
    let bytes = text.as_bytes();
    let Some(mut at) = unclean(bytes) else {
        return without_end(text);
    };
    // Runs of text are copied whole: only a line break in sixty bytes, and
    // now and then a control character, wants a closer look.
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((run, marked)) = rest.split_at_checked(at) {
        clean.push_str(run);
        let mut chars = marked.chars();
        if chars.next() == Some('\r') {
            clean.push('\n');
            rest = chars.as_str();
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        } else {
            rest = chars.as_str();
        }
        let Some(next) = unclean(rest.as_bytes()) else {
            break;
        };
        at = next;
    }
    clean.push_str(rest);
    without_end(clean)
}

/// Where the next carriage return or control character is: C0 but tab and
/// line feed, DEL, and C1, which UTF-8 writes as C2 80 to C2 9F.
fn unclean(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let found = rest
            .iter()
            .position(|b| matches!(b, 0..=8 | 11..=31 | 0x7f | 0xc2))?;
        let at = from + found;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(0xc2), Some(0x80..=0x9f)) => return Some(at),
            (Some(0xc2), _) => from = at + 1,
            _ => return Some(at),
        }
    }
}

fn without_end(mut text: String) -> String {
    text.truncate(text.trim_end_matches('\n').len());
    text
}

/// Notes a defect once.
pub(crate) fn note(defects: &mut Vec<Defect>, defect: Defect) {
    if !defects.contains(&defect) {
        defects.push(defect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned() {
        for (text, expected) in [
            ("a\r\nb\rc\u{0}\u{7}\td\n\n", "a\nb\nc\td"),
            ("\r\n\r\na\r\r\n", "\n\na"),
            ("a\u{7f}\u{80}b\u{9f}\u{a0}\u{c2}", "ab\u{a0}\u{c2}"),
            ("plain\n", "plain"),
            ("", ""),
        ] {
            assert_eq!(clean(text.to_owned()), expected, "{text:?}");
        }
    }

    proptest::proptest! {
        /// The fast way and the obvious one agree.
        #[test]
        fn cleaning_by_runs_is_cleaning_by_characters(text in "[a\r\n\t\u{0}\u{7f}-\u{a1}é]{0,40}") {
            let folded = text.replace("\r\n", "\n").replace('\r', "\n");
            let kept = folded.chars().filter(|c| !c.is_control() || "\n\t".contains(*c));
            let kept: String = kept.collect();
            proptest::prop_assert_eq!(clean(text), kept.trim_end_matches('\n'));
        }
    }

    #[test]
    fn plain_text_in_html_is_escaped() {
        assert_eq!(preformatted("<b>&"), "<pre>&lt;b&gt;&amp;</pre>");
    }
}
