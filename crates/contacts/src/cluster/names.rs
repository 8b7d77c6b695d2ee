//! Two names, word by word.

use super::{
    bits::{BIT, Bits},
    census::Census,
    given::are_forms_of_one,
    profile::{Name, Word},
    words::one_slip,
};

/// What two names say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They may be one person's; how much that tells.
    Agree(Bits),
    /// The one is a given name that the other lacks.
    Doubt,
    /// They are not the same name.
    Conflict,
    /// They say nothing: one is empty, a nickname, or a single word.
    Silent,
}

/// A given name's short form, or a slip of the pen, agrees less than the word
/// itself: one in so many bearers of the one is known by the other.
pub(super) const SHORT_FORM: Bits = 4 * BIT;
/// A slip of the pen in a given name, and in a surname: there it is more often another family.
const SLIP: [Bits; 2] = [5 * BIT, 7 * BIT];
/// What full names are worth less than their words' rarity: not every address of
/// a person shows the whole name, and given names go with surnames of their own language.
pub(super) const NAME: Bits = 5 * BIT / 2;
/// Words in another order, without a comma that says so.
const OTHER_ORDER: Bits = 150;
/// Many a name begins as another one does.
pub(super) const BEGINNING: Bits = 5 * BIT;
/// An initial tells one letter of about ten that names begin with.
pub(super) const INITIAL: Bits = 330;
/// Many go by their given name alone.
const GIVEN_ONLY: Bits = 3 * BIT;
/// What is a nickname may be a given name too.
const ONE_WORD: Bits = BIT;
/// Two addresses of one person that differ in a middle word.
const OTHER_MIDDLE: Bits = 6 * BIT;

/// Compares two names.
pub(super) fn compare(a: &Name<'_>, b: &Name<'_>, census: &Census) -> Verdict {
    let (full_a, full_b) = (a.is_full(), b.is_full());
    if full_a && a.text == b.text {
        return Verdict::Agree(same(a, census));
    }
    let matched = Matched::new(a, b, census);
    if full_a && full_b {
        if joined(a).eq(joined(b)) && matched.initials_left == [false, false] {
            Verdict::Agree(same(a, census))
        } else {
            matched.full()
        }
    } else {
        matched.short(a, b, census)
    }
}

/// What it tells that two names are the same: all words' rarity, the addresses
/// that bear this very name counted as one person's as far as people have
/// addresses.
fn same(name: &Name<'_>, census: &Census) -> Bits {
    let known = name.known(census);
    let words = name.words.iter().filter(|word| !word.is_initial());
    let initials = name.words.iter().filter(|word| word.is_initial()).count();
    words.map(|word| word.rarity(census, known)).sum::<Bits>()
        + if initials > 0 { INITIAL } else { 0 }
        - NAME
}

/// The letters of a name's words, initials left out.
fn joined(name: &Name<'_>) -> impl Iterator<Item = u8> {
    let words = name.words.iter().filter(|word| !word.is_initial());
    words.flat_map(|word| word.text.bytes())
}

/// Which words of two names agree.
#[derive(Default)]
struct Matched {
    used_a: u32,
    used_b: u32,
    /// Words that agree.
    words: u32,
    /// Of these, how many only as another form.
    alike: u32,
    /// Initials that agree with a word or an initial.
    initials: u32,
    bits: Bits,
    /// Words without a counterpart.
    left: [usize; 2],
    /// Whether initials have none.
    initials_left: [bool; 2],
    /// Whether the words that agree stand in another order.
    crossed: bool,
}

enum How {
    Word(Bits),
    Alike(Bits),
    Initial,
}

