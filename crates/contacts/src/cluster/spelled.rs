//! A local part that is made out of a name: `jsmith`, `smith.j`, `annalee77`.

use super::{
    bits::Bits,
    census::Census,
    names::INITIAL,
    profile::{Handle, Name, Place, is_given},
};

/// The ways in which handles are made of names are many: among so many one fits
/// by chance.
pub(super) const FREEDOM: Bits = 150;
/// A letter that the name leaves out (`teoliphant`, Travis Oliphant).
const UNKNOWN: Bits = 200;
/// A word cut short (`amahboub`, `chrisb`).
const CUT: Bits = 100;
/// Steps of the search for one handle and name: names have few words, so only
/// hostile ones need more.
const MAX_STEPS: u32 = 300;

/// What of a name a handle spells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spelled {
    /// How much it tells that it does.
    pub(super) bits: Bits,
    /// How many words stand there whole, or all but whole.
    pub(super) words: u32,
    /// How many words have a part in it.
    pub(super) parts: u32,
}

/// Reads a handle as made of a name's words, in any order, whole, cut short or
/// as initials; `None` where it isn't.
pub(super) fn spelled(handle: &Handle<'_>, name: &Name<'_>, census: &Census) -> Option<Spelled> {
    let first = handle.stem.as_bytes().first();
    if !name
        .words
        .iter()
        .any(|word| word.text.as_bytes().first() == first)
    {
        return None;
    }
    let mut search = Search {
        name,
        census,
        known: name.known(census),
        steps: 0,
        best: None,
    };
    // What one person shows in several places is one person's.
    search.from(handle.stem, 0, Spelled::default(), false);
    let mut best = search.best?;
    best.bits -= FREEDOM;
    if best.parts > 1 && is_given(handle.stem, census) {
        // `frances` is no F. Rances.
        return None;
    }
    if best.parts == 1 {
        // A word alone: the surname of a name that was seen, or next to nothing.
        let surname = name.words.last().is_some_and(|last| {
            handle
                .stem
                .starts_with(last.text.get(..3).unwrap_or(last.text))
        });
        if handle.place == Place::Site || name.is_derived || !surname {
            return None;
        }
    }
    Some(best)
}

struct Search<'a, 'n> {
    name: &'a Name<'n>,
    census: &'a Census,
    known: u32,
    steps: u32,
    best: Option<Spelled>,
}

impl Search<'_, '_> {
    fn from(&mut self, rest: &str, used: u32, so_far: Spelled, skipped: bool) {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return;
        }
        if rest.is_empty() {
            if so_far.words + so_far.parts > 1 || so_far.words == 1 {
                let better = self.best.is_none_or(|best| so_far.bits > best.bits);
                if better {
                    self.best = Some(so_far);
                }
            }
            return;
        }
        for at in 0..self.name.words.len() {
            let Some(word) = self.name.words.get(at).filter(|_| used & (1 << at) == 0) else {
                continue;
            };
            let same = rest
                .bytes()
                .zip(word.text.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            if same == 0 {
                continue;
            }
            let used = used | (1 << at);
            let rarity = || word.rarity(self.census, self.known);
            let whole = if same == word.text.len() && !word.is_initial() {
                Some((same, rarity(), 1))
            } else if same >= 3 {
                let shown = 150 * Bits::try_from(same).unwrap_or(0);
                let most = same >= 5 || same + 1 >= word.text.len();
                Some((same, rarity().min(shown) - CUT, u32::from(most)))
            } else {
                None
            };
            for (length, bits, words) in whole.into_iter().chain([(1, INITIAL, 0)]) {
                if let Some(rest) = rest.get(length..) {
                    let next = Spelled {
                        bits: so_far.bits + bits,
                        words: so_far.words + words,
                        parts: so_far.parts + 1,
                    };
                    self.from(rest, used, next, skipped);
                }
            }
        }
        // One letter that stands for a name we don't know, after the first.
        let may_skip = !skipped && so_far.parts >= 1 && rest.len() > 3;
        if let Some(rest) = rest.get(1..).filter(|_| may_skip) {
            let next = Spelled {
                bits: so_far.bits - UNKNOWN,
                ..so_far
            };
            self.from(rest, used, next, true);
        }
    }
}
