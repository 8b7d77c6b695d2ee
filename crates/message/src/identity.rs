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
    let mut folded = String::with_capacity(DIGEST_CHARS);
    let mut room = DIGEST_CHARS;
    let mut rest = opening;
    while let Some((word, length, after)) = next_word(rest) {
        rest = after;
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

/// The next word, its length in characters, and what follows it. As
/// `split_whitespace`, which takes every byte for one of a longer character.
fn next_word(text: &str) -> Option<(&str, usize, &str)> {
    let text = text.trim_start();
    let mut length = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\t'..=b'\r' | b' ' => {
                let (word, after) = text.split_at_checked(at)?;
                return Some((word, length, after));
            }
            0x80..=0xbf => {}
            // Only here can it be one of Unicode's spaces.
            0xc2.. if text.get(at..)?.starts_with(char::is_whitespace) => {
                let (word, after) = text.split_at_checked(at)?;
                return Some((word, length, after));
            }
            _ => length += 1,
        }
    }
    (!text.is_empty()).then_some((text, length, ""))
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
        assert_eq!(
            body_digest("\u{a0}a\u{2003}\u{3000}é\u{b}"),
            body_digest("a é")
        );
        let word = "x".repeat(DIGEST_CHARS);
        assert_eq!(body_digest(&word), body_digest(&format!("{word}y")));
    }

    proptest::proptest! {
        #[test]
        fn words_are_those_of_the_library(text in "[ab é\t\n\u{b}\u{85}\u{a0}\u{2003}\u{3000}\u{1f600}]{0,40}") {
            let (mut words, mut rest) = (Vec::new(), text.as_str());
            while let Some((word, length, after)) = next_word(rest) {
                proptest::prop_assert_eq!(length, word.chars().count());
                words.push(word);
                rest = after;
            }
            proptest::prop_assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
