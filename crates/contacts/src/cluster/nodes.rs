//! From rows to nodes: an address with all its names; or, where an address is
//! shared by several people, one name at it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use smallvec::SmallVec;

use super::{
    PersonRow, Tier,
    census::{Census, Kind, hash},
    names::{Verdict, compare},
    normal::{Host, host, own_part, write_key},
    profile::{Name, Profile},
    written::{Mailbox, write},
};
use crate::limits::{CHUNK_ROWS, RARELY, SHARED_NAMES};

/// A row's place among those of its address: hash in two halves, then the row.
type Placed = [u32; 3];

/// The nodes of a directory. Their order depends on the addresses and names
/// alone, not on the order of rows.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    chunks: Vec<String>,
    /// Where each node's profile begins: the chunk in the upper half.
    starts: Vec<u64>,
    /// The node of each row.
    pub(super) of_row: Vec<u32>,
}

impl Nodes {
    /// Makes the nodes of a directory. In [`Tier::Auto`] an address at a machine
    /// of no public name is nobody's in particular.
    pub(super) fn new(rows: &[PersonRow<'_>], tier: Tier) -> Self {
        let mut placed: Vec<Placed> = rows
            .par_iter()
            .enumerate()
            .map_init(String::new, |key, (row, of)| {
                key.clear();
                write_key(of.email, key);
                let hash = hash(Kind::Handle, key);
                [
                    (hash >> 32) as u32,
                    hash as u32,
                    u32::try_from(row).unwrap_or(u32::MAX),
                ]
            })
            .collect();
        placed.par_sort_unstable();
        let mut nodes = Self {
            of_row: vec![0; rows.len()],
            ..Self::default()
        };
        let built: Vec<Chunk> = chunks(&placed)
            .into_par_iter()
            .map(|placed| Chunk::build(placed, rows, tier))
            .collect();
        for (number, chunk) in (0u64..).zip(built) {
            let first = nodes.starts.len();
            nodes.starts.extend(
                chunk
                    .starts
                    .iter()
                    .map(|start| number << 32 | u64::from(*start)),
            );
            nodes.chunks.push(chunk.text);
            for (row, node) in chunk.of_row {
                if let Some(of_row) = nodes.of_row.get_mut(row as usize) {
                    *of_row = u32::try_from(first).unwrap_or(u32::MAX) + node;
                }
            }
        }
        nodes
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The profile of a node, as text.
    pub(super) fn text(&self, node: u32) -> &str {
        let at = |node: usize| {
            self.starts
                .get(node)
                .map(|start| (start >> 32, *start as u32 as usize))
        };
        let Some((chunk, start)) = at(node as usize) else {
            return "";
        };
        let text = self.chunks.get(chunk as usize).map_or("", String::as_str);
        let end = at(node as usize + 1)
            .filter(|(next, _)| *next == chunk)
            .map_or(text.len(), |(_, end)| end);
        text.get(start..end).unwrap_or("")
    }
}

/// Cuts sorted rows into pieces to work on in parallel, never between two rows
/// of one address.
fn chunks(mut placed: &[Placed]) -> Vec<&[Placed]> {
    let mut chunks = Vec::new();
    while !placed.is_empty() {
        let same = |end: usize| {
            placed.get(end).map(|p| [p[0], p[1]]) == placed.get(end - 1).map(|p| [p[0], p[1]])
        };
        let mut end = CHUNK_ROWS.min(placed.len());
        while end < placed.len() && same(end) {
            end += 1;
        }
        let (chunk, rest) = placed.split_at(end);
        chunks.push(chunk);
        placed = rest;
    }
    chunks
}

#[derive(Default)]
struct Chunk {
    text: String,
    starts: Vec<u32>,
    of_row: Vec<(u32, u32)>,
    splits_private: bool,
}

impl Chunk {
    fn build(placed: &[Placed], rows: &[PersonRow<'_>], tier: Tier) -> Self {
        let mut chunk = Self {
            splits_private: tier == Tier::Auto,
            ..Self::default()
        };
        let mut keys = BTreeMap::<String, Vec<u32>>::new();
        let (mut key, mut members) = (String::new(), Vec::new());
        for run in placed.chunk_by(|a, b| a[..2] == b[..2]) {
            let email = |at: &Placed| rows.get(at[2] as usize).map_or("", |of| of.email);
            let first = run.first().map_or("", email);
            if run.iter().all(|at| email(at) == first) {
                key.clear();
                write_key(first, &mut key);
                members.clear();
                members.extend(run.iter().map(|at| at[2]));
                chunk.address(&key, &members, rows);
                continue;
            }
            // Addresses whose hashes collide are told apart by themselves.
            keys.clear();
            for at in run {
                key.clear();
                write_key(email(at), &mut key);
                keys.entry(key.clone()).or_default().push(at[2]);
            }
            for (key, members) in &keys {
                chunk.address(key, members, rows);
            }
        }
        chunk
    }

    /// Makes the node or nodes of one address.
    fn address(&mut self, key: &str, members: &[u32], rows: &[PersonRow<'_>]) {
        let names = counted(members, rows);
        let host = host(key);
        let shown = || names.iter().map(|(name, _)| *name);
        let is_nobodys = host == Host::None || (self.splits_private && host == Host::Private);
        if !is_nobodys && !is_shared(key, host, shown()) {
            // Dots do not matter to Gmail, but to whoever reads them.
            let written = members
                .iter()
                .filter_map(|row| rows.get(*row as usize))
                .map(|of| of.email.trim().to_lowercase());
            let written = written
                .filter(|_| key.ends_with("@gmail.com"))
                .max_by_key(|email| (email.matches('.').count(), std::cmp::Reverse(email.clone())));
            let mailbox = split(written.as_deref().unwrap_or(key)).map(|of| Mailbox {
                domain: key.rsplit_once('@').map_or("", |(_, domain)| domain),
                ..of
            });
            let foreign = foreign(&names);
            let shown = || {
                names
                    .iter()
                    .map(|(name, _)| *name)
                    .filter(|name| !foreign.contains(name))
            };
            self.node(mailbox.as_ref(), shown(), members.iter().copied());
            return;
        }
        let mut by_name = BTreeMap::<String, (Vec<&str>, Vec<u32>)>::new();
        for row in members {
            let Some(of) = rows.get(*row as usize) else {
                continue;
            };
            let mut folded = String::new();
            write(None, std::iter::once(of.name), &mut folded);
            // Nothing tells whose it is: a person of its own.
            if folded.trim().is_empty() {
                folded = format!("\n{row}");
            }
            let (names, members) = by_name.entry(folded).or_default();
            names.push(of.name);
            members.push(*row);
        }
        for (_, (mut names, members)) in by_name {
            names.sort_unstable();
            names.dedup();
            // At a desk that forwards, an address in place of the name is the writer's.
            let mut claimed = String::new();
            let sent_by = names
                .first()
                .and_then(|name| name.split(' ').find(|word| word.contains('@')));
            let is_claimed = host == Host::Public
                && sent_by.is_some_and(|address| write_key(address, &mut claimed) == Host::Public);
            let mailbox = if is_claimed { split(&claimed) } else { None };
            self.node(mailbox.as_ref(), names.into_iter(), members.into_iter());
        }
    }

    fn node<'n>(
        &mut self,
        mailbox: Option<&Mailbox<'_>>,
        names: impl Iterator<Item = &'n str>,
        members: impl Iterator<Item = u32>,
    ) {
        let node = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
        self.starts
            .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        write(mailbox, names, &mut self.text);
        self.of_row.extend(members.map(|row| (row, node)));
    }
}

/// The names of rows and how often each was seen, the most frequent first.
fn counted<'n>(members: &[u32], rows: &[PersonRow<'n>]) -> SmallVec<[(&'n str, u64); 4]> {
    let of = members.iter().filter_map(|row| rows.get(*row as usize));
    let mut names: SmallVec<[(&str, u64); 4]> =
        of.map(|of| (of.name, u64::from(of.count))).collect();
    if names.len() > 1 {
        names.sort_unstable();
        names.dedup_by(|again, first| {
            let same = again.0 == first.0;
            first.1 += if same { again.1 } else { 0 };
            same
        });
        names.sort_unstable_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    }
    names
}

fn split(key: &str) -> Option<Mailbox<'_>> {
    let (local, domain) = key.rsplit_once('@')?;
    Some(Mailbox {
        local: own_part(local, domain),
        domain,
    })
}

/// Names that are somebody else's: they conflict with the one mostly seen with
/// the address, and were seen far less often. A slip, or a forgery.
fn foreign<'n>(names: &[(&'n str, u64)]) -> Vec<&'n str> {
    let Some(((main, most), others)) = names.split_first() else {
        return Vec::new();
    };
    let census = Census::none();
    let conflict = |name: &str| {
        let (mut a, mut b) = (String::new(), String::new());
        write(None, std::iter::once(*main), &mut a);
        write(None, std::iter::once(name), &mut b);
        let (a, b) = (Profile::read(&a, &census), Profile::read(&b, &census));
        let mut pairs = a
            .shown_names()
            .flat_map(|x| b.shown_names().map(move |y| (x, y)));
        pairs.any(|(x, y)| compare(x, y, &census) == Verdict::Conflict)
    };
    let rare = others.iter().filter(|(_, count)| count * RARELY < *most);
    rare.filter(|(name, _)| conflict(name))
        .map(|(name, _)| *name)
        .collect()
}

