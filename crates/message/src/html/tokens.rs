//! Tags and text, one after the other.
//!
//! Markup is hostile: every search either ends behind what it found, or is
//! not made again, so that the whole stays linear.

use std::borrow::Cow;

use super::decode;
use crate::limits::MAX_TAG_BYTES;

/// A piece of an HTML document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Token<'a> {
    /// Text between tags, entities not yet decoded.
    Text(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag.
    Close(Tag<'a>),
}

/// A tag: its name and its attributes as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
}

/// Elements whose content is no text to read.
const UNSEEN: [&str; 4] = ["script", "style", "title", "template"];

/// Goes through a document. Comments, declarations, and the elements whose
/// content is no text (`script`, `style`, `title`, `template`) are passed
/// over; a tag that never ends ends the document.
///
/// ```
/// use inboxlink_message::html::{Token, Tokens};
/// let mut tokens = Tokens::new("<p class=\"x\">1 &lt; 2<!-- no --></p>");
/// let Some(Token::Open(tag)) = tokens.next() else { unreachable!() };
/// assert!(tag.is("p"));
/// assert_eq!(tag.attribute("class").as_deref(), Some("x"));
/// assert_eq!(tokens.next(), Some(Token::Text("1 &lt; 2")));
/// ```
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    rest: &'a str,
    /// Whether a tag was seen whose quotes never close: from there on quotes
    /// don't count, or each tag would be searched to the end.
    quotes_broken: bool,
}

impl<'a> Tokens<'a> {
    /// Over a document, or a fragment of one.
    pub fn new(html: &'a str) -> Self {
        Self {
            rest: html,
            quotes_broken: false,
        }
    }

    /// Takes `length` bytes off.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Goes on behind the next `end`; to the end where there is none.
    fn pass(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
    }

    /// The tag that the rest begins with, its `<` taken off, and what follows.
    fn tag(&mut self) -> Option<Token<'a>> {
        let length = self.tag_length();
        let markup = self.take(length);
        self.rest = self.rest.strip_prefix('>').unwrap_or(self.rest);
        let (closes, markup) = match markup.strip_prefix('/') {
            Some(markup) => (true, markup),
            None => (false, markup),
        };
        let end = markup.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        let (name, attributes) = markup.split_at_checked(end.unwrap_or(markup.len()))?;
        let tag = Tag { name, attributes };
        if closes {
            return Some(Token::Close(tag));
        }
        if UNSEEN.iter().any(|name| tag.is(name)) {
            self.skip_content(name);
        }
        Some(Token::Open(tag))
    }

    /// Bytes up to the `>` of a tag; one in a quoted attribute is passed over.
    fn tag_length(&mut self) -> usize {
        let bytes = self.rest.as_bytes();
        if !self.quotes_broken {
            let mut quote = None;
            for (at, byte) in bytes.iter().enumerate() {
                match (quote, byte) {
                    (None, b'>') => return at,
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), byte) if open == byte => quote = None,
                    _ => {}
                }
            }
            self.quotes_broken = quote.is_some();
        }
        let end = bytes.iter().position(|byte| *byte == b'>');
        end.unwrap_or(bytes.len())
    }

    /// Goes on at the end tag of an element whose content is not to be read.
    fn skip_content(&mut self, name: &str) {
        let mut offset = 0;
        while let Some(at) = self.rest.get(offset..).and_then(|rest| rest.find("</")) {
            let start = offset + at;
            let found = self.rest.get(start + 2..start + 2 + name.len());
            if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                self.take(start);
                return;
            }
            offset = start + 2;
        }
        self.rest = "";
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let Some(markup) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(self.take(end)));
            };
            match markup.as_bytes() {
                [b'!', b'-', b'-', ..] => {
                    self.rest = markup;
                    self.pass("-->");
                }
                [b'!' | b'?', ..] => {
                    self.rest = markup;
                    self.pass(">");
                }
                [b'/', next, ..] | [next, ..] if next.is_ascii_alphabetic() => {
                    self.rest = markup;
                    return self.tag();
                }
                _ => return Some(Token::Text(self.take(1))),
            }
        }
        None
    }
}

impl<'a> Tag<'a> {
    /// Its name as it stands, in whatever case.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Whether it has a name, given in lower case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it ends itself (`<br/>`).
    pub fn closes_itself(&self) -> bool {
        self.attributes.trim_ascii_end().ends_with('/')
    }

    /// Whether all of it is looked at: see [`Tag::attribute`].
    pub fn is_short(&self) -> bool {
        self.attributes.len() <= MAX_TAG_BYTES || self.has_data_url()
    }

    /// A picture's own bytes are the one thing for which a tag may be long.
    fn has_data_url(&self) -> bool {
        self.is("img") && self.attributes.contains("data:image/")
    }

    /// The decoded value of an attribute, its name given in lower case: empty
    /// where it has none. Only the beginning of a very long tag is looked at.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let end = self.attributes.floor_char_boundary(MAX_TAG_BYTES);
        let mut rest = self.attributes.get(..end).unwrap_or_default();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let length = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '/'));
            let (found, after) = rest.split_at_checked(length.unwrap_or(rest.len()))?;
            let (value, after) = match after.trim_ascii_start().strip_prefix('=') {
                Some(value) => value_and_rest(value.trim_ascii_start()),
                None => ("", after),
            };
            if !found.is_empty() && found.eq_ignore_ascii_case(name) {
                return Some(decode(value));
            }
            if after.len() == rest.len() || after.is_empty() {
                return None;
            }
            rest = after;
        }
    }
}

fn value_and_rest(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace());
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        Tokens::new(html)
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Open(tag) => format!("[{}]", tag.name()),
                Token::Close(tag) => format!("[/{}]", tag.name()),
            })
            .collect()
    }

    #[test]
    fn tags_and_text() {
        for (html, expected) in [
            ("<P>a</P >", "[P]a[/P]"),
            ("<a title=\"1 > 2\">x", "[a]x"),
            ("<a title='never closed>x<b>y", "[a]x[b]y"),
            ("1 < 2 <3", "1 < 2 <3"),
            ("<!doctype html><!-- <p> -->x<?xml?>", "x"),
            (
                "<style>p{}</STYLE>a<script>1</2</script>b",
                "[style][/STYLE]a[script][/script]b",
            ),
            ("a<p", "a[p]"),
            ("a<!-- never closed", "a"),
            ("<br/>", "[br]"),
            ("</>", "</>"),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn attributes() {
        let html = "<div ID=a&amp;b class = 'c d' hidden style=\"e\"/>";
        let Some(Token::Open(tag)) = Tokens::new(html).next() else {
            panic!("no tag");
        };
        for (name, value) in [
            ("id", Some("a&b")),
            ("class", Some("c d")),
            ("hidden", Some("")),
            ("style", Some("e")),
            ("e", None),
            ("", None),
        ] {
            assert_eq!(tag.attribute(name).as_deref(), value, "{name}");
        }
        assert!(tag.closes_itself());
    }
}
