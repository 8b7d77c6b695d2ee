//! Which pairs of nodes are worth comparing, and how they compare.

use rayon::prelude::*;

use super::{
    bits::Bits,
    census::{Census, Kind, hash},
    keys::Keys,
    nodes::Nodes,
    profile::Profile,
    score::score,
};
use crate::limits::{CHUNK_NODES, MAX_BLOCK};

/// Two nodes that may be one person's, the smaller first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) bits: Bits,
    pub(super) a: u32,
    pub(super) b: u32,
}

/// A key in two halves, then the node, its lowest bit set where the key is only
/// what a handle would be.
pub(super) type Entry = [u32; 3];

/// All pairs with at least that many bits.
pub(super) fn edges(nodes: &Nodes, census: &Census, least: Bits) -> Vec<Edge> {
    let pairs = pairs(nodes, census, least);
    pairs
        .par_chunk_by(|x, y| x >> 32 == y >> 32)
        .flat_map_iter(|pairs| {
            let first = pairs.first().map_or(0, |pair| (pair >> 32) as u32);
            let left = Profile::read(nodes.text(first), census);
            pairs.iter().filter_map(move |pair| {
                let other = *pair as u32;
                let right = Profile::read(nodes.text(other), census);
                if left.is_surely_other(&right) {
                    return None;
                }
                let bits = score(&left, &right, census).bits;
                (bits >= least).then_some(Edge {
                    bits,
                    a: first,
                    b: other,
                })
            })
        })
        .collect()
}

/// All pairs of nodes that share a key, each once: the smaller node in the upper
/// half.
fn pairs(nodes: &Nodes, census: &Census, least: Bits) -> Vec<u64> {
    let blocks = blocks(nodes, census, least);
    let mut pairs: Vec<u64> = blocks
        .par_chunk_by(|x, y| x[..2] == y[..2])
        .flat_map_iter(|run| {
            let mut found = Vec::new();
            if run.len() <= MAX_BLOCK {
                pairs_of(run, &mut found);
            } else {
                by_domain(run, nodes, &mut found);
            }
            found
        })
        .collect();
    drop(blocks);
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// All pairs of a block but those that are both only expected.
fn pairs_of(run: &[Entry], found: &mut Vec<u64>) {
    for (at, [.., a]) in run.iter().enumerate() {
        for [.., b] in run.iter().skip(at + 1).filter(|[.., b]| a & b & 1 == 0) {
            let (a, b) = (u64::from(a >> 1), u64::from(b >> 1));
            found.push(a.min(b) << 32 | a.max(b));
        }
    }
}

/// A block of too many is taken apart by domain, so that whoever fills it from
/// one hides nobody at another.
fn by_domain(run: &[Entry], nodes: &Nodes, found: &mut Vec<u64>) {
    let domain = |node: u32| {
        let mut lines = nodes.text(node).lines();
        let domain = lines.find_map(|line| line.strip_prefix('d'));
        hash(Kind::Domain, domain.unwrap_or_default())
    };
    let mut of_domain: Vec<(u64, Entry)> = run
        .iter()
        .map(|entry| (domain(entry[2] >> 1), *entry))
        .collect();
    of_domain.sort_unstable();
    for run in of_domain.chunk_by(|x, y| x.0 == y.0) {
        let run: Vec<Entry> = run
            .iter()
            .take(MAX_BLOCK)
            .map(|(_, entry)| *entry)
            .collect();
        pairs_of(&run, found);
    }
}

/// Keys and their nodes, sorted.
fn blocks(nodes: &Nodes, census: &Census, least: Bits) -> Vec<Entry> {
    let all = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    let pieces: Vec<std::ops::Range<u32>> = (0..all)
        .step_by(CHUNK_NODES)
        .map(|start| start..all.min(start + CHUNK_NODES as u32))
        .collect();
    let mut blocks: Vec<Entry> = pieces
        .into_par_iter()
        .flat_map_iter(|piece| {
            let (mut keys, mut found) = (Keys::new(census, least), Vec::new());
            for node in piece {
                let profile = Profile::read(nodes.text(node), census);
                found.extend_from_slice(keys.of(node, &profile));
            }
            found
        })
        .collect();
    blocks.par_sort_unstable();
    blocks
}
