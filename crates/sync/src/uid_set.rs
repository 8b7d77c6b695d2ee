//! Sets of UIDs as ranges: a folder of a million messages is one range.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A set of UIDs (1 to 2³²−1), kept as sorted, disjoint, non-adjacent ranges.
///
/// ```
/// use inboxlink_sync::UidSet;
/// let mut set: UidSet = [4, 2, 3, 9].into_iter().collect();
/// assert_eq!(set.to_string(), "2:4,9");
/// set.insert_range(5..=8);
/// assert_eq!(set.to_string(), "2:9");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct UidSet {
    ranges: Vec<(u32, u32)>,
}

impl UidSet {
    /// The empty set.
    pub const fn new() -> Self {
        Self { ranges: Vec::new() }
    }

    /// How many UIDs are in it.
    pub fn len(&self) -> u64 {
        self.ranges
            .iter()
            .map(|(low, high)| u64::from(high - low) + 1)
            .sum()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether a UID is in it.
    pub fn contains(&self, uid: u32) -> bool {
        let at = self.ranges.partition_point(|(_, high)| *high < uid);
        self.ranges.get(at).is_some_and(|(low, _)| *low <= uid)
    }

    /// Adds a UID; 0, which is no UID, is passed over.
    pub fn insert(&mut self, uid: u32) {
        self.insert_range(uid..=uid);
    }

    /// Adds a range; an empty one adds nothing.
    pub fn insert_range(&mut self, range: RangeInclusive<u32>) {
        let (mut low, mut high) = ((*range.start()).max(1), *range.end());
        if low > high {
            return;
        }
        // Every range that touches or overlaps the new one melts into it.
        let from = self
            .ranges
            .partition_point(|(_, h)| h.saturating_add(1) < low);
        let to = self
            .ranges
            .partition_point(|(l, _)| *l <= high.saturating_add(1));
        if let Some((l, _)) = self.ranges.get(from).filter(|_| from < to) {
            low = low.min(*l);
        }
        if let Some((_, h)) = to
            .checked_sub(1)
            .and_then(|last| self.ranges.get(last))
            .filter(|_| from < to)
        {
            high = high.max(*h);
        }
        self.ranges.splice(from..to.max(from), [(low, high)]);
    }

    /// Takes a UID out.
    pub fn remove(&mut self, uid: u32) {
        let at = self.ranges.partition_point(|(_, high)| *high < uid);
        let Some(&(low, high)) = self.ranges.get(at).filter(|(low, _)| *low <= uid) else {
            return;
        };
        let below = (low < uid).then(|| (low, uid - 1));
        let above = (uid < high).then(|| (uid + 1, high));
        self.ranges.splice(at..=at, below.into_iter().chain(above));
    }

    /// Both sets' UIDs.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut out = self.clone();
        for range in other.ranges() {
            out.insert_range(range);
        }
        out
    }

    /// The UIDs of this set that are not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut others = other.ranges.iter().peekable();
        for &(low, high) in &self.ranges {
            let mut low = u64::from(low);
            while others.next_if(|(_, h)| u64::from(*h) < low).is_some() {}
            let mut rest = others.clone();
            while let Some(&(l, h)) = rest.next().filter(|(l, _)| *l <= high) {
                if u64::from(l) > low {
                    out.push((low as u32, l - 1));
                }
                low = low.max(u64::from(h) + 1);
            }
            if low <= u64::from(high) {
                out.push((low as u32, high));
            }
        }
        Self { ranges: out }
    }

    /// The UIDs that are in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.difference(&self.difference(other))
    }

    /// The ranges, lowest first.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = RangeInclusive<u32>> + '_ {
        self.ranges.iter().map(|(low, high)| *low..=*high)
    }

    /// Every UID, lowest first. A set may hold four thousand million of them:
    /// ask [`len`](Self::len) first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.ranges().flatten()
    }

    /// The UID with a sequence number: the lowest has 1 (RFC 9051 §2.3.1.2).
    pub fn nth(&self, number: u32) -> Option<u32> {
        let mut left = u64::from(number).checked_sub(1)?;
        for &(low, high) in &self.ranges {
            let here = u64::from(high - low) + 1;
            if left < here {
                return low.checked_add(u32::try_from(left).ok()?);
            }
            left -= here;
        }
        None
    }

    /// The highest UIDs, so many of them.
    #[must_use]
    pub fn newest(&self, count: u64) -> Self {
        let (mut out, mut left) = (Vec::new(), count);
        for &(low, high) in self.ranges.iter().rev() {
            let Some(most) = left.checked_sub(1) else {
                break;
            };
            let most = u32::try_from(most).unwrap_or(u32::MAX);
            let low = low.max(high.saturating_sub(most));
            left = left.saturating_sub(u64::from(high - low) + 1);
            out.push((low, high));
        }
        out.reverse();
        Self { ranges: out }
    }

    /// The lowest UID.
    pub fn min(&self) -> Option<u32> {
        self.ranges.first().map(|(low, _)| *low)
    }

    /// The highest UID.
    pub fn max(&self) -> Option<u32> {
        self.ranges.last().map(|(_, high)| *high)
    }
}

