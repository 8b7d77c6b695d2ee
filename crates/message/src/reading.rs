//! The text of a mail in whatever form it came.

use std::borrow::Cow;

use crate::{
    Message,
    html::html_to_text,
    limits::MAX_TEXT_BYTES,
    role::{Part, Role},
    structure::split,
};

/// The text to read: the plain text where there is some, else the HTML as
/// text, quotes behind `> `. For snippets and conditions; to show a mail, show
/// its HTML, sanitised.
pub fn text_for_reading(message: &Message) -> Cow<'_, str> {
    match (&message.text, &message.html) {
        (Some(text), _) => text.into(),
        (None, Some(html)) => html_to_text(html).into(),
        (None, None) => "".into(),
    }
}

/// Whether there is text to read in the bytes of a mail, or of its beginning:
/// what [`parse`](crate::parse) would find, without reading it.
///
/// ```
/// use inboxlink_message::has_text;
/// assert!(has_text(b"Subject: Hi\n\nHello"));
/// assert!(!has_text(b"Content-Type: image/png\n\niVBORw0KGgo"));
/// ```
pub fn has_text(raw: &[u8]) -> bool {
    let mut first = true;
    split(raw).leaves.into_iter().any(|leaf| {
        let part = Part::of(leaf, first);
        let text = matches!(part.role, Role::Text(_));
        first &= !text;
        let shows = |bytes: &[u8]| bytes.iter().any(|b| !b.is_ascii_whitespace());
        // Most texts begin at once.
        text && (shows(&part.decode(256)) || shows(&part.decode(MAX_TEXT_BYTES)))
    })
}
