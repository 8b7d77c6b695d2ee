//! What is new in a mail: its body as spans, each of one kind.

mod attribution;
mod boundary;
mod closing;
mod contact_block;
mod html;
mod kinds;
mod lines;
mod words;

use std::{borrow::Cow, ops::Range};

use inboxlink_message::Message;
use serde::{Deserialize, Serialize};

use crate::limits::AGREEMENT_SLACK;
use lines::Hint;

/// What a stretch of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SpanKind {
    /// Written by the author of this mail.
    New,
    /// An earlier mail, quoted.
    Quoted,
    /// The line that says whose words are quoted.
    Attribution,
    /// The author's signature, or what their device put there.
    Signature,
    /// A legal notice at the end.
    Disclaimer,
    /// A mail passed on.
    Forwarded,
}

/// A stretch of whole lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Bytes of the body, always at character boundaries.
    pub range: Range<usize>,
}

/// A body, and what each part of it is. Nothing is lost: the spans follow one
/// another without gaps and cover the whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyText<'a> {
    body: Cow<'a, str>,
    spans: Vec<Span>,
}

impl ReplyText<'_> {
    /// The whole body as text.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The text of a span of this body; empty for another's.
    pub fn text_of(&self, span: &Span) -> &str {
        self.body.get(span.range.clone()).unwrap_or_default()
    }

    /// All that the author wrote here, in order, between quotes and below
    /// them too; without signature and disclaimer.
    pub fn new_text(&self) -> String {
        self.joined(&[SpanKind::New])
    }

    /// Signature and disclaimer.
    pub fn signature(&self) -> String {
        self.joined(&[SpanKind::Signature, SpanKind::Disclaimer])
    }

    /// The spans of some kinds, one after the other, without blank lines
    /// around them.
    fn joined(&self, kinds: &[SpanKind]) -> String {
        let mut out = String::new();
        for span in self.spans.iter().filter(|span| kinds.contains(&span.kind)) {
            let text = self.text_of(span);
            out.push_str(text);
            if !text.ends_with('\n') {
                out.push('\n');
            }
        }
        let end = out.trim_end().len();
        out.truncate(end);
        // Blank lines go; the indent of the first line stays.
        let blank = out.len() - out.trim_start().len();
        let first_line = out
            .get(..blank)
            .and_then(|white| white.rfind('\n'))
            .map_or(0, |at| at + 1);
        out.split_off(first_line)
    }
}

/// What is new in a plain-text body.
///
/// Works by structure (quote marks, separators, header blocks) and by
/// attribution lines in some twenty languages; in time linear in the body.
/// Where it is in doubt the text counts as new: losing what somebody wrote is
/// the worse mistake.
///
/// ```
/// let body = "Tuesday suits me.\n\nOn 3 May 2024 at 10:12, Ann <ann@example.com> wrote:\n> Tuesday?\n";
/// let reply = inboxlink_timeline::reply_text(body);
/// assert_eq!(reply.new_text(), "Tuesday suits me.");
/// ```
pub fn reply_text(body: &str) -> ReplyText<'_> {
    build(Cow::Borrowed(body), &[])
}

/// What is new in a mail.
///
/// The marks that mail programs leave in HTML are the surest sign of what is
/// quoted, and the plain text is what reads best. So where a mail has both,
/// its HTML is asked first; where the text tells of as much that is new, the
/// text is the body of the result, else the HTML.
pub fn reply_text_of(message: &Message) -> ReplyText<'_> {
    let text = message
        .text
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    let html = message.html.as_deref().map(html::to_text);
    match (text, html) {
        (Some(text), Some(html)) if html.marked => {
            let (plain, html) = (reply_text(text), build(html.text.into(), &html.hints));
            if agree(&plain, &html) { plain } else { html }
        }
        (Some(text), _) => reply_text(text),
        (None, Some(html)) => build(html.text.into(), &html.hints),
        (None, None) => reply_text(""),
    }
}

/// Whether two versions of a mail have about as much that is new. Links and
/// images are spelled out in one of them, so a little may be missing.
fn agree(a: &ReplyText<'_>, b: &ReplyText<'_>) -> bool {
    let new = |reply: &ReplyText<'_>| -> usize {
        let own = |span: &&Span| !matches!(span.kind, SpanKind::Quoted | SpanKind::Attribution);
        let texts = reply.spans.iter().filter(own);
        texts
            .map(|span| {
                reply
                    .text_of(span)
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .count()
            })
            .sum()
    };
    let (a, b) = (new(a), new(b));
    a.abs_diff(b) <= AGREEMENT_SLACK + a.min(b) / 4
}

/// What is new in an HTML body. The marks that mail programs leave (Gmail,
/// Outlook, Apple Mail, Thunderbird, Yahoo, Proton …) say where the quote
/// begins; the body of the result is the HTML as plain text.
pub fn reply_text_of_html(html: &str) -> ReplyText<'static> {
    let rendered = html::to_text(html);
    build(rendered.text.into(), &rendered.hints)
}

fn build<'a>(body: Cow<'a, str>, hints: &[Hint]) -> ReplyText<'a> {
    let lines = lines::split(&body, hints);
    let kinds = kinds::classify(&lines);
    let mut spans: Vec<Span> = Vec::new();
    for (line, kind) in lines.iter().zip(kinds) {
        match spans.last_mut() {
            Some(span) if span.kind == kind => span.range.end = line.range.end,
            _ => spans.push(Span {
                kind,
                range: line.range.clone(),
            }),
        }
    }
    ReplyText { body, spans }
}

#[cfg(test)]
mod tests;
