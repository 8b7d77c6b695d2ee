//! Erasing: rows go, with the bytes that they stood in, and tombstones stay.

use std::collections::BTreeSet;

use inboxlink_engine::{Enrolled, Erasure, EventKind, TombstoneKey, outbox_keys};
use inboxlink_message::Message;
use inboxlink_model::{Address, Identity, InboxId};
use inboxlink_timeline::participants;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{
    reads::{all, json},
    values::{Failure, Id},
};

/// The key of the workspace's tombstones, where anything was ever erased.
pub(super) fn key(db: &Connection, ws: i64) -> Result<Option<TombstoneKey>, Failure> {
    let mut find = db.prepare_cached("SELECT tombstone_key FROM workspaces WHERE ws = ?1")?;
    let key: Option<[u8; 32]> = find.query_row([ws], |row| row.get(0))?;
    Ok(key.map(TombstoneKey::new))
}

/// Those of some messages that were erased: everywhere, or from that inbox.
pub(super) fn erased(
    db: &Connection,
    ws: i64,
    inbox: Option<InboxId>,
    messages: &BTreeSet<Identity>,
) -> Result<BTreeSet<Identity>, Failure> {
    let mut found = BTreeSet::new();
    let Some(key) = key(db, ws)? else {
        return Ok(found);
    };
    let mut find = db.prepare_cached("SELECT 1 FROM tombstones WHERE ws = ?1 AND hash = ?2")?;
    for message in messages {
        let everywhere = key.tombstone(None, *message);
        let here = inbox.map(|inbox| key.tombstone(Some(inbox), *message));
        for hash in std::iter::once(everywhere).chain(here) {
            if find.exists(params![ws, Id(hash)])? {
                found.insert(*message);
            }
        }
    }
    Ok(found)
}

pub(super) fn erase(db: &Transaction<'_>, ws: i64, what: &Erasure) -> Result<(), Failure> {
    let key = key(db, ws)?.unwrap_or(what.key);
    db.execute(
        "UPDATE workspaces SET tombstone_key = ?2 WHERE ws = ?1",
        params![ws, key.as_bytes()],
    )?;
    let mut gone = BTreeSet::new();
    for message in &what.messages {
        let hash = Id(key.tombstone(what.inbox, *message));
        db.prepare_cached("INSERT OR IGNORE INTO tombstones (ws, hash) VALUES (?1, ?2)")?
            .execute(params![ws, hash])?;
        if !let_go(db, ws, what.inbox, *message)? {
            rows_of(db, ws, *message)?;
            gone.insert(*message);
        }
    }
    people(db, ws, what)?;
    waits(db, ws, what, &gone)?;
    told(db, ws, what, &gone)
}

/// Takes a message from an inbox; answers whether another one holds it still.
fn let_go(
    db: &Transaction<'_>,
    ws: i64,
    inbox: Option<InboxId>,
    message: Identity,
) -> Result<bool, Failure> {
    let Some(inbox) = inbox else {
        return Ok(false);
    };
    let key = params![ws, Id::from(message), Id::from(inbox)];
    for table in ["holdings", "locations", "departed"] {
        let sql = format!("DELETE FROM {table} WHERE ws = ?1 AND message = ?2 AND inbox = ?3");
        db.prepare_cached(&sql)?.execute(key)?;
    }
    let mut held = db.prepare_cached("SELECT 1 FROM holdings WHERE ws = ?1 AND message = ?2")?;
    Ok(held.exists(params![ws, Id::from(message)])?)
}

