//! What speaks for two addresses being one person's.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{
    bits::{BIT, Bits},
    census::{Census, Kind, hash},
    names::{Verdict, compare},
    profile::{Handle, Name, Place, Profile},
    spelled::spelled,
};

/// A kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// How many strangers there are to take for one another.
    Population,
    /// Their names agree.
    Name,
    /// Their names are two people's.
    NameConflict,
    /// The same local part or nickname.
    Handle,
    /// The same local part but for its digits.
    HandleStem,
    /// The one's local part is made of the other's name.
    Spelled,
    /// The same organisation's or family's domain.
    Domain,
    /// Two accounts at the one service.
    SameService,
}

/// A piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Evidence<'a> {
    pub(super) rule: Rule,
    pub(super) bits: Bits,
    pub(super) a: &'a str,
    pub(super) b: &'a str,
}

/// All evidence about two addresses.
#[derive(Debug, Clone, Default)]
pub(super) struct Score<'a> {
    pub(super) evidence: SmallVec<[Evidence<'a>; 4]>,
    pub(super) bits: Bits,
}

impl<'a> Score<'a> {
    fn add(&mut self, rule: Rule, bits: Bits, a: &'a str, b: &'a str) {
        self.bits += bits;
        self.evidence.push(Evidence { rule, bits, a, b });
    }
}

/// Conflicting names outweigh everything but the most peculiar handle.
const CONFLICT: Bits = -12 * BIT;
/// Somebody known by a given name that isn't the other's.
const DOUBT: Bits = -6 * BIT;
/// Names read out of local parts may be no names.
const CONFLICT_DERIVED: Bits = -3 * BIT;
/// A handle that differs in its digits, or lacks them.
const OTHER_DIGITS: Bits = -3 * BIT;
/// Both have digits, and others: what providers propose when a name is taken.
const BOTH_DIGITS: Bits = -8 * BIT;

/// A service whose addresses name accounts, each with a login of its own.
pub(super) const SERVICE: &str = "users.noreply.github.com";

/// Weighs two addresses.
pub(super) fn score<'a>(a: &Profile<'a>, b: &Profile<'a>, census: &Census) -> Score<'a> {
    let mut score = Score::default();
    score.add(Rule::Population, -census.prior(), "", "");
    let name = best_name(a, b, census);
    match name {
        BestName::Agree(bits, x, y) => score.add(Rule::Name, bits, x.text, y.text),
        BestName::Conflict(x, y, bits) => score.add(Rule::NameConflict, bits, x.text, y.text),
        BestName::Silent => {}
    }
    let handle = best_handle(a, b, census);
    // Two people's full names: only a peculiar handle could say otherwise.
    if matches!(name, BestName::Conflict(.., CONFLICT)) && handle.is_none() {
        return score;
    }
    match name {
        BestName::Agree(_, x, y) if x.is_full() && y.is_full() => {
            beside_names(&mut score, handle, a, b, census)
        }
        _ => without_names(&mut score, &name, handle, a, b, census),
    }
    domain(&mut score, a, b, census);
    score
}

/// Adds a common handle to full names that agree, unless it is made of the name
/// that both bear: then it tells nothing new.
fn beside_names<'a>(
    score: &mut Score<'a>,
    handle: Option<BestHandle<'a>>,
    a: &Profile<'a>,
    b: &Profile<'a>,
    census: &Census,
) {
    let Some((rule, bits, x, y)) = handle else {
        return;
    };
    let mut full = a.names.iter().chain(&b.names).filter(|name| name.is_full());
    if !full.any(|name| spelled(&x, name, census).is_some()) {
        score.add(rule, bits, x.text, y.text);
    }
}

/// Adds what handles tell where full names do not: that they are the same, and
/// that one is made of the other's name. What says the same twice counts once.
fn without_names<'a>(
    score: &mut Score<'a>,
    name: &BestName<'_, 'a>,
    handle: Option<BestHandle<'a>>,
    a: &Profile<'a>,
    b: &Profile<'a>,
    census: &Census,
) {
    let agreed = match name {
        BestName::Agree(bits, ..) => *bits,
        _ => 0,
    };
    let forth = best_spelled(a, b, census).map(|(bits, x, y)| (bits, x.text, y.text, x));
    let back = best_spelled(b, a, census).map(|(bits, y, x)| (bits, x.text, y.text, y));
    let best = if back.is_some_and(|back| forth.is_none_or(|forth| back.0 > forth.0)) {
        back
    } else {
        forth
    };
    if let Some((bits, x, y, read)) = best {
        let same = handle.is_some_and(|(_, _, x, y)| x.text == read.text || y.text == read.text);
        let worth = bits - agreed;
        if worth > 0 && !(same && handle.is_some_and(|(_, bits, ..)| bits >= worth)) {
            score.add(Rule::Spelled, worth, x, y);
            if same {
                return;
            }
        }
    }
    let Some((rule, bits, x, y)) = handle else {
        return;
    };
    let is_name = matches!(name, BestName::Agree(_, n, m) if n.text == x.text || m.text == y.text);
    let again = is_name || x.is_made_of_words(census) || y.is_made_of_words(census);
    let worth = if again { bits - agreed } else { bits };
    if worth > 0 {
        score.add(rule, worth, x.text, y.text);
    }
}

