//! The line of text that stands for a mail in a list.

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
    fn cuts_between_words_or_inside_one() {
        assert_eq!(snippet("one two three", 9), "one two…");
        assert_eq!(snippet("one two three", 7), "one…");
        assert_eq!(snippet("abcdefgh", 4), "abc…");
    }
}
