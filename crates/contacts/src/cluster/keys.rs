//! Blocking: what two addresses must have in common to be compared at all.
//!
//! Every kind of evidence has a key of its own, and a key is only used where
//! what it can tell at most would be enough. The more addresses there are, the
//! rarer a thing must be for that; so a block stays small however large the
//! directory grows, and what is left out could not have been proposed.

use super::{
    bits::{BIT, Bits},
    census::{Census, Kind, hash},
    names::{BEGINNING, INITIAL, NAME, SHORT_FORM},
    pairs::Entry,
    profile::{Handle, MOST_KNOWN, Name, Profile},
    score::{SERVICE, domain_bits},
    spelled::FREEDOM,
};
use smallvec::SmallVec;

/// Salts, so that keys of different kinds do not meet.
const WORD: u64 = 0x9e37_79b9_7f4a_7c15;
const INITIALS: u64 = 0xc2b2_ae3d_27d4_eb4f;
const FORM: u64 = 0x1656_67b1_9e37_79f9;
const SLIP: u64 = 0x27d4_eb2f_1656_67c5;

/// The longest login that old systems gave: longer ones are cut to it.
const OLD_LOGIN: usize = 8;

/// What several weak things together may add to the one that is shared.
const SLACK: Bits = BIT;

/// Writes the keys of one node after another.
pub(super) struct Keys<'a> {
    census: &'a Census,
    /// What a key must be able to tell.
    enough: Bits,
    node: u32,
    domain: u64,
    /// What sharing the domain adds.
    domain_bits: Bits,
    found: Vec<Entry>,
}

impl<'a> Keys<'a> {
    /// Keys that can lead to at least so much evidence.
    pub(super) fn new(census: &'a Census, least: Bits) -> Self {
        Self {
            census,
            enough: least + census.prior() - SLACK,
            node: 0,
            domain: 0,
            domain_bits: 0,
            found: Vec::new(),
        }
    }

    /// The keys of a node, each once.
    pub(super) fn of(&mut self, node: u32, profile: &Profile<'_>) -> &[Entry] {
        self.found.clear();
        self.node = node;
        self.domain = hash(Kind::Domain, profile.domain);
        self.domain_bits = match profile.domain {
            "" => 0,
            domain if domain == SERVICE => 8 * BIT,
            domain => domain_bits(domain, self.census),
        };
        for name in &profile.names {
            self.name(name);
        }
        for handle in &profile.handles {
            self.handle(handle);
        }
        self.found.sort_unstable();
        // What is both stays the one that is compared with more.
        self.found.dedup_by_key(|[a, b, _]| [*a, *b]);
        &self.found
    }

    /// Adds a key that tells that much at most. `expected`: what a handle made
    /// of a name would be, to be compared with handles, since names meet by
    /// their words.
    fn add(&mut self, key: u64, most: Bits, expected: bool) {
        let key = if most >= self.enough {
            key
        } else if most + self.domain_bits >= self.enough {
            key.rotate_left(17) ^ self.domain
        } else {
            return;
        };
        let node = self.node << 1 | u32::from(expected);
        self.found.push([(key >> 32) as u32, key as u32, node]);
    }

    fn name(&mut self, name: &Name<'_>) {
        let has_initials = name.words.iter().any(|word| word.is_initial());
        let mut words: SmallVec<[(Bits, usize); 4]> = name
            .words
            .iter()
            .enumerate()
            .filter(|(_, word)| !word.is_initial())
            .map(|(at, word)| (word.rarity(self.census, MOST_KNOWN), at))
            .collect();
        words.sort_unstable_by(|a, b| b.cmp(a));
        let is_full = words.len() > 1;
        let initials = if has_initials { INITIAL } else { 0 };
        let mut beyond: Bits = words.iter().map(|(bits, _)| bits).sum();
        if beyond + INITIAL + self.domain_bits < self.enough {
            return;
        }
        for (nth, (bits, at)) in words.iter().enumerate() {
            beyond -= bits;
            let Some(word) = name.words.get(*at) else {
                continue;
            };
            self.add(word.hash ^ WORD, *bits, is_full);
            let mut rest = beyond;
            // Names that share more than two words meet by the rarest two.
            for (other_bits, other_at) in words.iter().skip(nth + 1) {
                rest -= other_bits;
                if let Some(other) = name.words.get(*other_at) {
                    let most = bits + other_bits + rest + initials - NAME;
                    self.add(word.hash.wrapping_add(other.hash), most, false);
                }
            }
            for (other_at, other) in name.words.iter().enumerate().filter(|(i, _)| i != at) {
                let first = other.text.as_bytes().first().copied().unwrap_or(0);
                // `J. Smith` meets John Smith by what John's login would be.
                self.add(
                    initial_key(word.hash, first),
                    bits + INITIAL,
                    !other.is_initial(),
                );
                if other.is_initial() {
                    continue;
                }
                let other_bits = words.iter().find(|(_, at)| *at == other_at);
                let both = bits + other_bits.map_or(0, |(bits, _)| *bits) + initials - NAME;
                // One slip leaves the first two letters as they are, or the last.
                for letters in two_letters(other.text) {
                    let key = (word.hash ^ letters).wrapping_mul(SLIP);
                    self.add(key, both - BEGINNING, false);
                }
                for form in other.forms.unwrap_or_default() {
                    let key = word.hash.wrapping_mul(FORM) ^ u64::from(*form);
                    self.add(key, both - SHORT_FORM, false);
                }
            }
            self.logins(name, *at, *bits);
        }
    }

