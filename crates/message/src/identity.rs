//! By what two copies of a mail are known to be one.

use crate::{Digest, Message, limits::DIGEST_CHARS};

/// Over Message-ID, author, Date and Subject, each in its normal form.
pub(crate) fn header_digest(message: &Message) -> [u8; 16] {
    let id = message.message_id.as_ref().map_or("", |id| id.as_str());
    let from = message.author().map_or("", |m| m.address.as_str());
    let date = message
        .date
        .map_or_else(String::new, |date| date.at.0.to_string());
    let fields = Digest::new("header").field(id).field(from).field(date);
    fields.field(&message.subject).finish()
}

/// Over the beginning of the first piece of text, white space folded: relays
/// encode and wrap anew, and of a long mail only the beginning is fetched.
pub(crate) fn body_digest(opening: &str) -> [u8; 16] {
    let mut folded = String::new();
    let mut room = DIGEST_CHARS;
    for word in opening.split_whitespace() {
        let length = word.chars().count();
        match length <= room {
            true => folded.push_str(word),
            false => folded.extend(word.chars().take(room)),
        }
        folded.push(' ');
        room = room.saturating_sub(length + 1);
        if room == 0 {
            break;
        }
    }
    Digest::new("body").field(folded).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_and_the_words_count() {
        let long = "wort ".repeat(2000);
        assert_eq!(body_digest(&long), body_digest(&format!("{long}more")));
        assert_eq!(body_digest("a  b\n"), body_digest("a b"));
        assert_ne!(body_digest("a b"), body_digest("ab"));
        let word = "x".repeat(DIGEST_CHARS);
        assert_eq!(body_digest(&word), body_digest(&format!("{word}y")));
    }
}
