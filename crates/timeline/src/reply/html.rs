//! HTML as plain text, with what its marks say about quotes. Made for finding
//! what is new in a mail, not for showing it.

use super::lines::Hint;
use crate::limits::{MAX_HTML_DEPTH, TAG_BYTES};

/// HTML as text.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) text: String,
    /// One for each line of the text.
    pub(super) hints: Vec<Hint>,
}

/// Classes and ids of what stands above the quote in one element.
const ATTRIBUTION_MARKS: &[&str] = &["gmail_attr", "moz-cite-prefix", "protonmail_quote_header"];

/// Classes and ids at which an earlier mail begins, never to end.
const CUT_MARKS: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "outlookmessageheader",
    "yahoo_quoted",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",
    "zmail_extra",
    "tutanota_quote",
    "stopspelling",
];

/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];

/// Elements whose content is no text.
const UNSEEN: &[&str] = &["script", "style", "head", "title", "template"];

/// Turns HTML into text, in time linear in its length.
pub(super) fn to_text(html: &str) -> Rendered {
    let mut writer = Writer::default();
    let mut rest = html;
    let mut tags_end = true;
    while let Some(at) = rest.find('<') {
        writer.text(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        if let Some(comment) = tail.strip_prefix("!--") {
            rest = comment
                .find("-->")
                .and_then(|end| comment.get(end + 3..))
                .unwrap_or_default();
            continue;
        }
        let is_tag =
            tail.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        // Once no `>` follows, none will: looking again would be quadratic.
        let end = if is_tag && tags_end {
            tail.find('>')
        } else {
            None
        };
        let Some(end) = end else {
            tags_end &= !is_tag;
            writer.text("<");
            rest = tail;
            continue;
        };
        let tag = tail.get(..end).unwrap_or_default();
        rest = tail.get(end + 1..).unwrap_or_default();
        if let Some(name) = writer.tag(tag) {
            rest = after_closing(rest, name);
        }
    }
    writer.text(rest);
    writer.end_line();
    writer.out
}

/// What follows the closing tag of an element whose content is no text.
fn after_closing<'a>(html: &'a str, name: &str) -> &'a str {
    html.match_indices("</")
        .find(|(at, _)| {
            let tag = html.get(at + 2..at + 2 + name.len());
            tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name))
        })
        .and_then(|(at, _)| html.get(at..))
        .unwrap_or_default()
}

#[derive(Default)]
struct Writer {
    out: Rendered,
    line: String,
    space: bool,
    /// The open `div`s: whether each says who is quoted.
    divs: Vec<bool>,
    attributions: usize,
    quotes: usize,
    pre: usize,
    cut: bool,
}

impl Writer {
    /// Writes text, white space folded, entities decoded.
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            self.plain(rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
            let (decoded, length) = entity(rest);
            if decoded == '\u{a0}' {
                self.line.push(' ');
            } else {
                self.plain(decoded.encode_utf8(&mut [0; 4]));
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        for c in text.chars() {
            if self.pre > 0 && c == '\n' {
                self.end_line();
            } else if c.is_whitespace() && self.pre == 0 {
                self.space = true;
            } else {
                if std::mem::take(&mut self.space) && !self.line.is_empty() {
                    self.line.push(' ');
                }
                self.line.push(c);
            }
        }
    }

    /// Follows a tag (without its angle brackets). Returns the element's name
    /// where its content is to be passed over.
    fn tag(&mut self, tag: &str) -> Option<&'static str> {
        let closing = tag.starts_with('/');
        let inner = tag.trim_start_matches('/');
        let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = inner.get(..length).unwrap_or_default().to_ascii_lowercase();
        if !closing && let Some(unseen) = UNSEEN.iter().find(|unseen| **unseen == name) {
            return Some(unseen);
        }
        let block = BLOCKS.contains(&name.as_str());
        if name == "br" || (block && !self.line.is_empty()) {
            self.end_line();
        }
        if name == "p" && self.out.hints.len() > 1 && !self.out.text.ends_with("\n\n") {
            self.end_line();
        }
        match (name.as_str(), closing) {
            ("blockquote", false) => self.quotes = self.quotes.saturating_add(1),
            ("blockquote", true) => self.quotes = self.quotes.saturating_sub(1),
            ("pre", false) => self.pre = self.pre.saturating_add(1),
            ("pre", true) => self.pre = self.pre.saturating_sub(1),
            ("div", true) => {
                let ended = self.divs.pop().unwrap_or_default();
                self.attributions -= usize::from(ended);
            }
            ("div", false) => self.open_div(inner),
            _ => {}
        }
        None
    }

    fn open_div(&mut self, tag: &str) {
        let attributes: String = tag
            .chars()
            .take(TAG_BYTES)
            .collect::<String>()
            .to_ascii_lowercase();
        let marked = |marks: &[&str]| marks.iter().any(|mark| attributes.contains(mark));
        self.cut |= marked(CUT_MARKS);
        let attribution = marked(ATTRIBUTION_MARKS);
        if self.divs.len() < MAX_HTML_DEPTH {
            self.divs.push(attribution);
            self.attributions += usize::from(attribution);
        }
    }

    fn end_line(&mut self) {
        let hint = if self.cut {
            Hint::Cut
        } else if self.quotes > 0 {
            Hint::Quoted
        } else if self.attributions > 0 {
            Hint::Attribution
        } else {
            Hint::None
        };
        self.out.text.push_str(self.line.trim_end());
        self.out.text.push('\n');
        self.out.hints.push(hint);
        self.line.clear();
        self.space = false;
    }
}

/// The character that a reference at the beginning of `text` stands for, and
/// the reference's length; the `&` itself where there is none.
fn entity(text: &str) -> (char, usize) {
    let none = ('&', 1);
    let Some(end) = text.bytes().take(12).position(|b| b == b';') else {
        return none;
    };
    let name = text.get(1..end).unwrap_or_default();
    let decoded = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "hellip" => Some('…'),
        "rsquo" => Some('’'),
        "lsquo" => Some('‘'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "auml" => Some('ä'),
        "ouml" => Some('ö'),
        "uuml" => Some('ü'),
        "Auml" => Some('Ä'),
        "Ouml" => Some('Ö'),
        "Uuml" => Some('Ü'),
        "szlig" => Some('ß'),
        "eacute" => Some('é'),
        "egrave" => Some('è'),
        "agrave" => Some('à'),
        _ => numeric(name),
    };
    decoded.map_or(none, |c| (c, end + 1))
}

fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|c| !c.is_control())
}
