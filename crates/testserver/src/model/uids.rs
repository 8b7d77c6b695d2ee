//! Sets of message numbers: as clients write them, and as they are matched.

use std::fmt::Write as _;

/// Disjoint ascending ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    /// Ranges in any order, each with its ends in any order.
    pub(crate) fn new(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut ranges: Vec<_> = ranges
            .into_iter()
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }

    pub(crate) fn contains(&self, number: u32) -> bool {
        let after = self.0.partition_point(|(low, _)| *low <= number);
        after
            .checked_sub(1)
            .and_then(|at| self.0.get(at))
            .is_some_and(|(_, high)| number <= *high)
    }

    /// The highest number, 0 where there is none.
    pub(crate) fn max(&self) -> u32 {
        self.0.last().map_or(0, |(_, high)| *high)
    }
}

/// Writes ascending numbers as a set: `1:3,7`.
pub(crate) fn compact(numbers: impl IntoIterator<Item = u32>) -> String {
    let Ranges(ranges) = Ranges::new(numbers.into_iter().map(|n| (n, n)));
    let mut out = String::new();
    for (low, high) in ranges {
        if !out.is_empty() {
            out.push(',');
        }
        // Writing to a String cannot fail.
        let _ = match low == high {
            true => write!(out, "{low}"),
            false => write!(out, "{low}:{high}"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn writes_runs_as_ranges() {
        assert_eq!(compact([1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(compact([]), "");
    }

    proptest! {
        #[test]
        fn contains_what_its_ranges_cover(
            ranges in prop::collection::vec((1u32..60, 1u32..60), 0..8),
        ) {
            let covered: BTreeSet<u32> = ranges
                .iter()
                .flat_map(|(a, b)| *a.min(b)..=*a.max(b))
                .collect();
            let set = Ranges::new(ranges);
            for number in 0..70 {
                prop_assert_eq!(set.contains(number), covered.contains(&number));
            }
            prop_assert_eq!(set.max(), covered.last().copied().unwrap_or_default());
        }
    }
}