impl Matched {
    fn new(a: &Name<'_>, b: &Name<'_>, census: &Census) -> Self {
        let known = || a.known(census).max(b.known(census));
        let long = |x: &Word<'_>, y: &Word<'_>| !x.is_initial() && !y.is_initial();
        let mut matched = Self::default();
        matched.each(a, b, |x, y| {
            (long(x, y) && x.hash == y.hash).then(|| How::Word(x.rarity(census, known())))
        });
        let is_last = |word: &Word<'_>, of: &Name<'_>| {
            of.words.len() > 1 && of.words.last().is_some_and(|last| last.text == word.text)
        };
        matched.each(a, b, |x, y| {
            let cost = if long(x, y) {
                other_form(x, y, is_last(x, a) || is_last(y, b))?
            } else {
                return None;
            };
            let common = if x.count >= y.count { x } else { y };
            Some(How::Alike((common.rarity(census, known()) - cost).max(0)))
        });
        matched.each(a, b, |x, y| {
            let one_is = x.is_initial() || y.is_initial();
            (one_is && x.text.as_bytes().first() == y.text.as_bytes().first())
                .then_some(How::Initial)
        });
        let left = |name: &Name<'_>, used: u32, initial: bool| {
            let unused = |(at, word): &(usize, &Word<'_>)| {
                used & (1 << at) == 0 && word.is_initial() == initial
            };
            name.words.iter().enumerate().filter(unused).count()
        };
        matched.left = [
            left(a, matched.used_a, false),
            left(b, matched.used_b, false),
        ];
        matched.initials_left = [
            left(a, matched.used_a, true) > 0,
            left(b, matched.used_b, true) > 0,
        ];
        matched
    }

    fn each(
        &mut self,
        a: &Name<'_>,
        b: &Name<'_>,
        agree: impl Fn(&Word<'_>, &Word<'_>) -> Option<How>,
    ) {
        for (i, x) in a.words.iter().enumerate() {
            for (j, y) in b.words.iter().enumerate() {
                if self.used_a & (1 << i) != 0 || self.used_b & (1 << j) != 0 {
                    continue;
                }
                let Some(how) = agree(x, y) else { continue };
                // A later word of the one stands before an earlier one of the other.
                self.crossed |= (self.used_a >> i != 0) != (self.used_b >> j != 0);
                self.used_a |= 1 << i;
                self.used_b |= 1 << j;
                match how {
                    How::Word(bits) => (self.words, self.bits) = (self.words + 1, self.bits + bits),
                    How::Alike(bits) => {
                        (self.words, self.bits, self.alike) =
                            (self.words + 1, self.bits + bits, self.alike + 1);
                    }
                    How::Initial => {
                        (self.initials, self.bits) = (self.initials + 1, self.bits + INITIAL)
                    }
                }
            }
        }
    }

    /// Both names are full.
    fn full(&self) -> Verdict {
        let [left_a, left_b] = self.left;
        let exact = self.words - self.alike;
        let order = if self.crossed { OTHER_ORDER } else { 0 };
        // A word or initial of the one that stands in the other's place.
        let other_initial = if self.initials_left == [true, true] {
            OTHER_MIDDLE
        } else {
            0
        };
        if left_a == 0 && left_b == 0 && self.words >= 1 && self.words + self.initials >= 2 {
            Verdict::Agree(self.bits - other_initial - order - NAME)
        } else if (left_a == 0 || left_b == 0) && self.words >= 2 {
            // The longer name has words more; another form beside that is a doubt too many.
            let doubt = if self.alike > 0 { SHORT_FORM } else { 0 };
            Verdict::Agree(self.bits - other_initial - doubt - NAME)
        } else if exact >= 2 && left_a == 1 && left_b == 1 {
            Verdict::Agree(self.bits - OTHER_MIDDLE - NAME)
        } else {
            Verdict::Conflict
        }
    }

    /// At least one is a single word, or a word and initials.
    fn short(&self, a: &Name<'_>, b: &Name<'_>, census: &Census) -> Verdict {
        let [left_a, left_b] = self.left;
        if self.words == 0 {
            // `Angie` is not Alma Larson; a nickname may be anybody's.
            let other_given = |one: &Name<'_>, full: &Name<'_>| {
                full.is_full()
                    && one
                        .words
                        .first()
                        .is_some_and(|word| one.words.len() == 1 && word.is_given(census))
            };
            return if other_given(a, b) || other_given(b, a) {
                Verdict::Doubt
            } else {
                Verdict::Silent
            };
        }
        // `A. Hampshire` is not James.
        let contradicted = (self.initials_left[0] && left_b > 0)
            || (self.initials_left[1] && left_a > 0)
            || self.initials_left == [true, true];
        if contradicted {
            return Verdict::Conflict;
        }
        if self.initials > 0 || self.words > 1 {
            return Verdict::Agree(self.bits);
        }
        // One word agrees, and nothing else: is it a given name?
        let word = a
            .words
            .iter()
            .enumerate()
            .find(|(at, _)| self.used_a & (1 << at) != 0);
        let known = a.known(census).max(b.known(census));
        let alone = word.map_or(0, |(_, word)| word.rarity_alone(census, known));
        let surname = |name: &Name<'_>, used: u32| {
            name.is_full() && used & (1 << (name.words.len() - 1)) != 0
        };
        if surname(a, self.used_a) || surname(b, self.used_b) {
            Verdict::Agree(self.bits)
        } else if a.is_full() || b.is_full() {
            Verdict::Agree(alone.min(self.bits) - GIVEN_ONLY)
        } else {
            Verdict::Agree(alone.min(self.bits) - ONE_WORD)
        }
    }
}

/// What it costs to take two words for one: forms of a given name, one slip, or
/// the beginning of the other (`josh`, `joshua`); `None` where they are two.
fn other_form(x: &Word<'_>, y: &Word<'_>, is_surname: bool) -> Option<Bits> {
    if are_forms_of_one(x.forms, y.forms) {
        return Some(SHORT_FORM);
    }
    let (a, b) = (x.text, y.text);
    if a.as_bytes().first() != b.as_bytes().first() {
        return None;
    }
    let shorter = a.len().min(b.len());
    if shorter >= 5 && one_slip(a, b) {
        // A slip is rare: where both spellings are common they are two names.
        let counts = [x.count, y.count];
        let (rare, common) = (counts.into_iter().min()?, counts.into_iter().max()?);
        if rare <= 3 || rare.saturating_mul(20) < common {
            return SLIP.get(usize::from(is_surname)).copied();
        }
    }
    (shorter >= 3 && !is_surname && (a.starts_with(b) || b.starts_with(a))).then_some(BEGINNING)
}

/// Whether two names are the same words, whatever their order.
pub(super) fn are_same(a: &Name<'_>, b: &Name<'_>) -> bool {
    let in_other = |word: &Word<'_>, other: &Name<'_>| {
        word.is_initial() || other.words.iter().any(|w| w.text == word.text)
    };
    a.words.iter().all(|word| in_other(word, b)) && b.words.iter().all(|word| in_other(word, a))
}
