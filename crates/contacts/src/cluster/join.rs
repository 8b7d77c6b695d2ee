//! From pairs to persons.

use rayon::prelude::*;

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
pub(super) fn join(nodes: &Nodes, mut edges: Vec<Edge>, census: &Census) -> Union {
    // What no chain of edges connects does not matter to one another.
    let mut connected = Union::new(nodes.len());
    for edge in &edges {
        connected.join(edge.a, edge.b);
    }
    let connected = connected.settled();
    let group = |edge: &Edge| connected.get(edge.a as usize).copied().unwrap_or(0);
    edges.par_sort_unstable_by_key(|edge| (group(edge), -edge.bits, edge.a, edge.b));
    let joined: Vec<(u32, u32)> = edges
        .par_chunk_by(|x, y| group(x) == group(y))
        .flat_map_iter(|edges| Group::new(edges, nodes, census).join(edges))
        .collect();
    let mut union = Union::new(nodes.len());
    for (a, b) in joined {
        union.join(a, b);
    }
    union
}

/// The nodes that edges connect.
struct Group<'a> {
    census: &'a Census,
    /// In order; the others by their place among them.
    nodes: Vec<u32>,
    profiles: Vec<Profile<'a>>,
    union: Union,
    /// The nodes of each person, as a ring.
    next: Vec<u32>,
}

impl<'a> Group<'a> {
    fn new(edges: &[Edge], of: &'a Nodes, census: &'a Census) -> Self {
        let mut nodes: Vec<u32> = edges.iter().flat_map(|edge| [edge.a, edge.b]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let profiles = nodes
            .iter()
            .map(|node| Profile::read(of.text(*node), census));
        Self {
            census,
            profiles: profiles.collect(),
            union: Union::new(nodes.len()),
            next: (0..u32::try_from(nodes.len()).unwrap_or(u32::MAX)).collect(),
            nodes,
        }
    }

    /// The pairs along which its nodes are joined.
    fn join(mut self, edges: &[Edge]) -> Vec<(u32, u32)> {
        let mut joined = Vec::new();
        for edge in edges {
            let place = |node: u32| self.nodes.binary_search(&node).unwrap_or(0) as u32;
            let (a, b) = (place(edge.a), place(edge.b));
            if self.union.find(a) == self.union.find(b) || !self.may_join(a, b) {
                continue;
            }
            self.union.join(a, b);
            self.next.swap(a as usize, b as usize);
            joined.push((edge.a, edge.b));
        }
        joined
    }

    fn ring(&self, from: u32) -> impl Iterator<Item = &Profile<'a>> {
        let mut at = Some(from);
        let places = std::iter::from_fn(move || {
            let here = at?;
            let next = self.next.get(here as usize).copied();
            at = next.filter(|place| *place != from);
            Some(here)
        });
        places.filter_map(|place| self.profiles.get(place as usize))
    }

    fn may_join(&self, a: u32, b: u32) -> bool {
        let (mut same, mut conflict) = (false, false);
        for a in self.ring(a).take(MAX_COMPARED) {
            for b in self.ring(b).take(MAX_COMPARED) {
                let names = a
                    .shown_names()
                    .flat_map(|x| b.shown_names().map(move |y| (x, y)));
                let full = |(x, y): &(&Name<'_>, &Name<'_>)| x.is_full() && y.is_full();
                let (mut any, mut all_conflict) = (false, true);
                for (x, y) in names.filter(full) {
                    any = true;
                    same |= are_same(x, y);
                    all_conflict &= compare(x, y, self.census) == Verdict::Conflict;
                }
                conflict |= any && all_conflict;
            }
        }
        same || !conflict
    }
}