/// Whether several people use an address: enough of the names seen with it
/// conflict with one another; two at a desk or on a machine of no public name.
fn is_shared<'n>(key: &str, host: Host, names: impl Iterator<Item = &'n str>) -> bool {
    let mut text = String::new();
    let shown: SmallVec<[&str; 4]> = names.collect();
    if shown.len() < 2 {
        return false;
    }
    for name in shown.iter().copied() {
        write(None, std::iter::once(name), &mut text);
    }
    let forwards = shown.iter().any(|name| crate::name::is_via(name));
    if text
        .lines()
        .filter(|line| line.starts_with('n'))
        .nth(1)
        .is_none()
    {
        return false;
    }
    let is_desk = key
        .rsplit_once('@')
        .is_some_and(|(local, _)| crate::patterns::is_role_word(local));
    let many = if forwards || is_desk || host == Host::Private {
        2
    } else {
        SHARED_NAMES
    };
    let census = Census::none();
    let profile = Profile::read(&text, &census);
    let mut apart: Vec<&Name<'_>> = Vec::new();
    let differ = |a: &Name<'_>, b: &Name<'_>| match compare(a, b, &census) {
        Verdict::Conflict => true,
        Verdict::Silent | Verdict::Doubt => forwards,
        Verdict::Agree(_) => false,
    };
    for name in profile.shown_names() {
        if (name.is_full() || forwards) && apart.iter().all(|other| differ(name, other)) {
            apart.push(name);
        }
    }
    apart.len() >= many
}
