//! The text to read, and the HTML to read, out of a mail's parts.

use crate::{
    Defect, charset,
    flowed::Flowed,
    html::html_to_text,
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
    /// Where in it a further piece begins.
    pub(crate) html_breaks: Vec<usize>,
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
        // After the opening was taken: a copy that was broken anew on its way
        // is still the same mail.
        let text = match Flowed::of(&part.leaf.content_type) {
            Some(flowed) if kind == TextKind::Plain => flowed.join(&text),
            _ => text,
        };
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
            body.html_breaks
                .extend(body.html.as_ref().map(|html| html.len() + 1));
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
    clean(&decoded.text)
}

/// Line breaks as LF; no control characters; no line breaks at the end.
pub(crate) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = text.get(start..end).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        if start > 0 {
            clean.push('\n');
        }
        match is_clean(line.as_bytes()) {
            true => clean.push_str(line),
            false => clean_line(line, &mut clean),
        }
        start = end + 1;
    }
    clean.truncate(clean.trim_end_matches('\n').len());
    clean
}

/// Whether a line holds nothing that wants a closer look: control characters,
/// and C2, with which UTF-8 writes C1's. Looks at every byte, which the
/// compiler does thirty-two at a time.
fn is_clean(line: &[u8]) -> bool {
    let suspect = |b: u8| ((b < 0x20) & (b != b'\t')) | (b == 0x7f) | (b == 0xc2);
    !line.iter().fold(false, |found, b| found | suspect(*b))
}

/// A carriage return by itself breaks a line too.
fn clean_line(line: &str, clean: &mut String) {
    clean.extend(line.chars().filter_map(|c| match c {
        '\r' => Some('\n'),
        '\t' => Some(c),
        c => (!c.is_control()).then_some(c),
    }));
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
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    proptest::proptest! {
        /// The fast way and the obvious one agree.
        #[test]
        fn cleaning_by_lines_is_cleaning_by_characters(text in "[a\r\n\t\u{0}\u{7f}-\u{a1}é]{0,40}") {
            let folded = text.replace("\r\n", "\n").replace('\r', "\n");
            let kept = folded.chars().filter(|c| !c.is_control() || "\n\t".contains(*c));
            let kept: String = kept.collect();
            proptest::prop_assert_eq!(clean(&text), kept.trim_end_matches('\n'));
        }
    }

    #[test]
    fn plain_text_in_html_is_escaped() {
        assert_eq!(preformatted("<b>&"), "<pre>&lt;b&gt;&amp;</pre>");
    }
}
