//! What bombs cost, counted and not timed: memory in proportion to the mail,
//! work in proportion to its size.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test may stop at the first surprise

use allocation_counter::{AllocationInfo, measure};
use inboxlink_message::{Context, classify, parse, text_for_reading};
use inboxlink_model::OwnAddresses;
use inboxlink_testkit::{Bomb, HEADER_BOMBS, MIME_BOMBS};

/// A mail counts as large as this at least: four times as much may be taken to
/// read it, tables and limits that have a first step included.
const LEAST: u64 = 1024 * 1024;

/// All that the crate does with a mail.
fn cost(raw: &str) -> AllocationInfo {
    measure(|| {
        let mail = parse(raw.as_bytes(), None);
        let own = OwnAddresses::default();
        classify(&mail, &Context { own: &own });
        text_for_reading(&mail);
    })
}

fn in_proportion((what, make): Bomb) {
    let mut before: Option<(u64, u64)> = None;
    for size in [1_000, 10_000, 100_000] {
        let raw = make(size);
        let bytes = raw.len() as u64;
        let cost = cost(&raw);
        assert!(
            cost.bytes_max <= 4 * bytes.max(LEAST),
            "{what} × {size}: {bytes} bytes took {} of memory",
            cost.bytes_max
        );
        // Ten times the mail is at most twelve times the work, in allocations
        // and in bytes written to them.
        if let Some((count, total)) = before {
            assert!(cost.count_total <= 12 * count + 1_000, "{what} × {size}");
            assert!(cost.bytes_total <= 12 * total + LEAST, "{what} × {size}");
        }
        before = Some((cost.count_total, cost.bytes_total));
    }
}

#[test]
fn structures_take_memory_in_proportion() {
    MIME_BOMBS.into_iter().for_each(in_proportion);
}

#[test]
fn headers_take_memory_in_proportion() {
    HEADER_BOMBS.into_iter().for_each(in_proportion);
}
