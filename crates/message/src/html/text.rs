//! HTML to text, for snippets and conditions.

use super::{Flow, Token, Tokens};
use crate::limits::{MAX_HTML_BYTES, MAX_QUOTE_MARKS};

/// The text of an HTML document: blocks on lines of their own, quotes behind
/// `> `, no scripts and styles. At most the first mebibyte is read.
pub(crate) fn html_to_text(html: &str) -> String {
    let end = html.floor_char_boundary(MAX_HTML_BYTES);
    let mut flow = Flow::default();
    let mut quotes = 0usize;
    for token in Tokens::new(html.get(..end).unwrap_or_default()) {
        match token {
            Token::Open(tag) if tag.is("blockquote") => quotes = quotes.saturating_add(1),
            Token::Close(tag) if tag.is("blockquote") => quotes = quotes.saturating_sub(1),
            _ => {}
        }
        flow.token(&token, quotes.min(MAX_QUOTE_MARKS));
    }
    let (text, marks) = flow.finish();
    if marks.iter().all(|quotes| *quotes == 0) {
        return text;
    }
    let mut quoted = String::with_capacity(text.len());
    for (line, quotes) in text.split('\n').zip(marks) {
        if !quoted.is_empty() {
            quoted.push('\n');
        }
        for _ in 0..quotes {
            quoted.push_str("> ");
        }
        quoted.push_str(line);
    }
    quoted
}

#[cfg(test)]
mod tests {
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
    fn bombs_stay_small() {
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
            "<br>",
            "<li>",
        ] {
            let html = piece.repeat(MAX_HTML_BYTES / piece.len());
            assert!(html_to_text(&html).len() <= html.len(), "{piece}");
        }
    }
}
