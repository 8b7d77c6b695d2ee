//! The line of text that stands for a mail in a list.

use inboxlink_message::Message;

use crate::{
    limits::{SNIPPET_HTML_BYTES, SNIPPET_TEXT_BYTES},
    reply_text, reply_text_of_html,
};

/// The beginning of a text on one line: white space folded, at most
/// `max_chars` characters, cut between words and ended with `…` where
/// something is missing. Reads no further than it must.
///
/// ```
/// use inboxlink_timeline::snippet;
/// assert_eq!(snippet("Dear Ann,\n\n  see you on Friday", 20), "Dear Ann, see you…");
/// assert_eq!(snippet("short", 20), "short");
/// ```
pub fn snippet(text: &str, max_chars: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let gap = usize::from(!out.is_empty());
        let room = max_chars.saturating_sub(used + gap);
        let length = word.chars().take(room + 1).count();
        if length > room {
            return cut(out, word, max_chars);
        }
        if gap == 1 {
            out.push(' ');
        }
        out.push_str(word);
        used += gap + length;
    }
    out
}

/// The snippet of a mail: of what is new in it, or of all of it where nothing
/// is. Looks at its beginning only, so that history is cheap as well.
pub fn snippet_of(message: &Message, max_chars: usize) -> String {
    let beginning = |text: &str, bytes: usize| text.floor_char_boundary(bytes);
    let text = message
        .text
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    let reply = match (text, message.html.as_deref()) {
        (Some(text), _) => reply_text(
            text.get(..beginning(text, SNIPPET_TEXT_BYTES))
                .unwrap_or_default(),
        ),
        (None, Some(html)) => reply_text_of_html(
            html.get(..beginning(html, SNIPPET_HTML_BYTES))
                .unwrap_or_default(),
        ),
        (None, None) => return String::new(),
    };
    let new = snippet(&reply.new_text(), max_chars);
    if new.is_empty() {
        return snippet(reply.body(), max_chars);
    }
    new
}

/// Ends a snippet that has no room for `word`.
fn cut(mut out: String, word: &str, max_chars: usize) -> String {
    if out.is_empty() {
        // A single long word, or a script without spaces: cut inside.
        out.extend(word.chars().take(max_chars.saturating_sub(1)));
    } else if out.chars().count() >= max_chars {
        let keep = out.rfind(' ').unwrap_or(0);
        out.truncate(keep);
    }
    if max_chars > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn never_longer_than_asked(text in ".{0,80}", max in 0usize..40) {
            prop_assert!(snippet(&text, max).chars().count() <= max);
        }

        #[test]
        fn what_fits_is_kept_whole(words in prop::collection::vec("[a-zé]{1,5}", 0..6)) {
            let text = words.join(" ");
            prop_assert_eq!(snippet(&text, 100), text);
        }
    }

    #[test]
    fn of_what_is_new() {
        let mut mail = Message {
            text: Some("> Tuesday?\n\nYes, gladly.\n\n-- \nBob".into()),
            ..Message::default()
        };
        assert_eq!(snippet_of(&mail, 20), "Yes, gladly.");
        mail.text = Some("> Tuesday?\n".into());
        assert_eq!(snippet_of(&mail, 20), "> Tuesday?");
        mail.text = None;
        mail.html = Some("<blockquote>a</blockquote><p>b</p>".into());
        assert_eq!(snippet_of(&mail, 20), "b");
    }

    #[test]
    fn cuts_between_words_or_inside_one() {
        assert_eq!(snippet("one two three", 9), "one two…");
        assert_eq!(snippet("one two three", 7), "one…");
        assert_eq!(snippet("abcdefgh", 4), "abc…");
    }
}
