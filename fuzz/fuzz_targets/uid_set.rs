//! Sets of UIDs: text and back, and the laws of sets.
#![no_main]

use inboxlink_sync::UidSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (left, right) = text.split_once('|').unwrap_or((text, ""));
    let (Ok(a), Ok(b)) = (left.parse::<UidSet>(), right.parse::<UidSet>()) else {
        return;
    };
    for set in [&a, &b] {
        assert_eq!(set.to_string().parse().as_ref(), Ok(set));
    }
    let (union, common) = (a.union(&b), a.intersection(&b));
    assert_eq!(union.len() + common.len(), a.len() + b.len());
    assert_eq!(a.difference(&b).union(&common), a);
    assert!(a.difference(&b).intersection(&b).is_empty());
});
