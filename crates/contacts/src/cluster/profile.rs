//! What of an address is compared: the names seen with it, folded into words;
//! its local part and other nicknames; its domain.
//!
//! Millions of profiles lie side by side as text, a line for each thing, the
//! line's first letter saying what. They are read back when a block is compared.

use std::{borrow::Cow, collections::HashSet, sync::OnceLock};

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::{
    bits::Bits,
    census::{Census, Kind, hash, look_of_handle, look_of_word},
    given::{full_forms, is_common},
    names::INITIAL,
    words::{fold, humps, is_filler, unmangled, without_umlauts},
};
use crate::{
    limits::{MAX_COMPARED, MAX_NAME_CHARS, MAX_TOKENS},
    name::tidy_name,
};

/// Local parts and nicknames of nobody in particular.
const NOBODY: &[&str] = &[
    "me",
    "mail",
    "email",
    "dev",
    "devel",
    "devnull",
    "null",
    "nobody",
    "none",
    "unknown",
    "user",
    "users",
    "guest",
    "test",
    "root",
    "git",
    "github",
    "gitlab",
    "svn",
    "cvs",
    "noname",
    "name",
    "noreply",
    "you",
    "your",
    "my",
    "public",
    "private",
    "personal",
    "work",
    "home",
    "web",
    "code",
    "src",
    "bugs",
    "bug",
    "patches",
    "list",
    "lists",
    "www",
    "lists",
    "spam",
    "nospam",
    "junk",
    "linux",
    "ubuntu",
    "debian",
    "fedora",
    "vagrant",
    "pi",
    "localhost",
    "ec2user",
    "hi",
    "hello",
    "perl",
    "python",
    "open",
    "opensource",
    "oss",
    "software",
    "programmer",
    "developer",
    "coder",
    "author",
    "anonymous",
    "anon",
    "firstname",
    "lastname",
    "example",
    "dummy",
    "youremail",
    "no",
    "contributor",
    "noauthor",
    "administrator",
    "mac",
    "macbook",
    "pc",
    "laptop",
    "desktop",
];

pub(super) fn is_given(word: &str, census: &Census) -> bool {
    is_common(word) || census.count(hash(Kind::Given, word)) > 0
}

fn is_nobody(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&str, FixedState>> = OnceLock::new();
    WORDS
        .get_or_init(|| NOBODY.iter().copied().collect())
        .contains(word)
}

/// The look of a given name: whatever the language, many bear it.
const GIVEN: Bits = 800;

/// A name's word, or an initial.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) hash: u64,
    /// The full forms that it may stand for; `None` where it is no common name.
    pub(super) forms: Option<&'static [u16]>,
}

impl<'a> Word<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            hash: hash(Kind::Word, text),
            forms: full_forms(text),
        }
    }

    pub(super) fn is_initial(&self) -> bool {
        self.text.len() == 1
    }

    /// How many addresses show it.
    pub(super) fn count(&self, census: &Census) -> u32 {
        census.count(self.hash)
    }
}

/// A name seen with an address, or read out of its local part.
#[derive(Debug, Clone, Default)]
pub(super) struct Name<'a> {
    pub(super) text: &'a str,
    pub(super) words: SmallVec<[Word<'a>; 4]>,
    /// Read out of the local part (`ann.lee@`).
    pub(super) is_derived: bool,
}

impl Name<'_> {
    /// How many addresses show this very name.
    pub(super) fn count(&self, census: &Census) -> u32 {
        census.count(name_hash(self.text))
    }

    /// Two words or more that are not initials.
    pub(super) fn is_full(&self) -> bool {
        self.words
            .iter()
            .filter(|word| !word.is_initial())
            .nth(1)
            .is_some()
    }
}

/// Where a handle was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the local part.
    Local,
    /// It is the display name.
    Shown,
    /// It stands in a remark behind the name.
    Remark,
    /// It is the domain's own name (`ann@lee.example`).
    Site,
}

/// A local part or nickname, letters and digits only.
#[derive(Debug, Clone, Copy)]
pub(super) struct Handle<'a> {
    pub(super) text: &'a str,
    /// Without the digits at its end.
    pub(super) stem: &'a str,
    pub(super) place: Place,
}

