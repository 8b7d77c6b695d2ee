//! HTML as plain text, with what the marks of mail programs say about quotes.
//! Made for finding what is new in a mail, not for showing it.

use inboxlink_message::html::{Flow, Tag, Token, Tokens};

use super::lines::Hint;
use crate::limits::MAX_HTML_DEPTH;

/// HTML as text.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) text: String,
    /// One for each line of the text.
    pub(super) hints: Vec<Hint>,
    /// Whether a mail program's mark was found.
    pub(super) marked: bool,
}

/// Classes and ids of what says who is quoted.
const ATTRIBUTION_MARKS: &[&str] = &[
    "gmail_attr",              // Gmail
    "moz-cite-prefix",         // Thunderbird
    "moz-email-headers-table", // Thunderbird, forwarding
    "protonmail_quote_header", // Proton
    "gmail_quote_attribution", // Google's mobile clients
];

/// Classes, ids and names of elements that hold an earlier mail.
const QUOTE_MARKS: &[&str] = &[
    "yahoo_quoted",                            // Yahoo
    "zmail_extra",                             // Zoho
    "tutanota_quote",                          // Tuta
    "protonmail_quote",                        // Proton
    "mail-editor-reference-message-container", // Outlook, new and mobile
    "ms-outlook-mobile-reference-message",     // Outlook mobile
    "olk_src_body_section",                    // Outlook for Mac
    "messagereplysection",                     // Spark
    "edo-original-message",                    // Edison
    "bloop_original_html",                     // Airmail
    "quoted-message",
];

/// Classes and ids at which an earlier mail begins, never to end.
const CUT_MARKS: &[&str] = &[
    "divrplyfwdmsg",        // Outlook on the web
    "appendonsend",         // Outlook on the web
    "outlookmessageheader", // Outlook 2003
    "stopspelling",         // Hotmail
];

/// Classes, ids and names of signatures. Apple Mail's is left out: its users
/// write inside it.
const SIGNATURE_MARKS: &[&str] = &[
    "gmail_signature",
    "moz-signature",
    "protonmail_signature_block",
    "ms-outlook-mobile-signature",
    "messagesignaturesection",
    "yahoo_signature",
    "zmail_signature",
    "bloop_sign",
];

/// Elements that are followed to their end.
const FOLLOWED: [&str; 6] = ["div", "blockquote", "span", "table", "td", "section"];

/// Turns HTML into text, in time linear in its length.
pub(super) fn to_text(html: &str) -> Rendered {
    let mut reader = Reader::default();
    let mut flow = Flow::default();
    for token in Tokens::new(html) {
        match &token {
            Token::Open(tag) => reader.open(tag),
            Token::Close(tag) => reader.close(tag),
            // What the mail hides is no text to read.
            Token::Text(_) if reader.hidden > 0 => continue,
            _ => {}
        }
        flow.token(&token, reader.hint());
    }
    let (text, hints) = flow.finish();
    Rendered {
        text,
        hints,
        marked: reader.marked,
    }
}

/// What an element says about the text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    None,
    Quote,
    Attribution,
    Signature,
    Border,
    Hidden,
}

#[derive(Default)]
struct Reader {
    /// The open elements of those followed: name and effect.
    open: Vec<(usize, Effect)>,
    /// How many of each name are open.
    names: [usize; FOLLOWED.len()],
    /// Elements open beyond the depth that is followed.
    beyond: usize,
    quotes: usize,
    attributions: usize,
    signatures: usize,
    borders: usize,
    hidden: usize,
    cut: bool,
    marked: bool,
}

