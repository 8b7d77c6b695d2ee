//! From pairs to persons.

use super::{
    census::Census,
    names::{Verdict, are_same, compare},
    nodes::Nodes,
    pairs::Edge,
    profile::{Name, Profile},
    union::Union,
};
use crate::limits::MAX_COMPARED;

/// Joins along the edges, the strongest first. Two groups whose full names
/// conflict stay apart, whatever chain of addresses leads from one to the other.
pub(super) fn join(nodes: &Nodes, edges: &[Edge], census: &Census) -> Union {
    let mut union = Union::new(nodes.len());
    // The nodes of each group, as a ring.
    let mut next: Vec<u32> = (0..u32::try_from(nodes.len()).unwrap_or(u32::MAX)).collect();
    for edge in edges {
        let (a, b) = (edge.a as usize, edge.b as usize);
        if union.find(a) == union.find(b) || !may_join(edge, &next, nodes, census) {
            continue;
        }
        union.join(a, b);
        next.swap(a, b);
    }
    union
}

fn ring(from: u32, next: &[u32]) -> impl Iterator<Item = u32> {
    let mut at = Some(from);
    std::iter::from_fn(move || {
        let here = at?;
        at = next
            .get(here as usize)
            .copied()
            .filter(|node| *node != from);
        Some(here)
    })
}

fn may_join(edge: &Edge, next: &[u32], nodes: &Nodes, census: &Census) -> bool {
    let profiles = |from| {
        ring(from, next)
            .take(MAX_COMPARED)
            .map(|node| Profile::read(nodes.text(node), census))
            .collect::<Vec<_>>()
    };
    let (left, right) = (profiles(edge.a), profiles(edge.b));
    let (mut same, mut conflict) = (false, false);
    for a in &left {
        for b in &right {
            let names = || {
                a.shown_names()
                    .flat_map(|x| b.shown_names().map(move |y| (x, y)))
            };
            let full = |(x, y): &(&Name<'_>, &Name<'_>)| x.is_full() && y.is_full();
            same |= names().filter(full).any(|(x, y)| are_same(x, y));
            let verdicts: Vec<Verdict> = names()
                .filter(full)
                .map(|(x, y)| compare(x, y, census))
                .collect();
            conflict |= !verdicts.is_empty()
                && verdicts.iter().all(|verdict| *verdict == Verdict::Conflict);
        }
    }
    same || !conflict
}
