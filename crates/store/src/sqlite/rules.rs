//! Rules: their table, and what was compiled from it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use inboxlink_model::{RuleId, WorkspaceId};
use inboxlink_replies::{Rule, RuleIndex};
use rusqlite::{Connection, Transaction, params};

use super::{
    reads::{all, json, number},
    values::{Failure, Id, to_json},
};

/// Workspaces whose compiled rules are kept. Reading and compiling a thousand
/// rules takes milliseconds, and their index a megabyte.
const KEPT: usize = 256;

/// Each workspace's rules, compiled, with the version that they are.
#[derive(Debug, Default)]
pub(super) struct RuleCache(Mutex<HashMap<i64, (u64, RuleIndex)>>);

impl RuleCache {
    /// The rules of a version, which is what the database now holds.
    pub(super) fn get(&self, db: &Connection, ws: i64, version: u64) -> Result<RuleIndex, Failure> {
        if let Some((kept, rules)) = self.lock().get(&ws)
            && *kept == version
        {
            return Ok(rules.clone());
        }
        let rules = RuleIndex::new(read(db, ws)?);
        let mut kept = self.lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(ws, (version, rules.clone()));
        Ok(rules)
    }

    /// What is kept follows a commit that changed some rules of a version.
    pub(super) fn changed(&self, ws: i64, version: u64, changes: Vec<(RuleId, Option<Rule>)>) {
        if changes.is_empty() {
            return;
        }
        match self.lock().get_mut(&ws) {
            Some((kept, rules)) if *kept == version => {
                *kept += 1;
                rules.change(changes);
            }
            // It is read anew when it is next asked for.
            _ => {}
        }
    }

    /// A job that panics leaves an entry as it was, or one too old to be used.
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, (u64, RuleIndex)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rules, by id.
pub(super) fn list(db: &Connection, workspace: WorkspaceId) -> Result<Vec<Rule>, Failure> {
    number(db, workspace)?.map_or(Ok(Vec::new()), |ws| read(db, ws))
}

pub(super) fn read(db: &Connection, ws: i64) -> Result<Vec<Rule>, Failure> {
    let sql = "SELECT rule FROM rules WHERE ws = ?1 ORDER BY id";
    all(db, sql, [ws], |row| json(row, 0))
}

pub(super) fn write(
    db: &Transaction<'_>,
    ws: i64,
    changes: &[(RuleId, Option<Rule>)],
) -> Result<(), Failure> {
    let mut put =
        db.prepare_cached("INSERT OR REPLACE INTO rules (ws, id, rule) VALUES (?1, ?2, ?3)")?;
    let mut remove = db.prepare_cached("DELETE FROM rules WHERE ws = ?1 AND id = ?2")?;
    for (id, rule) in changes {
        match rule {
            Some(rule) => put.execute(params![ws, Id::from(*id), to_json(rule)?])?,
            None => remove.execute(params![ws, Id::from(*id)])?,
        };
    }
    Ok(())
}
