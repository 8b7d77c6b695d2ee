//! Joining mails to threads in memory, beside merely looking their ids up.

use std::collections::HashMap;

use inboxlink_benches::{BenchError, time};
use inboxlink_model::NodeId;
use inboxlink_timeline::{Linker, ThreadIds};
use serde_json::json;

/// A number that looks random and is always the same (SplitMix64).
fn scatter(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn node(number: u64) -> NodeId {
    NodeId::new(u128::from(scatter(number)) << 64 | u128::from(scatter(!number)))
}

/// Threads of some ten mails, each naming up to four before it, in no order.
fn talk(count: u64) -> Vec<ThreadIds> {
    let mut mails: Vec<ThreadIds> = (0..count)
        .map(|n| {
            let first = n - n % 10;
            let refs = (first..n).rev().take(4).map(node);
            ThreadIds {
                own: node(n),
                refs: refs.collect(),
            }
        })
        .collect();
    mails.sort_by_key(|mail| mail.own);
    mails
}

fn main() -> Result<(), BenchError> {
    let small = std::env::var_os("INBOXLINK_BENCH_MAILS").is_some();
    let mails = talk(if small { 20_000 } else { 1_000_000 });
    let ours = time(5, || {
        let mut linker = Linker::default();
        for mail in &mails {
            linker.link(mail);
        }
        linker.finish().nodes.len()
    })
    .fastest
        / 1e6;
    let lookups = time(5, || {
        let mut seen: HashMap<NodeId, usize> = HashMap::new();
        for mail in &mails {
            for node in mail.nodes() {
                *seen.entry(node).or_default() += 1;
            }
        }
        seen.len()
    })
    .fastest
        / 1e6;
    println!(
        "{}",
        json!({
            "bench": "threading", "mails": mails.len(),
            "mails_per_second": mails.len() as f64 / ours,
            "lookups_alone_per_second": mails.len() as f64 / lookups,
        })
    );
    Ok(())
}