    /// What a login made of a word of a name, and others, would be.
    fn logins(&mut self, name: &Name<'_>, at: usize, bits: Bits) {
        let Some(word) = name.words.get(at) else {
            return;
        };
        if word.text.len() > OLD_LOGIN {
            self.login(["", word.text], OLD_LOGIN, bits);
        }
        for other in name.words.iter().filter(|other| other.hash != word.hash) {
            if !other.is_initial() {
                let other_bits = other.rarity(self.census, MOST_KNOWN);
                self.login([word.text, other.text], usize::MAX, bits + other_bits);
            }
            // `jvanderp` of Jake Vanderplas.
            if word.text.len() >= OLD_LOGIN {
                let first = other.text.get(..1).unwrap_or_default();
                self.login([first, word.text], OLD_LOGIN, bits + INITIAL);
            }
        }
    }

    fn login(&mut self, parts: [&str; 2], length: usize, most: Bits) {
        let most = most - FREEDOM;
        if most + self.domain_bits < self.enough {
            return;
        }
        let mut login: SmallVec<[u8; 48]> = SmallVec::new();
        login.extend(parts.iter().flat_map(|part| part.bytes()).take(length));
        let key = str::from_utf8(&login).map(handle_key);
        if let Ok(key) = key
            && self.census.things.count(key) > 0
        {
            self.add(key, most, true);
        }
    }

    fn handle(&mut self, handle: &Handle<'_>) {
        let key = handle_key(handle.text);
        let most = handle.most(self.census);
        self.add(key, most, false);
        let stem = handle.stem;
        if stem.len() >= 5 && stem.len() < handle.text.len() {
            self.add(handle_key(stem), handle.most_of_stem(self.census), false);
        }
        self.word(Some(stem), 3, 0, |word| word ^ WORD);
        let (Some(first), Some(last)) = (stem.as_bytes().first(), stem.as_bytes().last()) else {
            return;
        };
        self.word(stem.get(1..), 3, INITIAL, |word| initial_key(word, *first));
        // `jdhedden`, `teoliphant`: one letter more than the name shows.
        self.word(stem.get(2..), 4, INITIAL, |word| initial_key(word, *first));
        let but_last = stem.get(..stem.len() - 1);
        self.word(but_last, 3, INITIAL, |word| initial_key(word, *last));
        // `jnarboux` beside `narboux`.
        if let Some(part) = stem.get(1..).filter(|part| part.len() >= 5) {
            let key = handle_key(part);
            if self.census.things.count(key) > 0 {
                self.add(key, most, false);
            }
        }
    }

    /// Adds a key of a part of a handle, if that is a word of somebody's name.
    fn word(&mut self, part: Option<&str>, least: usize, more: Bits, key: impl Fn(u64) -> u64) {
        let Some(part) = part.filter(|part| part.len() >= least) else {
            return;
        };
        let word = super::profile::Word::new(part, self.census);
        if word.count > 0 {
            let most = word.rarity(self.census, MOST_KNOWN) + more - FREEDOM;
            self.add(key(word.hash), most, false);
        }
    }
}

/// A word and the first letter of another.
fn initial_key(word: u64, initial: u8) -> u64 {
    (word ^ u64::from(initial)).wrapping_mul(INITIALS)
}

/// The first two letters of a word, and its first and last one.
fn two_letters(word: &str) -> [u64; 2] {
    let at = |at: Option<&u8>| u64::from(at.copied().unwrap_or(0));
    let bytes = word.as_bytes();
    let first = at(bytes.first());
    [
        first << 8 | at(bytes.get(1)),
        1 << 16 | first << 8 | at(bytes.last()),
    ]
}

fn handle_key(handle: &str) -> u64 {
    hash(Kind::Handle, handle)
}
