//! HTML to text, for snippets and conditions: one pass, no tree.
//!
//! Markup is hostile: every search either ends behind what it found, or ends
//! the document, so that the whole stays linear.

use mail_parser::decoders::html::add_html_token;

use crate::{
    guard::guarded,
    limits::{MAX_HTML_BYTES, MAX_QUOTE_MARKS},
};

/// The longest entity's name is `&CounterClockwiseContourIntegral;`.
const MAX_ENTITY_BYTES: usize = 34;

/// The text of an HTML document: blocks on lines of their own, quotes behind
/// `> `, no scripts and styles. At most the first mebibyte is read.
pub(crate) fn html_to_text(html: &str) -> String {
    let end = html.floor_char_boundary(MAX_HTML_BYTES);
    let mut rest = html.get(..end).unwrap_or_default();
    let mut out = Writer::default();
    while let Some((text, markup)) = rest.split_once('<') {
        out.text(text);
        rest = match markup.as_bytes() {
            [b'!', b'-', b'-', ..] => after(markup, "-->"),
            [b'!' | b'?', ..] => after(markup, ">"),
            [b'/', next, ..] | [next, ..] if next.is_ascii_alphabetic() => {
                let (tag, rest) = split_tag(markup);
                element(tag, rest, &mut out)
            }
            _ => {
                out.text("<");
                markup
            }
        };
    }
    out.text(rest);
    out.text
}

/// What stands behind the first `end`; nothing where there is none.
fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

/// A tag up to its `>`, one in a quoted attribute not counted.
fn split_tag(markup: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, byte) in markup.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => {
                let (tag, rest) = markup.split_at_checked(at).unwrap_or((markup, ""));
                return (tag, rest.strip_prefix('>').unwrap_or(rest));
            }
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (markup, "")
}

/// Acts on a tag; returns where to go on.
fn element<'a>(tag: &str, rest: &'a str, out: &mut Writer) -> &'a str {
    let (name, closes) = match tag.strip_prefix('/') {
        Some(name) => (name, true),
        None => (tag, false),
    };
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
    match name.to_ascii_lowercase().as_str() {
        "script" | "style" | "title" | "template" if !closes => return skip(rest, name),
        "br" => out.line_break(),
        "blockquote" => {
            out.block(1);
            out.quote(closes);
        }
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "hr" => {
            out.block(2);
        }
        "pre" => {
            out.block(1);
            out.preformatted = !closes;
        }
        "div" | "tr" | "section" | "article" | "header" | "footer" | "center" | "dl" | "dt"
        | "dd" | "address" => out.block(1),
        "li" => {
            out.block(1);
            if !closes {
                out.text("- ");
            }
        }
        "td" | "th" => out.text(" "),
        _ => {}
    }
    rest
}

/// Goes on behind the end tag of an element whose content is not to be read.
fn skip<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut rest = rest;
    while let Some((_, end)) = rest.split_once("</") {
        let found = end.get(..name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return after(end, ">");
        }
        rest = end;
    }
    ""
}

/// Text with its white space folded.
#[derive(Default)]
struct Writer {
    text: String,
    /// Line breaks due before the next character.
    breaks: usize,
    /// Whether a space is due before the next character.
    space: bool,
    quotes: usize,
    preformatted: bool,
}

impl Writer {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some((plain, entity)) = rest.split_once('&') {
            self.plain(plain);
            let window = entity.as_bytes().iter().take(MAX_ENTITY_BYTES);
            let end = window.clone().position(|b| *b == b';');
            let token = end.and_then(|end| entity.get(..=end));
            match token.and_then(decode_entity) {
                Some(decoded) => {
                    self.plain(&decoded);
                    rest = end
                        .and_then(|end| entity.get(end + 1..))
                        .unwrap_or_default();
                }
                None => {
                    self.push('&');
                    rest = entity;
                }
            }
        }
        self.plain(rest);
    }

    fn plain(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.preformatted => self.line_break(),
                // Invisible filling of newsletters' previews.
                '\u{200b}' | '\u{feff}' | '\u{ad}' => {}
                c if c.is_whitespace() => self.space = true,
                c if c.is_control() => {}
                c => self.push(c),
            }
        }
    }

    fn push(&mut self, c: char) {
        let first = self.text.is_empty();
        if self.breaks > 0 || first {
            for _ in 0..if first { 0 } else { self.breaks.min(2) } {
                self.text.push('\n');
            }
            for _ in 0..self.quotes.min(MAX_QUOTE_MARKS) {
                self.text.push_str("> ");
            }
            self.breaks = 0;
        } else if self.space {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push(c);
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        self.space = false;
    }

    /// At least that many line breaks.
    fn block(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
        self.space = false;
    }

    fn quote(&mut self, closes: bool) {
        if closes {
            self.quotes = self.quotes.saturating_sub(1);
        } else {
            self.quotes += 1;
        }
    }
}

/// An entity with its `;` but without its `&`.
fn decode_entity(entity: &str) -> Option<String> {
    let token = format!("&{entity}");
    let mut decoded = String::new();
    guarded(|| add_html_token(&mut decoded, token.as_bytes(), false))?;
    (decoded != token).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn blocks_quotes_and_entities() {
        for (html, expected) in [
            (
                "<p>Hello&nbsp;&amp; <b>good</b>\nday</p><p>Bye</p>",
                "Hello & good day\n\nBye",
            ),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<div>a</div><div>b</div>", "a\nb"),
            (
                "x<blockquote>q<blockquote>r</blockquote></blockquote>y",
                "x\n> q\n> > r\ny",
            ),
            ("<style>p{}</STYLE >a<script>if (1</2) </script>b", "ab"),
            ("<!-- <p>no</p> -->a<!doctype html>b", "ab"),
            ("<a title=\"1 > 2\">x</a>", "x"),
            ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
            ("<pre>a\nb</pre>", "a\nb"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            ("<td>a</td><td>b</td>", "a b"),
            ("&#x41;&#66;&eacute;&nosuch;&", "ABé&nosuch;&"),
            ("a<!-- never closed", "a"),
            ("<style>never closed", ""),
            ("", ""),
        ] {
            assert_eq!(html_to_text(html), expected, "{html}");
        }
    }

    #[test]
    fn bombs_stay_linear() {
        for piece in [
            "<",
            "<p",
            "<!--",
            "</",
            "<blockquote>",
            "&",
            "&a",
            "<style>",
            "<a \"",
            "<style></",
        ] {
            let html = piece.repeat(MAX_HTML_BYTES / piece.len());
            let start = Instant::now();
            html_to_text(&html);
            assert!(start.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
