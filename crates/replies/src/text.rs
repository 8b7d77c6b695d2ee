//! Text as it is compared: folding, and finding words in it.

use unicode_normalization::UnicodeNormalization;

use crate::limits::MAX_BODY_BYTES;

/// Text in the form in which it is compared: compatibility forms made one
/// (NFKC), case folded, typographic quotes made plain, white space made single
/// spaces, invisible characters left out.
pub(crate) fn fold(text: &str) -> String {
    let mut line = Line {
        text: String::with_capacity(text.len()),
        gap: false,
    };
    let mut rest = text;
    while !rest.is_empty() {
        // Plain ASCII folds by itself, save its last character: what follows
        // may be an accent for it. Nothing combines with ASCII before it.
        let ascii = rest.bytes().position(|b| !b.is_ascii());
        let plain = ascii.map_or(rest.len(), |end| end.saturating_sub(1));
        let (easy, other) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        line.push_ascii(easy);
        let end = other
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii())
            .map_or(other.len(), |(at, _)| at);
        let (hard, after) = other.split_at_checked(end).unwrap_or((other, ""));
        fold_slowly(hard).for_each(|c| line.push(c));
        rest = after;
    }
    line.text
}

/// The rules of folding, but for white space. What a folding makes is
/// normalised again, so that folding twice changes nothing.
fn fold_slowly(text: &str) -> impl Iterator<Item = char> {
    let visible = text.chars().filter(|c| !is_invisible(*c));
    let lower = visible.nfkc().flat_map(char::to_lowercase);
    lower.flat_map(plain).nfkc()
}

/// A line in the making, white space as single spaces between other things.
struct Line {
    text: String,
    gap: bool,
}

impl Line {
    fn push_ascii(&mut self, text: &str) {
        let start = self.text.len();
        for (n, word) in text.split(|c: char| c.is_whitespace()).enumerate() {
            self.gap |= n > 0 && !self.text.is_empty();
            if !word.is_empty() {
                if std::mem::take(&mut self.gap) {
                    self.text.push(' ');
                }
                self.text.push_str(word);
            }
        }
        if let Some(added) = self.text.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    }

    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap = !self.text.is_empty();
        } else {
            if std::mem::take(&mut self.gap) {
                self.text.push(' ');
            }
            self.text.push(c);
        }
    }
}

/// One character as one or two plain ones.
fn plain(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' => ('\'', None),
        '\u{201c}' | '\u{201d}' | '\u{201e}' => ('"', None),
        '\u{2010}'..='\u{2015}' => ('-', None),
        'ß' => ('s', Some('s')),
        'ς' => ('σ', None),
        c => (c, None),
    };
    std::iter::once(first).chain(second)
}

/// The beginning of a body, folded.
pub(crate) fn fold_body(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_BODY_BYTES);
    fold(text.get(..end).unwrap_or_default())
}

/// Soft hyphens, zero-width characters, direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A text to look for, as a whole word or phrase.
///
/// Where it begins or ends with a letter or digit, none may stand beside it in
/// the text: `art` is not in `start`. A final `*` leaves the end open: `inter*`
/// is in `interested`. Scripts that set no spaces between words, and Hangul,
/// whose words grow at the end, are found anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Needle {
    /// Its number within its condition.
    pub(crate) number: u32,
    pub(crate) folded: String,
    pub(crate) open_end: bool,
}

impl Needle {
    /// `None` where nothing is left to look for.
    pub(crate) fn new(typed: &str, number: u32) -> Option<Self> {
        let text = typed.trim();
        let (text, open_end) = match text.strip_suffix('*') {
            Some(stem) => (stem, true),
            None => (text, false),
        };
        let folded = fold(text);
        (!folded.is_empty()).then_some(Self {
            number,
            folded,
            open_end,
        })
    }

    /// Whether the text, folded, holds it.
    pub(crate) fn is_in(&self, folded: &str) -> bool {
        // Most texts do not hold it at all, or hold it as a word at once.
        match memchr::memmem::find(folded.as_bytes(), self.folded.as_bytes()) {
            None => false,
            Some(at) if self.stands_at(folded, at) => true,
            Some(_) => self.is_in_further_on(folded),
        }
    }

