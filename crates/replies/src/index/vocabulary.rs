//! The words that needles are made of, as numbers.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::tokens::Token;

/// A token's number; 0 is any token that stands in no needle.
pub(super) type TokenId = u32;
pub(super) const UNKNOWN: TokenId = 0;

/// Prefixes are looked up only for words whose first bytes some prefix has:
/// one bit for each hash of three bytes.
const STARTS: usize = 1 << 16;
const START_BYTES: usize = 3;

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    count: TokenId,
    words: HashMap<Box<str>, TokenId, FixedState>,
    chars: HashMap<char, TokenId, FixedState>,
    /// Most characters that are no word's are spaces and marks.
    ascii: Vec<TokenId>,
    prefixes: HashMap<Box<str>, TokenId, FixedState>,
    /// The lengths of the prefixes in bytes, each once, in order.
    lengths: Vec<usize>,
    starts: Vec<u64>,
}

impl Vocabulary {
    /// The number of a needle's token, a new one where it has none.
    pub(super) fn put(&mut self, token: Token<'_>) -> TokenId {
        let count = &mut self.count;
        let new = || {
            *count += 1;
            *count
        };
        match token {
            Token::Word(word) => match self.words.get(word) {
                Some(id) => *id,
                None => *self.words.entry(word.into()).or_insert_with(new),
            },
            Token::Char(c) => {
                let id = *self.chars.entry(c).or_insert_with(new);
                if c.is_ascii() {
                    self.ascii.resize(128, UNKNOWN);
                    let place = self.ascii.get_mut(c as usize);
                    place.into_iter().for_each(|place| *place = id);
                }
                id
            }
        }
    }

    /// The number of a needle's last word, where its end is open.
    pub(super) fn put_prefix(&mut self, prefix: &str) -> TokenId {
        if let Some(id) = self.prefixes.get(prefix) {
            return *id;
        }
        if let Err(place) = self.lengths.binary_search(&prefix.len()) {
            self.lengths.insert(place, prefix.len());
        }
        if prefix.len() >= START_BYTES {
            self.starts.resize(STARTS / 64, 0);
            let (word, bit) = start(prefix.as_bytes());
            let place = self.starts.get_mut(word);
            place.into_iter().for_each(|bits| *bits |= bit);
        }
        self.count += 1;
        self.prefixes.insert(prefix.into(), self.count);
        self.count
    }

    /// How many tokens there are; their numbers go from 1 to this.
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    pub(super) fn id(&self, token: Token<'_>) -> TokenId {
        let id = match token {
            Token::Word(word) => self.words.get(word).copied(),
            Token::Char(c) if c.is_ascii() => self.ascii.get(c as usize).copied(),
            Token::Char(c) => self.chars.get(&c).copied(),
        };
        id.unwrap_or(UNKNOWN)
    }

    /// The prefixes that a word has.
    pub(super) fn prefixes_of(&self, word: &str) -> impl Iterator<Item = TokenId> {
        let (at, bit) = start(word.as_bytes());
        let started = self.starts.get(at).is_some_and(|bits| bits & bit != 0);
        let longest = if started {
            word.len()
        } else {
            word.len().min(START_BYTES - 1)
        };
        let lengths = self.lengths.iter().take_while(move |n| **n <= longest);
        lengths.filter_map(move |n| self.prefixes.get(word.get(..*n)?).copied())
    }
}

/// The place of a word's first bytes in the table of starts.
fn start(word: &[u8]) -> (usize, u64) {
    let first = word.iter().take(START_BYTES);
    let mixed = first.fold(0usize, |hash, byte| hash * 41 + usize::from(*byte));
    let place = mixed % STARTS;
    (place / 64, 1 << (place % 64))
}