/// What of an address is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile<'a> {
    pub(super) names: SmallVec<[Name<'a>; 2]>,
    pub(super) handles: SmallVec<[Handle<'a>; 4]>,
    pub(super) domain: &'a str,
    /// With what letters its names' words begin, and what full forms they have.
    beginnings: u64,
    /// Its handles without digits, one bit each.
    stems: u64,
    has_full_name: bool,
}

/// The address of a profile, as far as it is a person's own.
pub(super) struct Mailbox<'a> {
    pub(super) local: &'a str,
    pub(super) domain: &'a str,
}

/// Writes a profile down. `mailbox` is `None` where the address is nobody's in
/// particular.
pub(super) fn write<'n>(
    mailbox: Option<&Mailbox<'_>>,
    names: impl Iterator<Item = &'n str>,
    out: &mut String,
) {
    let mut scratch = String::new();
    let start = out.len();
    for name in names.take(MAX_COMPARED) {
        write_display(name, &mut scratch, out);
    }
    if let Some(Mailbox { local, domain }) = mailbox {
        write_local(local, &mut scratch, out);
        write_domain(domain, &mut scratch, out);
    }
    if out.len() == start {
        out.push('\n');
    }
}

fn write_display(display: &str, scratch: &mut String, out: &mut String) {
    let repaired = unmangled(display);
    let display = repaired.as_deref().unwrap_or(display);
    let is_plain = display.len() < MAX_NAME_CHARS
        && display
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || b == b' ' || b == b'.')
        && !display.contains("ia ");
    let mut name = if is_plain {
        Cow::Borrowed(display.trim())
    } else {
        Cow::Owned(tidy_name(display))
    };
    // An address in a name is no part of the name.
    if name.contains('@') {
        name = name
            .split(' ')
            .filter(|word| !word.contains('@'))
            .collect::<Vec<_>>()
            .join(" ")
            .into();
    }
    if name.contains(' ') {
        write_words('n', &name, scratch, out);
    } else {
        write_nickname(&name, scratch, out);
    }
    let remark = display
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    if let Some((remark, _)) = remark
        && !remark.contains([' ', '@'])
    {
        write_handle('r', remark, scratch, out);
    }
}

/// A name in one word is a nickname, or a name that was run together.
fn write_nickname(name: &str, scratch: &mut String, out: &mut String) {
    // `DOMAIN\\login`
    let name = name.rsplit('\\').next().unwrap_or(name);
    write_handle('s', name, scratch, out);
    if let Some(several) = humps(name) {
        write_words('l', &several, scratch, out);
    } else if name.chars().all(char::is_alphabetic) {
        write_words('n', name, scratch, out);
    } else {
        write_parts(name, scratch, out);
    }
}

fn write_words(kind: char, name: &str, scratch: &mut String, out: &mut String) {
    scratch.clear();
    fold(name, scratch);
    let start = out.len();
    out.push(kind);
    let before = out.len();
    for word in scratch
        .split(' ')
        .filter(|word| !word.is_empty() && !is_filler(word))
        .take(MAX_TOKENS)
    {
        if out.len() > before {
            out.push(' ');
        }
        without_umlauts(word, out);
    }
    let words = out.get(before..).unwrap_or_default();
    if words.split(' ').all(is_nobody) || words.is_empty() {
        out.truncate(start);
    } else {
        out.push('\n');
    }
}

fn write_handle(kind: char, handle: &str, scratch: &mut String, out: &mut String) {
    scratch.clear();
    fold(handle, scratch);
    let start = out.len();
    out.push(kind);
    let before = out.len();
    for part in scratch.split(' ') {
        without_umlauts(part, out);
    }
    let text = out.get(before..).unwrap_or_default();
    let letters = text.bytes().filter(u8::is_ascii_lowercase).count();
    if text.len() < 3
        || letters < 2
        || text.len() > 40
        || is_nobody(text)
        || crate::patterns::is_role_word(text)
    {
        out.truncate(start);
    } else {
        out.push('\n');
    }
}

