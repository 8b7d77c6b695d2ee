//! Blocking: what two addresses must have in common to be compared at all.

use super::{
    census::{Kind, hash},
    given::full_forms,
    profile::name_hash,
};

/// Salts, so that keys of different kinds do not meet.
const WORD: u64 = 0x9e37_79b9_7f4a_7c15;
const INITIAL: u64 = 0xc2b2_ae3d_27d4_eb4f;
const FORM: u64 = 0x1656_67b1_9e37_79f9;
const DOMAIN: u64 = 0x27d4_eb2f_1656_67c5;

/// The longest login that old systems gave: longer ones are cut to it.
const OLD_LOGIN: usize = 8;

/// One thing that others may have too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) hash: u64,
    pub(super) of: Of,
}

/// Where a key comes from, which tells what it need not be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// A handle, a whole name: with everything.
    Thing,
    /// One word of a name, which alone tells the less the more people there are.
    Word,
    /// A domain: it tells something where a family shares it.
    Domain,
    /// Two words of a name: needless where one of these two words is rare
    /// enough for a block of its own.
    Words(u64, u64),
    /// What a handle made of a name would be: with handles, since names meet by
    /// their words.
    Expected,
}

/// The keys of a profile, each once.
pub(super) fn write_keys(text: &str, keys: &mut Vec<Key>) {
    keys.clear();
    for line in text.lines() {
        let Some(rest) = line.get(1..) else { continue };
        match line.as_bytes().first() {
            Some(b'n' | b'l') => name(rest, keys),
            Some(b'h' | b's' | b'r' | b'w') => handle(rest, keys),
            Some(b'd') => keys.push(Key {
                hash: hash(Kind::Domain, rest) ^ DOMAIN,
                of: Of::Domain,
            }),
            _ => {}
        }
    }
    keys.sort_unstable();
    // What is both stays the one that is compared with more.
    keys.dedup_by_key(|key| key.hash);
}

const fn thing(hash: u64) -> Key {
    Key {
        hash,
        of: Of::Thing,
    }
}

fn word_hash(word: &str) -> u64 {
    hash(Kind::Word, word)
}

fn word_key(word: u64) -> u64 {
    word ^ WORD
}

/// A word and the first letter of another.
fn initial_key(word: u64, initial: u8) -> u64 {
    (word ^ u64::from(initial)).wrapping_mul(INITIAL)
}

fn handle_key(handle: &str) -> u64 {
    hash(Kind::Handle, handle)
}

fn name(name: &str, keys: &mut Vec<Key>) {
    let words = || name.split(' ').enumerate();
    let has_initials = words().any(|(_, word)| word.len() == 1);
    // `J. Smith` meets John Smith by what John's login would be.
    let of_initial = if has_initials {
        Of::Thing
    } else {
        Of::Expected
    };
    let mut joined = String::with_capacity(name.len());
    let mut expect = |keys: &mut Vec<Key>, parts: [&str; 2], length: usize| {
        joined.clear();
        joined.extend(parts);
        if let Some(login) = joined.get(..length.min(joined.len())) {
            keys.push(Key {
                hash: handle_key(login),
                of: Of::Expected,
            });
        }
    };
    if words().nth(2).is_some() {
        keys.push(thing(name_hash(name)));
    }
    for (at, word) in words().filter(|(_, word)| word.len() > 1) {
        let hashed = word_hash(word);
        keys.push(Key {
            hash: word_key(hashed),
            of: Of::Word,
        });
        for (other_at, other) in words().filter(|(other_at, _)| *other_at != at) {
            let first = other.as_bytes().first().copied().unwrap_or(0);
            keys.push(Key {
                hash: initial_key(hashed, first),
                of: of_initial,
            });
            // `jvanderp` of Jake Vanderplas.
            if word.len() >= OLD_LOGIN {
                expect(keys, [other.get(..1).unwrap_or(""), word], OLD_LOGIN);
            }
            if other.len() == 1 {
                continue;
            }
            expect(keys, [word, other], usize::MAX);
            let both = word_hash(other);
            let of = Of::Words(word_key(hashed), word_key(both));
            if at < other_at {
                keys.push(Key {
                    hash: hashed.wrapping_add(both),
                    of,
                });
            }
            for form in full_forms(other).unwrap_or_default() {
                keys.push(Key {
                    hash: hashed.wrapping_mul(FORM) ^ u64::from(*form),
                    of,
                });
            }
        }
        if word.len() > OLD_LOGIN {
            expect(keys, [word, ""], OLD_LOGIN);
        }
    }
}

fn handle(handle: &str, keys: &mut Vec<Key>) {
    let stem = handle.trim_end_matches(|c: char| c.is_ascii_digit());
    keys.push(Key {
        hash: word_key(word_hash(stem)),
        of: Of::Word,
    });
    let mut add = |hash| keys.push(thing(hash));
    add(handle_key(handle));
    if stem.len() >= 5 {
        add(handle_key(stem));
    }
    let (Some(first), Some(last)) = (stem.as_bytes().first(), stem.as_bytes().last()) else {
        return;
    };
    let mut cut = |part: Option<&str>, least: usize, letter: u8| {
        if let Some(part) = part.filter(|part| part.len() >= least) {
            add(initial_key(word_hash(part), letter));
        }
    };
    cut(stem.get(1..), 3, *first);
    // `jdhedden`, `teoliphant`: one letter more than the name shows.
    cut(stem.get(2..), 4, *first);
    cut(stem.get(..stem.len() - 1), 3, *last);
    // `jnarboux` beside `narboux`.
    if let Some(part) = stem.get(1..).filter(|part| part.len() >= 5) {
        add(handle_key(part));
    }
}
