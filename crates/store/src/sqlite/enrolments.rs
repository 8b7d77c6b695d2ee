//! What waits for an answer: its table, and what is known around it.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    Conversation, Enrolled, EnrolmentPage, Keys, Page, Said,
    limits::{CONVERSATION_MAILS, WAITS_AT_ONCE},
};
use inboxlink_message::Message;
use inboxlink_model::{Address, EnrolmentId, NodeId, ThreadId, Timestamp, WorkspaceId};
use rusqlite::{Connection, Transaction, params};

use super::{
    reads::{address, all, id, json, number},
    threads::{Roots, members},
    values::{Failure, Id, to_json},
};

const ENROLLED: &str = "SELECT enrolled FROM enrolments";

/// The threads that some nodes are in now, each with all its ids.
pub(super) fn threads_of(
    db: &Connection,
    ws: i64,
    nodes: &BTreeSet<NodeId>,
) -> Result<BTreeMap<ThreadId, BTreeSet<ThreadId>>, Failure> {
    let mut roots = Roots::new(db, ws);
    let mut found = BTreeMap::new();
    for node in nodes {
        if let Some(root) = roots.of_node(*node)?
            && !found.contains_key(&root)
        {
            found.insert(root, members(db, ws, root)?);
        }
    }
    Ok(found)
}

/// The waits that are open in these threads, that are due, or that were asked
/// for, each with the thread it is in now.
pub(super) fn around(
    db: &Connection,
    ws: i64,
    keys: &Keys,
    threads: &BTreeMap<ThreadId, BTreeSet<ThreadId>>,
) -> Result<Vec<Enrolled>, Failure> {
    let mut found: BTreeMap<EnrolmentId, Enrolled> = BTreeMap::new();
    let mut add = |rows: Vec<Enrolled>| found.extend(rows.into_iter().map(|row| (row.id(), row)));
    let sql = format!("{ENROLLED} WHERE ws = ?1 AND thread = ?2 AND open");
    for thread in threads.values().flatten() {
        add(all(db, &sql, params![ws, Id::from(*thread)], |row| {
            json(row, 0)
        })?);
    }
    let sql = format!("{ENROLLED} WHERE ws = ?1 AND id = ?2");
    for wanted in &keys.enrolments {
        add(all(db, &sql, params![ws, Id::from(*wanted)], |row| {
            json(row, 0)
        })?);
    }
    if let Some(until) = keys.due {
        let sql = format!("{ENROLLED} WHERE ws = ?1 AND due <= ?2 ORDER BY due, id LIMIT ?3");
        let limit = i64::try_from(WAITS_AT_ONCE).unwrap_or(i64::MAX);
        add(all(db, &sql, params![ws, until.0, limit], |row| {
            json(row, 0)
        })?);
    }
    let mut roots = Roots::new(db, ws);
    for row in found.values_mut() {
        row.thread = roots.root(row.thread)?;
    }
    Ok(found.into_values().collect())
}

/// Threads with their newest mails.
pub(super) fn conversations(
    db: &Connection,
    ws: i64,
    threads: &BTreeMap<ThreadId, BTreeSet<ThreadId>>,
) -> Result<BTreeMap<ThreadId, Conversation>, Failure> {
    let mut found = BTreeMap::new();
    for (root, ids) in threads {
        let mut mails = Vec::new();
        for thread in ids {
            let limit = i64::try_from(CONVERSATION_MAILS).unwrap_or(i64::MAX);
            let sql = "SELECT identity, node, at, verdict, facts FROM messages
                       WHERE ws = ?1 AND thread = ?2 ORDER BY at DESC, identity DESC LIMIT ?3";
            mails.extend(all(
                db,
                sql,
                params![ws, Id::from(*thread), limit],
                |row| {
                    let message: Message = json(row, 4)?;
                    let at = Timestamp(row.get(2)?);
                    Ok(Said::new(
                        id(row, 0)?,
                        id(row, 1)?,
                        at,
                        &json(row, 3)?,
                        &message,
                    ))
                },
            )?);
        }
        mails.sort_by_key(|said| std::cmp::Reverse((said.at, said.mail)));
        mails.truncate(CONVERSATION_MAILS);
        let ids = ids.clone();
        found.insert(*root, Conversation { ids, mails });
    }
    Ok(found)
}

/// The other addresses of those whom some addresses belong to.
pub(super) fn kin(
    db: &Connection,
    ws: i64,
    addresses: &BTreeSet<&Address>,
) -> Result<BTreeMap<Address, BTreeSet<Address>>, Failure> {
    let mut found: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    let sql = "SELECT other.address FROM addresses AS it
               JOIN addresses AS other ON other.ws = it.ws AND other.contact = it.contact
               WHERE it.ws = ?1 AND it.address = ?2 AND other.address <> it.address";
    for of in addresses {
        let others = all(db, sql, params![ws, of.as_str()], |row| address(row, 0))?;
        if !others.is_empty() {
            found.insert((*of).clone(), others.into_iter().collect());
        }
    }
    Ok(found)
}

pub(super) fn write(db: &Transaction<'_>, ws: i64, rows: &[Enrolled]) -> Result<(), Failure> {
    let mut put = db.prepare_cached(
        "INSERT OR REPLACE INTO enrolments (ws, id, thread, open, due, created_at, enrolled)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for row in rows {
        put.execute(params![
            ws,
            Id::from(row.id()),
            Id::from(row.thread),
            row.enrolment.is_open(),
            row.due.map(|due| due.0),
            row.created_at.0,
            to_json(row)?,
        ])?;
    }
    Ok(())
}

pub(super) fn list(
    db: &Connection,
    workspace: WorkspaceId,
    before: Option<(Timestamp, EnrolmentId)>,
    limit: usize,
) -> Result<EnrolmentPage, Failure> {
    let none = Page {
        items: Vec::new(),
        next: None,
    };
    let Some(ws) = number(db, workspace)? else {
        return Ok(none);
    };
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), EnrolmentId::new(u128::MAX)));
    let sql = format!(
        "{ENROLLED} WHERE ws = ?1 AND (created_at, id) < (?2, ?3)
         ORDER BY created_at DESC, id DESC LIMIT ?4"
    );
    let key = params![ws, at.0, Id::from(id), limit.saturating_add(1) as i64];
    let mut items: Vec<Enrolled> = all(db, &sql, key, |row| json(row, 0))?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().map(|last| (last.created_at, last.id()));
    Ok(Page {
        next: next.filter(|_| more),
        items,
    })
}

pub(super) fn next_due(
    db: &Connection,
    workspace: WorkspaceId,
) -> Result<Option<Timestamp>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(None);
    };
    let mut find = db.prepare_cached("SELECT min(due) FROM enrolments WHERE ws = ?1")?;
    Ok(find
        .query_row([ws], |row| row.get::<_, Option<i64>>(0))?
        .map(Timestamp))
}

pub(super) fn export(db: &Connection, ws: i64) -> Result<Vec<Enrolled>, Failure> {
    let sql = format!("{ENROLLED} WHERE ws = ?1 ORDER BY id");
    all(db, &sql, [ws], |row| json(row, 0))
}
