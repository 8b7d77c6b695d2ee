//! A profile as it is compared: read back from what was written down, with how
//! common all of it is.

use smallvec::SmallVec;

use super::{
    bits::Bits,
    census::{Census, Kind, given_hash, hash, look_of_handle, look_of_word},
    given::full_forms,
    names::INITIAL,
};

/// Whether some people bear a word as a given name.
pub(super) fn is_given(word: &str, census: &Census) -> bool {
    Word::new(word, census).is_given(census)
}

/// Addresses of one person that are not held against a name's rarity.
pub(super) const MOST_KNOWN: u32 = 6;

/// The look of a given name: whatever the language, many bear it.
const GIVEN: Bits = 800;

/// A name's word, or an initial.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) hash: u64,
    /// The full forms that it may stand for; `None` where it is no common name.
    pub(super) forms: Option<&'static [u16]>,
    /// How many addresses show it.
    pub(super) count: u32,
}

impl<'a> Word<'a> {
    pub(super) fn new(text: &'a str, census: &Census) -> Self {
        if text.len() < 2 {
            return Self {
                text,
                ..Self::default()
            };
        }
        let hash = hash(Kind::Word, text);
        Self {
            text,
            hash,
            forms: full_forms(hash),
            count: census.words.count(hash),
        }
    }

    pub(super) fn is_initial(&self) -> bool {
        self.text.len() == 1
    }

    fn look(&self) -> Bits {
        look_of_word(self.text, self.forms.is_some())
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
    /// How many addresses show this very name, as far as they may be one
    /// person's: people have few addresses.
    pub(super) fn known(&self, census: &Census) -> u32 {
        let words = self.words.iter().map(|word| word.hash);
        census.things.count(name_hash(words)).clamp(2, MOST_KNOWN)
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

/// Counts everything that a profile shows, each once.
pub(super) fn count(text: &str, [words, things]: &mut [Vec<u64>; 2], census: &Census) {
    words.clear();
    things.clear();
    for line in text.lines() {
        let Some((kind, rest)) = split(line) else {
            continue;
        };
        match kind {
            'n' | 'l' => {
                let first = words.len();
                let long = rest.split(' ').filter(|word| word.len() > 1);
                words.extend(long.map(|word| hash(Kind::Word, word)));
                let of_name = words.get(first..).unwrap_or_default();
                things.push(name_hash(of_name.iter().copied()));
                if let Some((given, _)) = rest.split_once(' ') {
                    words.push(given_hash(hash(Kind::Word, given)));
                }
            }
            'd' => things.push(hash(Kind::Domain, rest)),
            _ => {
                things.push(hash(Kind::Handle, rest));
                let stem = stem(rest);
                if stem.len() < rest.len() {
                    things.push(hash(Kind::Handle, stem));
                }
            }
        }
    }
    for (seen, cells) in [(words, &census.words), (things, &census.things)] {
        seen.sort_unstable();
        seen.dedup();
        seen.iter().for_each(|hash| cells.add(*hash));
    }
}

/// The hash of a name from those of its words, whatever their order; initials,
/// whose hash is 0, left out.
pub(super) fn name_hash(words: impl Iterator<Item = u64>) -> u64 {
    // The salt keeps a name of one word apart from that word.
    words
        .map(|word| word.wrapping_mul(0x9e37_79b9_7f4a_7c15))
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
                    words: rest
                        .split(' ')
                        .map(|word| Word::new(word, census))
                        .collect(),
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
        let count = census.things.count(hash(Kind::Handle, self.text));
        let counted = census.rarity(u64::from(count.saturating_sub(count.clamp(2, 5))), look);
        self.as_words(census).unwrap_or(Bits::MAX).min(counted)
    }

    /// What it can tell at most that another address shows it without digits.
    pub(super) fn most_of_stem(&self, census: &Census) -> Bits {
        let count = census.things.count(hash(Kind::Handle, self.stem));
        census.rarity(
            u64::from(count.saturating_sub(2)),
            look_of_handle(self.stem, 0),
        )
    }

    /// What it can tell at most that another address shows it.
    pub(super) fn most(&self, census: &Census) -> Bits {
        let count = census.things.count(hash(Kind::Handle, self.text));
        let look = look_of_handle(self.stem, self.text.len() - self.stem.len());
        census.rarity(u64::from(count.saturating_sub(5)), look)
    }

    /// How rare the handle is without its digits.
    pub(super) fn stem_rarity(&self, census: &Census) -> Bits {
        let counted = self.most_of_stem(census);
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
        let word = Word::new(text, census);
        (word.count > 0 || word.forms.is_some()).then(|| word.rarity(census, 2))
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
        self.forms.is_some() || census.words.count(given_hash(self.hash)) > 0
    }

    /// How rare it is as what somebody is called by: that a word is some
    /// people's given name makes it many people's.
    pub(super) fn rarity_alone(&self, census: &Census, known: u32) -> Bits {
        let look = if self.is_given(census) {
            self.look().min(GIVEN)
        } else {
            self.look()
        };
        census.rarity(u64::from(self.count.saturating_sub(known.max(2))), look)
    }

    /// How rare it is beyond the `known` addresses that are one person's.
    pub(super) fn rarity(&self, census: &Census, known: u32) -> Bits {
        census.rarity(
            u64::from(self.count.saturating_sub(known.max(2))),
            self.look(),
        )
    }
}
