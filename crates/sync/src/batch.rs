//! What to fetch next: newest first, in commands of bounded size.

use crate::{
    UidSet,
    limits::{BATCH_BYTES, BATCH_MAILS, BATCH_RANGES},
};

/// How large one fetch command's answer may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Mails; at least one is always taken.
    pub mails: usize,
    /// Bytes, where sizes are known; a single mail may exceed it.
    pub bytes: u64,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self {
            mails: BATCH_MAILS,
            bytes: BATCH_BYTES,
        }
    }
}

/// Cuts UIDs into batches, the newest (highest) first. `size_of` tells how
/// many bytes of a mail would be fetched; `None` where that is not known.
///
/// ```
/// use inboxlink_sync::{BatchLimits, UidSet, batches};
/// let missing: UidSet = "1:5,9".parse().unwrap();
/// let limits = BatchLimits { mails: 3, ..BatchLimits::default() };
/// let cut: Vec<String> = batches(&missing, limits, |_| None).map(|b| b.to_string()).collect();
/// assert_eq!(cut, ["4:5,9", "1:3"]);
/// ```
pub fn batches<'a>(
    uids: &'a UidSet,
    limits: BatchLimits,
    size_of: impl Fn(u32) -> Option<u64> + 'a,
) -> impl Iterator<Item = UidSet> + 'a {
    let mut newest_first = uids.iter().rev().peekable();
    std::iter::from_fn(move || {
        let mut batch = UidSet::new();
        let (mut mails, mut bytes, mut ranges) = (0usize, 0u64, 0usize);
        let mut last: Option<u32> = None;
        while let Some(&uid) = newest_first.peek() {
            let size = size_of(uid).unwrap_or(0);
            let opens_range = last.is_none_or(|last| uid.checked_add(1) != Some(last));
            let full = mails >= limits.mails.max(1)
                || bytes.saturating_add(size) > limits.bytes
                || (opens_range && ranges >= BATCH_RANGES);
            if full && mails > 0 {
                break;
            }
            newest_first.next();
            batch.insert(uid);
            mails += 1;
            bytes = bytes.saturating_add(size);
            ranges += usize::from(opens_range);
            last = Some(uid);
        }
        Some(batch).filter(|batch| !batch.is_empty())
    })
}

/// Two halves of a batch that broke its connection: fetching them apart finds
/// the mail that did it. `None` where a single UID is left: that is the one.
///
/// ```
/// use inboxlink_sync::{UidSet, bisect};
/// let (newer, older) = bisect(&"1:3,9".parse().unwrap()).unwrap();
/// assert_eq!((newer.to_string(), older.to_string()), ("3,9".into(), "1:2".into()));
/// assert_eq!(bisect(&"7".parse().unwrap()), None);
/// ```
pub fn bisect(batch: &UidSet) -> Option<(UidSet, UidSet)> {
    let half = usize::try_from(batch.len() / 2).ok()?;
    if half == 0 {
        return None;
    }
    let newer = batch.iter().rev().take(half).collect();
    let older = batch.difference(&newer);
    Some((newer, older))
}
