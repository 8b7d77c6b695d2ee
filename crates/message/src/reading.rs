//! The text of a mail in whatever form it came.

use std::borrow::Cow;

use crate::{Message, html_text::html_to_text};

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
