//! Threads across redirects.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_model::{NodeId, ThreadId};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::values::{Failure, Id};

/// Follows redirects, and remembers where they led.
pub(super) struct Roots<'a> {
    db: &'a Connection,
    ws: i64,
    seen: BTreeMap<ThreadId, ThreadId>,
}

impl<'a> Roots<'a> {
    pub(super) fn new(db: &'a Connection, ws: i64) -> Self {
        Self {
            db,
            ws,
            seen: BTreeMap::new(),
        }
    }

    /// The thread that a thread is part of now. A redirect leads to a smaller
    /// id, so that the path has an end.
    pub(super) fn root(&mut self, thread: ThreadId) -> Result<ThreadId, Failure> {
        let mut path = Vec::new();
        let mut at = thread;
        let root = loop {
            if let Some(root) = self.seen.get(&at) {
                break *root;
            }
            let mut next = self
                .db
                .prepare_cached("SELECT target FROM redirects WHERE ws = ?1 AND thread = ?2")?;
            let target: Option<Id> = next
                .query_row(params![self.ws, Id::from(at)], |row| row.get(0))
                .optional()?;
            path.push(at);
            match target.map(ThreadId::from).filter(|target| *target < at) {
                Some(target) => at = target,
                None => break at,
            }
        };
        self.seen
            .extend(path.into_iter().map(|thread| (thread, root)));
        Ok(root)
    }

    /// The thread that a node is in now.
    pub(super) fn of_node(&mut self, node: NodeId) -> Result<Option<ThreadId>, Failure> {
        let mut find = self
            .db
            .prepare_cached("SELECT thread FROM nodes WHERE ws = ?1 AND node = ?2")?;
        let thread: Option<Id> = find
            .query_row(params![self.ws, Id::from(node)], |row| row.get(0))
            .optional()?;
        thread.map(|thread| self.root(thread.into())).transpose()
    }
}

/// A thread and every thread that was redirected to it, at any distance.
pub(super) fn members(
    db: &Connection,
    ws: i64,
    root: ThreadId,
) -> Result<BTreeSet<ThreadId>, Failure> {
    let mut all = BTreeSet::from([root]);
    let mut next = vec![root];
    let mut find =
        db.prepare_cached("SELECT thread FROM redirects WHERE ws = ?1 AND target = ?2")?;
    while let Some(target) = next.pop() {
        let rows = find.query_map(params![ws, Id::from(target)], |row| row.get::<_, Id>(0))?;
        for row in rows {
            let thread = ThreadId::from(row?);
            if all.insert(thread) {
                next.push(thread);
            }
        }
    }
    Ok(all)
}