fn write_local(local: &str, scratch: &mut String, out: &mut String) {
    write_handle('h', local, scratch, out);
    write_parts(local, scratch, out);
}

/// Writes the name in `ann.lee77`, if there is one.
fn write_parts(text: &str, scratch: &mut String, out: &mut String) {
    let undigited = |part: &'_ str| part.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let parts = || {
        text.split(['.', '_', '-'])
            .filter_map(|part| part.get(..undigited(part)))
            .filter(|part| !part.is_empty())
    };
    let is_word = |part: &str| part.chars().all(char::is_alphabetic);
    let long = parts().filter(|part| part.chars().count() > 1).count();
    if long >= 2 && parts().all(is_word) {
        write_words('l', &parts().collect::<Vec<_>>().join(" "), scratch, out);
    }
}

fn write_domain(domain: &str, scratch: &mut String, out: &mut String) {
    let registered = super::normal::registered(domain);
    out.push('d');
    out.push_str(registered);
    out.push('\n');
    if let Some((label, _)) = registered.split_once('.') {
        write_handle('w', label, scratch, out);
    }
}

/// The hashes of everything that a profile shows, each once.
pub(super) fn counted(text: &str, seen: &mut Vec<u64>) {
    for line in text.lines() {
        let Some((kind, rest)) = split(line) else {
            continue;
        };
        match kind {
            'n' | 'l' => {
                seen.extend(
                    rest.split(' ')
                        .filter(|word| word.len() > 1)
                        .map(|word| hash(Kind::Word, word)),
                );
                seen.push(name_hash(rest));
                if let Some((given, _)) = rest.split_once(' ') {
                    seen.push(hash(Kind::Given, given));
                }
            }
            'd' => seen.push(hash(Kind::Domain, rest)),
            _ => {
                seen.push(hash(Kind::Handle, rest));
                let stem = stem(rest);
                if stem.len() < rest.len() {
                    seen.push(hash(Kind::Handle, stem));
                }
            }
        }
    }
    seen.sort_unstable();
    seen.dedup();
}

/// The hash of a name whatever the order of its words; initials left out.
pub(super) fn name_hash(name: &str) -> u64 {
    let words = name.split(' ').filter(|word| word.len() > 1);
    words
        .map(|word| hash(Kind::Name, word))
        .fold(0, u64::wrapping_add)
}

/// A handle without the digits at its end.
fn stem(handle: &str) -> &str {
    handle.trim_end_matches(|c: char| c.is_ascii_digit())
}

fn split(line: &str) -> Option<(char, &str)> {
    let kind = line.chars().next()?;
    Some((kind, line.get(kind.len_utf8()..)?))
}

impl<'a> Profile<'a> {
    /// Reads a profile and how common all of it is.
    pub(super) fn read(text: &'a str, census: &Census) -> Self {
        let mut profile = Self::default();
        for line in text.lines() {
            let Some((kind, rest)) = split(line) else {
                continue;
            };
            match kind {
                'n' | 'l' => profile.names.push(Name {
                    text: rest,
                    words: rest.split(' ').map(Word::new).collect(),
                    is_derived: kind == 'l',
                }),
                'd' => profile.domain = rest,
                // A given name is no nickname of one person's.
                's' if is_given(rest, census) => {}
                _ => {
                    let stem = stem(rest);
                    profile.handles.push(Handle {
                        text: rest,
                        stem,
                        place: match kind {
                            'h' => Place::Local,
                            's' => Place::Shown,
                            'r' => Place::Remark,
                            _ => Place::Site,
                        },
                    });
                }
            }
        }
        let has_full_name = profile.shown_names().any(Name::is_full);
        profile.has_full_name = has_full_name;
        for word in profile.names.iter().flat_map(|name| &name.words) {
            let letter = word.text.bytes().next().unwrap_or(0) % 32;
            profile.beginnings |= 1 << letter;
            for form in word.forms.unwrap_or_default() {
                profile.beginnings |= 1 << (32 + form % 32);
            }
        }
        for handle in &profile.handles {
            profile.stems |= 1 << (hash(Kind::Handle, handle.stem) % 64);
        }
        profile
    }