/// Every row that was made of a message.
fn rows_of(db: &Transaction<'_>, ws: i64, message: Identity) -> Result<(), Failure> {
    let key = params![ws, Id::from(message)];
    let mut find =
        db.prepare_cached("SELECT at, facts FROM messages WHERE ws = ?1 AND identity = ?2")?;
    let found: Option<(i64, Message)> = match find
        .query_row(key, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?
    {
        Some((at, facts)) => Some((at, super::values::from_json(&facts)?)),
        None => None,
    };
    if let Some((at, facts)) = found {
        let mut delete = db.prepare_cached(
            "DELETE FROM participants WHERE ws = ?1 AND address = ?2 AND at = ?3 AND message = ?4",
        )?;
        for participant in participants(&facts) {
            let address = participant.mailbox.address;
            delete.execute(params![ws, address.as_str(), at, Id::from(message)])?;
        }
    }
    for sql in [
        "DELETE FROM messages WHERE ws = ?1 AND identity = ?2",
        "DELETE FROM locations WHERE ws = ?1 AND message = ?2",
        "DELETE FROM departed WHERE ws = ?1 AND message = ?2",
        "DELETE FROM holdings WHERE ws = ?1 AND message = ?2",
        "DELETE FROM originals WHERE ws = ?1 AND message = ?2",
        "DELETE FROM aliases WHERE ws = ?1 AND message = ?2",
        "DELETE FROM waiting WHERE ws = ?1 AND reply = ?2",
        "DELETE FROM follow_ups WHERE ws = ?1 AND answers = ?2",
        "DELETE FROM follow_ups WHERE ws = ?1 AND message = ?2",
    ] {
        db.prepare_cached(sql)?.execute(key)?;
    }
    for key in outbox_keys(message) {
        db.prepare_cached("DELETE FROM outbox WHERE ws = ?1 AND key = ?2")?
            .execute(params![ws, Id(key)])?;
    }
    Ok(())
}

fn people(db: &Transaction<'_>, ws: i64, what: &Erasure) -> Result<(), Failure> {
    for address in &what.addresses {
        let key = params![ws, address.as_str()];
        for sql in [
            "DELETE FROM addresses WHERE ws = ?1 AND address = ?2",
            "DELETE FROM follow_ups WHERE ws = ?1 AND author = ?2",
            "DELETE FROM follow_ups WHERE ws = ?1 AND recipient = ?2",
        ] {
            db.execute(sql, key)?;
        }
    }
    if let Some(contact) = what.contact {
        let key = params![ws, Id::from(contact)];
        db.execute("DELETE FROM contacts WHERE ws = ?1 AND id = ?2", key)?;
    }
    Ok(())
}

/// Waits for an answer to what is gone, or of whom.
fn waits(
    db: &Transaction<'_>,
    ws: i64,
    what: &Erasure,
    gone: &BTreeSet<Identity>,
) -> Result<(), Failure> {
    let sql = "SELECT enrolled FROM enrolments WHERE ws = ?1";
    let all: Vec<Enrolled> = all(db, sql, [ws], |row| json(row, 0))?;
    let of_it = |wait: &&Enrolled| {
        gone.contains(&wait.enrolment.outbound) || what.addresses.contains(&wait.recipient)
    };
    let mut delete = db.prepare_cached("DELETE FROM enrolments WHERE ws = ?1 AND id = ?2")?;
    for wait in all.iter().filter(of_it) {
        delete.execute(params![ws, Id::from(wait.id())])?;
    }
    Ok(())
}

/// Events that tell of what is gone. Arrivals were found by their key.
fn told(
    db: &Transaction<'_>,
    ws: i64,
    what: &Erasure,
    gone: &BTreeSet<Identity>,
) -> Result<(), Failure> {
    let sql = "SELECT seq, kind FROM outbox
               WHERE ws = ?1 AND kind NOT LIKE '{\"event\":\"message_added\"%'";
    let rows: Vec<(i64, EventKind)> = all(db, sql, [ws], |row| Ok((row.get(0)?, json(row, 1)?)))?;
    let of_it = |kind: &EventKind| {
        let speaks_of = kind.speaks_of();
        speaks_of
            .messages
            .iter()
            .any(|message| gone.contains(message))
            || speaks_of.contact.is_some() && speaks_of.contact == what.contact
            || (speaks_of.address).is_some_and(|it: &Address| what.addresses.contains(it))
    };
    let mut delete = db.prepare_cached("DELETE FROM outbox WHERE ws = ?1 AND seq = ?2")?;
    for (seq, _) in rows.iter().filter(|(_, kind)| of_it(kind)) {
        delete.execute(params![ws, seq])?;
    }
    Ok(())
}

/// Empties the write-ahead log of what was erased. Where a reader still needs
/// it, the next one that is emptied takes it along.
pub(super) fn scrub(db: &Connection) -> Result<(), Failure> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// A kept original.
pub(super) fn original(
    db: &Connection,
    ws: i64,
    message: Identity,
) -> Result<Option<Vec<u8>>, Failure> {
    let mut find = db.prepare_cached("SELECT raw FROM originals WHERE ws = ?1 AND message = ?2")?;
    let key = params![ws, Id::from(message)];
    Ok(find.query_row(key, |row| row.get(0)).optional()?)
}

pub(super) fn keep_originals(
    db: &Transaction<'_>,
    ws: i64,
    originals: &[(Identity, Vec<u8>)],
) -> Result<(), Failure> {
    let mut put = db
        .prepare_cached("INSERT OR IGNORE INTO originals (ws, message, raw) VALUES (?1, ?2, ?3)")?;
    for (message, raw) in originals {
        put.execute(params![ws, Id::from(*message), raw])?;
    }
    Ok(())
}