fn domain<'a>(score: &mut Score<'a>, a: &Profile<'a>, b: &Profile<'a>, census: &Census) {
    if a.domain.is_empty() || a.domain != b.domain {
        return;
    }
    if a.domain == SERVICE {
        let login = |p: &Profile<'a>| {
            p.handles
                .iter()
                .find(|h| h.place == Place::Local)
                .map(|h| h.text)
        };
        let same = login(a).is_some() && login(a) == login(b);
        score.add(
            Rule::SameService,
            if same { 8 } else { -3 } * BIT,
            a.domain,
            b.domain,
        );
        return;
    }
    let bits = domain_bits(a.domain, census);
    if bits > 0 {
        score.add(Rule::Domain, bits, a.domain, b.domain);
    }
}

/// What it adds that two addresses are at the same domain: the more, the fewer
/// are there.
pub(super) fn domain_bits(domain: &str, census: &Census) -> Bits {
    let count = census.things.count(hash(Kind::Domain, domain));
    let rarity = census.rarity(u64::from(count.saturating_sub(2)), 1200);
    (rarity / 2 - 2 * BIT).clamp(0, 4 * BIT)
}

enum BestName<'p, 'a> {
    Agree(Bits, &'p Name<'a>, &'p Name<'a>),
    Conflict(&'p Name<'a>, &'p Name<'a>, Bits),
    Silent,
}

/// The rule, its weight, and the handles.
type BestHandle<'a> = (Rule, Bits, Handle<'a>, Handle<'a>);

fn best_name<'p, 'a>(a: &'p Profile<'a>, b: &'p Profile<'a>, census: &Census) -> BestName<'p, 'a> {
    let mut best = BestName::Silent;
    for x in &a.names {
        for y in &b.names {
            match compare(x, y, census) {
                Verdict::Agree(bits) if !matches!(best, BestName::Agree(other, ..) if other >= bits) =>
                {
                    best = BestName::Agree(bits, x, y);
                }
                Verdict::Conflict
                    if !x.is_derived && !y.is_derived && !matches!(best, BestName::Agree(..)) =>
                {
                    best = BestName::Conflict(x, y, CONFLICT);
                }
                Verdict::Doubt
                    if matches!(best, BestName::Silent) && !x.is_derived && !y.is_derived =>
                {
                    best = BestName::Conflict(x, y, DOUBT);
                }
                Verdict::Conflict
                    if matches!(best, BestName::Silent) && x.is_derived != y.is_derived =>
                {
                    best = BestName::Conflict(x, y, CONFLICT_DERIVED);
                }
                _ => {}
            }
        }
    }
    best
}

fn best_handle<'a>(a: &Profile<'a>, b: &Profile<'a>, census: &Census) -> Option<BestHandle<'a>> {
    let mut best: Option<BestHandle<'a>> = None;
    for x in a.handles.iter().copied() {
        for y in b.handles.iter().copied() {
            let both = |place| x.place == place && y.place == place;
            if both(Place::Remark) || both(Place::Site) {
                continue;
            }
            let (rule, bits) = if x.text == y.text {
                (Rule::Handle, x.rarity(census))
            } else if x.stem == y.stem && x.stem.len() >= 5 {
                (
                    Rule::HandleStem,
                    x.stem_rarity(census)
                        + if x.has_digits() && y.has_digits() {
                            BOTH_DIGITS
                        } else {
                            OTHER_DIGITS
                        },
                )
            } else if begins_with_initial(&x, &y) {
                (Rule::HandleStem, y.rarity(census) + OTHER_DIGITS)
            } else if begins_with_initial(&y, &x) {
                (Rule::HandleStem, x.rarity(census) + OTHER_DIGITS)
            } else {
                continue;
            };
            if best.is_none_or(|(_, other, ..)| bits > other) {
                best = Some((rule, bits, x, y));
            }
        }
    }
    best
}

/// `jnarboux` beside `narboux`.
fn begins_with_initial(long: &Handle<'_>, short: &Handle<'_>) -> bool {
    short.text.len() >= 5 && long.text.get(1..) == Some(short.text)
}

fn best_spelled<'p, 'a>(
    handles: &Profile<'a>,
    names: &'p Profile<'a>,
    census: &Census,
) -> Option<(Bits, Handle<'a>, &'p Name<'a>)> {
    let mut best: Option<(Bits, Handle<'a>, &Name<'a>)> = None;
    for handle in &handles.handles {
        for name in names.names.iter().filter(|name| name.is_full()) {
            if let Some(found) = spelled(handle, name, census)
                && best.is_none_or(|(bits, ..)| found.bits > bits)
            {
                best = Some((found.bits, *handle, name));
            }
        }
    }
    best
}