    /// Whether two people's full names can be told apart at a glance: at most
    /// one word of the one begins as a word of the other does, no word is
    /// another's full form, and no handle is the same. Most pairs of a block
    /// need no closer look.
    pub(super) fn is_surely_other(&self, other: &Self) -> bool {
        let enough = |profile: &Self| profile.beginnings.count_ones() >= 2;
        self.has_full_name
            && other.has_full_name
            && enough(self)
            && enough(other)
            && (self.beginnings & other.beginnings).count_ones() < 2
            && self.stems & other.stems == 0
    }

    /// The names of people, not those read out of the local part.
    pub(super) fn shown_names(&self) -> impl Iterator<Item = &Name<'a>> {
        self.names.iter().filter(|name| !name.is_derived)
    }
}

impl Handle<'_> {
    /// How rare it is beyond the few that one person would have.
    pub(super) fn rarity(&self, census: &Census) -> Bits {
        let look = look_of_handle(self.stem, self.text.len() - self.stem.len());
        let count = census.count(hash(Kind::Handle, self.text));
        let counted = census.rarity(u64::from(count.saturating_sub(count.clamp(2, 5))), look);
        self.as_words(census).unwrap_or(Bits::MAX).min(counted)
    }

    /// How rare the handle is without its digits.
    pub(super) fn stem_rarity(&self, census: &Census) -> Bits {
        let look = look_of_handle(self.stem, 0);
        let count = census.count(hash(Kind::Handle, self.stem));
        let counted = census.rarity(u64::from(count.saturating_sub(2)), look);
        stem_as_words(self.stem, census)
            .unwrap_or(Bits::MAX)
            .min(counted)
    }

    pub(super) fn has_digits(&self) -> bool {
        self.stem.len() < self.text.len()
    }

    /// Whether it is made of names that the directory knows.
    pub(super) fn is_made_of_words(&self, census: &Census) -> bool {
        stem_as_words(self.stem, census).is_some()
    }

    fn as_words(&self, census: &Census) -> Option<Bits> {
        let digits = Bits::try_from(self.text.len() - self.stem.len()).unwrap_or(0);
        stem_as_words(self.stem, census).map(|bits| bits + digits * INITIAL)
    }
}

/// How rare a handle is as it is made of words that the directory knows: one
/// (`bethany`), one and an initial (`ajones`, `brendar`), two (`annlee`).
fn stem_as_words(stem: &str, census: &Census) -> Option<Bits> {
    let known = |word: Option<&str>| {
        let text = word.filter(|word| word.len() >= 3)?;
        let word = Word::new(text);
        (word.count(census) > 0 || word.forms.is_some()).then(|| word.rarity(census, 2))
    };
    let one = known(Some(stem));
    let initial = [stem.get(1..), stem.get(..stem.len().saturating_sub(1))]
        .into_iter()
        .filter_map(known)
        .map(|bits| bits + INITIAL);
    let two =
        (3..stem.len()).filter_map(|at| Some(known(stem.get(..at))? + known(stem.get(at..))?));
    one.into_iter().chain(initial).chain(two).min()
}

impl Word<'_> {
    /// Whether some people bear it as a given name.
    pub(super) fn is_given(&self, census: &Census) -> bool {
        is_given(self.text, census)
    }

    /// How rare it is as what somebody is called by: that a word is some
    /// people's given name makes it many people's.
    pub(super) fn rarity_alone(&self, census: &Census, known: u32) -> Bits {
        let look = if self.is_given(census) {
            look_of_word(self.text).min(GIVEN)
        } else {
            look_of_word(self.text)
        };
        census.rarity(
            u64::from(self.count(census).saturating_sub(known.max(2))),
            look,
        )
    }

    /// How rare it is beyond the `known` addresses that are one person's.
    pub(super) fn rarity(&self, census: &Census, known: u32) -> Bits {
        census.rarity(
            u64::from(self.count(census).saturating_sub(known.max(2))),
            look_of_word(self.text),
        )
    }
}
