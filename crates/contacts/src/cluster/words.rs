//! Text as it is compared: lower case, ASCII, without accents.

/// Titles, suffixes and remarks that tell nobody apart.
const FILLERS: &[&str] = &[
    "jr",
    "sr",
    "dr",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "phd",
    "md",
    "herr",
    "frau",
    "ing",
    "dipl",
    "via",
    "on",
    "behalf",
    "of",
    "at",
    "the",
];

/// Whether a word of a name tells nobody apart.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// Appends a text folded: letters and digits remain, every run of anything
/// else becomes one space. An apostrophe joins (`O'Neil`).
pub(super) fn fold(text: &str, out: &mut String) {
    let start = out.len();
    let gap = |out: &mut String| {
        if out.len() > start && !out.ends_with(' ') {
            out.push(' ');
        }
    };
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '\'' | '’' | '`' | '\u{300}'..='\u{36f}' => {}
            _ if c.is_ascii() => gap(out),
            _ => {
                let ascii = any_ascii::any_ascii_char(c);
                let letters = ascii.bytes().filter(u8::is_ascii_alphanumeric);
                let before = out.len();
                out.extend(letters.map(|b| char::from(b.to_ascii_lowercase())));
                if out.len() == before {
                    gap(out);
                }
            }
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
}

/// Appends a folded word so that the two ways to write an umlaut are one
/// (`Mueller` and `Müller`): ae, oe and ue lose their e, but not at the end
/// (Joe), nor in names that end as Michael, Joel and Samuela do.
pub(super) fn without_umlauts(word: &str, out: &mut String) {
    let has_dots = |pair: &[u8]| matches!(pair, [b'a' | b'o' | b'u', b'e']);
    if !word.as_bytes().windows(2).any(has_dots) {
        out.push_str(word);
        return;
    }
    let mut before = ' ';
    for (at, letter) in word.char_indices() {
        let rest = word.get(at + letter.len_utf8()..).unwrap_or_default();
        let stands_for_dots = letter == 'e'
            && matches!(before, 'a' | 'o' | 'u')
            && !matches!(rest, "" | "l" | "la" | "le");
        if !stands_for_dots {
            out.push(letter);
        }
        before = letter;
    }
}

/// A text that was UTF-8, was read as Latin-1 and written as UTF-8 again
/// (`GaÃ«tan`), as it was; `None` where it was not.
pub(super) fn unmangled(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'Å', 'Ä']) {
        return None;
    }
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    String::from_utf8(bytes?)
        .ok()
        .filter(|repaired| repaired != text)
}

/// A word in camel case as several (`GavinZhang`), folded; else `None`.
pub(super) fn humps(word: &str) -> Option<String> {
    let mut out = String::with_capacity(word.len() + 2);
    let mut before = ' ';
    for c in word.chars() {
        if !c.is_alphanumeric() {
            return None;
        }
        if before.is_lowercase() && c.is_uppercase() {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    let long_enough = |part: &str| part.chars().count() >= 3;
    let mut parts = out.split(' ');
    let several = parts.by_ref().all(long_enough) && out.contains(' ');
    several.then_some(out)
}

/// Whether two words differ by one slip: a letter left out, put in, changed,
/// or two neighbours swapped. The first letter is seldom mistyped and must agree.
pub(super) fn one_slip(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let (long, short) = (long.as_bytes(), short.as_bytes());
    if long.len() - short.len() > 1 || long.first() != short.first() {
        return false;
    }
    let same = long.iter().zip(short).take_while(|(x, y)| x == y).count();
    let equal_after = |skip_long: usize, skip_short: usize| {
        let rest = long.get(same + skip_long..);
        rest.is_some() && rest == short.get(same + skip_short..)
    };
    if long.len() > short.len() {
        return equal_after(1, 0);
    }
    let swapped = long.get(same) == short.get(same + 1) && long.get(same + 1) == short.get(same);
    equal_after(1, 1) || (swapped && equal_after(2, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        fold(text, &mut out);
        out
    }

    #[test]
    fn folds() {
        assert_eq!(folded("  Jürgen  O’Neil-Smith. "), "jurgen oneil smith");
        assert_eq!(folded("Théo"), folded("The\u{301}o"));
        let plain = |word| {
            let mut out = String::new();
            without_umlauts(word, &mut out);
            out
        };
        assert_eq!(plain("mueller"), "muller");
        assert_eq!(plain("michael"), "michael");
        assert_eq!(plain("joe"), "joe");
    }

    #[test]
    fn repairs_what_was_read_as_latin_1() {
        assert_eq!(unmangled("GaÃ«tan").as_deref(), Some("Gaëtan"));
        assert_eq!(unmangled("Gaëtan"), None);
        assert_eq!(unmangled("Ägir"), None);
    }

    #[test]
    fn camel_case_is_several_words() {
        assert_eq!(humps("AnnaSmith").as_deref(), Some("Anna Smith"));
        assert_eq!(humps("McDonald"), None);
        assert_eq!(humps("anna"), None);
    }

    #[test]
    fn one_slip_is_one() {
        for (a, b) in [
            ("claudia", "cludia"),
            ("mannson", "manson"),
            ("jakob", "jakbo"),
            ("jakob", "jacob"),
            ("anna", "annas"),
        ] {
            assert!(one_slip(a, b) && one_slip(b, a), "{a} {b}");
        }
        for (a, b) in [
            ("claudia", "cludi"),
            ("anna", "hanna"),
            ("jakob", "jkabo"),
            ("abcd", "abdcx"),
        ] {
            assert!(!one_slip(a, b), "{a} {b}");
        }
    }
}
