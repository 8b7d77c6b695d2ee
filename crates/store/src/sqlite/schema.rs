//! The schema, version by version. A migration that was released is never
//! edited: a change is a new one at the end.

use std::time::Duration;

use rusqlite::Connection;

use super::values::Failure;

/// One script for each version; the database's `user_version` is how many
/// have run.
const MIGRATIONS: &[&str] = &[include_str!("schema/0001_first.sql")];

/// Settings of a connection.
pub(super) fn tune(connection: &Connection) -> Result<(), Failure> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    // What is erased leaves no bytes in free pages.
    // FULL: what a commit reported survives a power cut.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = OFF;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16000;
         PRAGMA wal_autocheckpoint = 4000;",
    )?;
    Ok(())
}

/// Tunes the connection and runs the migrations that are missing.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), Failure> {
    tune(connection)?;
    let known = MIGRATIONS.len() as i64;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(Failure::Newer { found, known });
    }
    for (version, script) in (1i64..)
        .zip(MIGRATIONS)
        .filter(|(version, _)| *version > found)
    {
        transaction.execute_batch(script)?;
        transaction.pragma_update(None, "user_version", version)?;
    }
    transaction.commit()?;
    Ok(())
}