impl FromIterator<u32> for UidSet {
    fn from_iter<I: IntoIterator<Item = u32>>(uids: I) -> Self {
        let mut all: Vec<u32> = uids.into_iter().collect();
        all.sort_unstable();
        let mut set = Self::new();
        for uid in all {
            set.insert(uid);
        }
        set
    }
}

/// As an IMAP sequence-set (RFC 9051 §9): `2:4,9`. The empty set, which IMAP
/// cannot say, is the empty text.
impl fmt::Display for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (low, high)) in self.ranges.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            if low == high {
                write!(f, "{comma}{low}")?;
            } else {
                write!(f, "{comma}{low}:{high}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UidSet({self})")
    }
}

impl std::str::FromStr for UidSet {
    type Err = ParseUidSetError;
    fn from_str(text: &str) -> Result<Self, ParseUidSetError> {
        let mut set = Self::new();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (low, high) = part.split_once(':').unwrap_or((part, part));
            let low: u32 = low.parse().map_err(|_| ParseUidSetError)?;
            let high: u32 = high.parse().map_err(|_| ParseUidSetError)?;
            if low == 0 || high == 0 {
                return Err(ParseUidSetError);
            }
            set.insert_range(low.min(high)..=low.max(high));
        }
        Ok(set)
    }
}

/// The text is not a set of UIDs such as `2:4,9`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a set of UIDs looks like `2:4,9`")]
pub struct ParseUidSetError;

impl Serialize for UidSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UidSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn uids() -> impl Strategy<Value = Vec<u32>> {
        prop::collection::vec(prop_oneof![1u32..40, (u32::MAX - 5)..=u32::MAX], 0..60)
    }

    proptest! {
        #[test]
        fn is_a_set(a in uids(), b in uids(), gone in uids()) {
            let (sa, sb): (UidSet, UidSet) = (a.iter().copied().collect(), b.iter().copied().collect());
            let (ba, bb): (BTreeSet<u32>, BTreeSet<u32>) = (a.into_iter().collect(), b.into_iter().collect());
            prop_assert_eq!(sa.iter().collect::<Vec<_>>(), ba.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(sa.len(), ba.len() as u64);
            prop_assert_eq!(sa.union(&sb), ba.union(&bb).copied().collect::<UidSet>());
            prop_assert_eq!(sa.difference(&sb), ba.difference(&bb).copied().collect::<UidSet>());
            prop_assert_eq!(sa.intersection(&sb), ba.intersection(&bb).copied().collect::<UidSet>());
            prop_assert_eq!(sa.to_string().parse::<UidSet>().unwrap(), sa.clone());
            let (mut sc, mut bc) = (sa, ba);
            for uid in gone {
                prop_assert_eq!(sc.contains(uid), bc.contains(&uid));
                sc.remove(uid);
                bc.remove(&uid);
                prop_assert_eq!(sc.iter().collect::<Vec<_>>(), bc.iter().copied().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn refuses_what_is_no_set() {
        for text in ["0", "1:0", "a", "1:2:3", "-1", "4294967296"] {
            assert!(text.parse::<UidSet>().is_err(), "{text}");
        }
        assert_eq!("9:7".parse::<UidSet>().unwrap().to_string(), "7:9");
    }
}
