//! Folded text as tokens: words, and every other character by itself.
//!
//! A needle stands in a text as [`Needle`](crate::text::Needle) has it exactly
//! where its tokens do: a word that touches no other letter is a whole word,
//! scripts without spaces are tokens of one character and match anywhere.

use crate::text::in_spaced_word;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    Char(char),
}

pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let byte = *rest.as_bytes().first()?;
        let end = match byte {
            b if b.is_ascii_alphanumeric() => word_end(rest),
            b if b.is_ascii() => 1,
            _ => {
                let first = rest.chars().next()?;
                if in_spaced_word(first) {
                    word_end(rest)
                } else {
                    rest = rest.get(first.len_utf8()..)?;
                    return Some(Token::Char(first));
                }
            }
        };
        let (token, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(if end == 1 && !byte.is_ascii_alphanumeric() {
            Token::Char(char::from(byte))
        } else {
            Token::Word(token)
        })
    })
}

/// Where the word ends with which a text begins.
fn word_end(text: &str) -> usize {
    let other = |b: &u8| !b.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    let ascii = bytes.iter().position(other).unwrap_or(bytes.len());
    if bytes.get(ascii).is_none_or(u8::is_ascii) {
        return ascii;
    }
    let rest = text.get(ascii..).unwrap_or_default();
    rest.find(|c| !in_spaced_word(c))
        .map_or(text.len(), |length| ascii + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters() {
        let shown = |text| -> Vec<String> {
            let show = |token| match token {
                Token::Word(word) => word.to_owned(),
                Token::Char(c) => format!("'{c}"),
            };
            tokens(text).map(show).collect()
        };
        assert_eq!(shown("not now!"), ["not", "' ", "now", "'!"]);
        assert_eq!(
            shown("éa 価格x2 naïve"),
            ["éa", "' ", "'価", "'格", "x2", "' ", "naïve"]
        );
        assert!(shown("").is_empty());
    }
}
