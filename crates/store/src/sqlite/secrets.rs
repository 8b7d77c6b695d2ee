//! Sealed secrets: rows that are read and swapped one by one.

use std::collections::BTreeMap;

use inboxlink_model::WorkspaceId;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::values::Failure;

pub(super) fn all(
    db: &Connection,
    workspace: WorkspaceId,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut select =
        db.prepare_cached("SELECT name, sealed FROM secrets WHERE workspace = ?1 ORDER BY name")?;
    let rows = select.query_map([workspace.to_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn swap(
    db: &mut Connection,
    workspace: WorkspaceId,
    name: &str,
    old: Option<&[u8]>,
    new: Option<&[u8]>,
) -> Result<bool, Failure> {
    let key = workspace.to_bytes();
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: Option<Vec<u8>> = transaction
        .query_row(
            "SELECT sealed FROM secrets WHERE workspace = ?1 AND name = ?2",
            params![key, name],
            |row| row.get(0),
        )
        .optional()?;
    if found.as_deref() != old {
        return Ok(false);
    }
    match new {
        Some(new) => transaction.execute(
            "INSERT OR REPLACE INTO secrets (workspace, name, sealed) VALUES (?1, ?2, ?3)",
            params![key, name, new],
        )?,
        None => transaction.execute(
            "DELETE FROM secrets WHERE workspace = ?1 AND name = ?2",
            params![key, name],
        )?,
    };
    transaction.commit()?;
    Ok(true)
}