impl Reader {
    fn hint(&self) -> Hint {
        if self.cut {
            Hint::Cut
        } else if self.quotes > 0 {
            Hint::Quoted
        } else if self.attributions > 0 {
            Hint::Attribution
        } else if self.signatures > 0 {
            Hint::Signature
        } else if self.borders > 0 {
            Hint::Border
        } else {
            Hint::None
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        let followed = FOLLOWED.iter().position(|name| tag.is(name));
        if followed.is_none() && !tag.is("hr") {
            return;
        }
        let effect = self.effect(tag);
        let Some(name) = followed.filter(|_| !tag.closes_itself()) else {
            return;
        };
        if self.open.len() >= MAX_HTML_DEPTH {
            self.beyond = self.beyond.saturating_add(1);
            return;
        }
        self.open.push((name, effect));
        if let Some(count) = self.names.get_mut(name) {
            *count += 1;
        }
        if let Some(count) = self.count(effect) {
            *count += 1;
        }
    }

    /// Closes the innermost element of that name, and what is open inside it.
    fn close(&mut self, tag: &Tag<'_>) {
        let Some(name) = FOLLOWED.iter().position(|name| tag.is(name)) else {
            return;
        };
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if self.names.get(name).is_none_or(|count| *count == 0) {
            return;
        }
        while let Some((found, effect)) = self.open.pop() {
            if let Some(count) = self.names.get_mut(found) {
                *count -= 1;
            }
            if let Some(count) = self.count(effect) {
                *count -= 1;
            }
            if found == name {
                return;
            }
        }
    }

    fn count(&mut self, effect: Effect) -> Option<&mut usize> {
        Some(match effect {
            Effect::None => return None,
            Effect::Quote => &mut self.quotes,
            Effect::Attribution => &mut self.attributions,
            Effect::Signature => &mut self.signatures,
            Effect::Border => &mut self.borders,
            Effect::Hidden => &mut self.hidden,
        })
    }

    /// Reads the marks of an element.
    fn effect(&mut self, tag: &Tag<'_>) -> Effect {
        let mut marks = String::new();
        for name in ["class", "id", "name"] {
            if let Some(value) = tag.attribute(name) {
                marks.push_str(&value.to_lowercase());
                marks.push(' ');
            }
        }
        let has = |table: &[&str]| table.iter().any(|mark| marks.contains(mark));
        let style = tag.attribute("style").map(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            style.to_lowercase()
        });
        let style = style.unwrap_or_default();
        if has(CUT_MARKS) {
            self.cut = true;
            self.marked = true;
            return Effect::None;
        }
        let effect = if has(ATTRIBUTION_MARKS) {
            Effect::Attribution
        } else if has(QUOTE_MARKS) || (tag.is("blockquote") && !is_indent(&marks, &style)) {
            Effect::Quote
        } else if has(SIGNATURE_MARKS) || marks.split(' ').any(is_signature) {
            Effect::Signature
        } else if style.contains("display:none") || style.contains("mso-hide:all") {
            return Effect::Hidden;
        } else if is_header_border(&style) {
            Effect::Border
        } else {
            Effect::None
        };
        self.marked |= !matches!(effect, Effect::None | Effect::Border);
        effect
    }
}

/// Outlook on the web's `id="Signature"`, also as quoted by itself.
fn is_signature(mark: &str) -> bool {
    matches!(mark, "signature" | "x_signature")
}

/// Gmail and others indent with a blockquote that has no border.
fn is_indent(marks: &str, style: &str) -> bool {
    marks.contains("webkit-indent-blockquote")
        || (style.contains("border:none") && style.contains("40px"))
}

/// The line that desktop Outlook and Windows Mail draw above the header of the
/// mail that is answered.
fn is_header_border(style: &str) -> bool {
    let outlook = style.contains("border-top:solid")
        && (style.contains("padding:3.0pt0") || style.contains("padding:3pt0"));
    let windows_mail =
        style.contains("border-top-style:solid") && style.contains("padding-top:5px");
    outlook || windows_mail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(html: &str) -> Vec<(String, Hint)> {
        let rendered = to_text(html);
        let lines = rendered.text.split('\n').map(str::to_owned);
        lines.zip(rendered.hints).collect()
    }

    #[test]
    fn marks_end_with_their_elements() {
        let html = "<div>a<blockquote>b<div>c</blockquote>d<span style='DISPLAY : none'>x</span>";
        let expected = [
            ("a", Hint::None),
            ("b", Hint::Quoted),
            ("c", Hint::Quoted),
            ("d", Hint::None),
        ];
        assert_eq!(
            hints(html),
            expected.map(|(text, hint)| (text.to_owned(), hint))
        );
    }

    #[test]
    fn depth_beyond_what_is_followed() {
        let deep = "<div>".repeat(MAX_HTML_DEPTH + 5);
        let html = format!(
            "{deep}<blockquote>a</blockquote>{}b",
            "</div>".repeat(MAX_HTML_DEPTH + 5)
        );
        assert_eq!(hints(&html).last().map(|(_, hint)| *hint), Some(Hint::None));
    }
}