    /// Every occurrence in turn, overlapping ones too, in time linear in text
    /// and needle (Knuth, Morris and Pratt): a text may be made to hold
    /// thousands that all begin or end within a word.
    fn is_in_further_on(&self, folded: &str) -> bool {
        let needle = self.folded.as_bytes();
        let borders = borders(needle);
        let mut matched = 0;
        for (at, byte) in folded.bytes().enumerate() {
            while matched > 0 && needle.get(matched) != Some(&byte) {
                matched = shorter(&borders, matched);
            }
            matched += usize::from(needle.get(matched) == Some(&byte));
            if matched == needle.len() {
                if self.stands_at(folded, at + 1 - matched) {
                    return true;
                }
                matched = shorter(&borders, matched);
            }
        }
        false
    }

    fn stands_at(&self, text: &str, at: usize) -> bool {
        let end = at + self.folded.len();
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(end..).and_then(|t| t.chars().next());
        let first = self.folded.chars().next();
        let last = self.folded.chars().next_back();
        !joined(before, first) && (self.open_end || !joined(last, after))
    }
}

/// The length of the longest border of every prefix.
fn borders(needle: &[u8]) -> Vec<usize> {
    let mut borders = Vec::with_capacity(needle.len());
    let mut length = 0;
    for (n, byte) in needle.iter().enumerate() {
        if n > 0 {
            while length > 0 && needle.get(length) != Some(byte) {
                length = shorter(&borders, length);
            }
            length += usize::from(needle.get(length) == Some(byte));
        }
        borders.push(length);
    }
    borders
}

fn shorter(borders: &[usize], length: usize) -> usize {
    borders.get(length - 1).copied().unwrap_or_default()
}

/// Whether two neighbours belong to one word.
fn joined(a: Option<char>, b: Option<char>) -> bool {
    a.is_some_and(in_spaced_word) && b.is_some_and(in_spaced_word)
}

/// Whether a character belongs to a word that has white space or marks around it.
pub(crate) fn in_spaced_word(c: char) -> bool {
    c.is_alphanumeric() && !is_unspaced(c)
}

/// Thai to Myanmar, Khmer, and from kana over Han to Hangul.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(text: &str, needle: &str) -> bool {
        Needle::new(needle, 0).unwrap().is_in(&fold(text))
    }

    #[test]
    fn folds_what_looks_the_same() {
        for (a, b) in [
            ("STRASSE", "straße"),
            ("I\u{2019}m  in", "i'm\r\n in"),
            ("ｐｒｉｃｅ", "price"),
            ("cafe\u{301}", "CAFÉ"),
            ("inter\u{ad}ested", "interested"),
            ("ΣΟΦΟΣ", "σοφος"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
    }

    #[test]
    fn whole_words_unless_the_end_is_open() {
        assert!(holds("Yes, I am interested!", "interested"));
        assert!(!holds("I am uninterested", "interested"));
        assert!(!holds("interesting", "interest"));
        assert!(holds("interesting", "interest*"));
        assert!(!holds("disinteresting", "interest*"));
        assert!(holds("uninterested, later interested", "interested"));
        assert!(holds("not\n now", "not now"));
        assert!(holds("C++ is fine", "c++"));
        assert!(holds("価格を教えてください", "価格"));
        assert!(holds("가격이 얼마예요", "가격"));
        assert!(Needle::new(" * ", 0).is_none());
    }

    #[test]
    fn thousands_of_occurrences_within_words_take_linear_time() {
        // Each word begins an occurrence of 1,000 bytes that ends in a word.
        let needle = format!("{}a", "ab ".repeat(333));
        let text = "ab ".repeat(85_000);
        let start = std::time::Instant::now();
        assert!(!holds(&text, &needle));
        assert!(start.elapsed().as_secs() < 5);
    }

    proptest! {
        /// The way past plain ASCII leads to the same place.
        #[test]
        fn folding_in_pieces_is_folding_as_a_whole(
            text in "([a-zA-Z \\n.]|[\u{300}-\u{304}\u{ad}\u{a0}\u{1f1}\u{130}éßＡ価가ᄀ]|\\PC){0,30}",
        ) {
            let mut whole = Line { text: String::new(), gap: false };
            fold_slowly(&text).for_each(|c| whole.push(c));
            prop_assert_eq!(fold(&text), whole.text);
        }

        #[test]
        fn folding_is_idempotent(text: String) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        /// The same as trying every position.
        #[test]
        fn found_where_it_stands(text in "[ab \u{301}価]{0,24}", typed in "[ab ]{0,3}\\*?") {
            let Some(needle) = Needle::new(&typed, 0) else { return Ok(()) };
            let folded = fold(&text);
            let naive = folded.char_indices().any(|(at, _)| {
                folded[at..].starts_with(&needle.folded) && needle.stands_at(&folded, at)
            });
            prop_assert_eq!(needle.is_in(&folded), naive);
        }
    }
}
