//! Timelines: of a contact, of an inbox, and what is kept for them.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    AddressRow, HoldingRow, Page, StoredMessage, ThreadLevel, ThreadLevelRow, TimelinePage,
    TimelinePlace,
};
use inboxlink_model::{Address, ContactId, Identity, InboxId, ThreadId, Timestamp, WorkspaceId};
use inboxlink_timeline::Visibility;
use rusqlite::{Connection, Transaction, params};

use super::{
    load,
    reads::{all, entry_of, id, json, number},
    threads::{Roots, members},
    values::{Failure, Id, to_json},
};

const NOWHERE: TimelinePage = Page {
    items: Vec::new(),
    next: None,
};

pub(super) fn of_contact(
    db: &Connection,
    workspace: WorkspaceId,
    contact: ContactId,
    before: Option<TimelinePlace>,
    limit: usize,
) -> Result<TimelinePage, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(NOWHERE);
    };
    let (at, identity) = before.unwrap_or(END);
    let sql = "SELECT address FROM addresses WHERE ws = ?1 AND contact = ?2";
    let addresses: Vec<String> = all(db, sql, params![ws, Id::from(contact)], |row| {
        Ok(row.get(0)?)
    })?;
    // The first places of each address hold the first places of all.
    let mut places = BTreeSet::new();
    for address in addresses {
        let sql = "SELECT DISTINCT at, message FROM participants
                   WHERE ws = ?1 AND address = ?2 AND (at, message) < (?3, ?4)
                   ORDER BY at DESC, message DESC LIMIT ?5";
        let key = params![ws, address, at.0, Id::from(identity), one_more(limit)];
        places.extend(all(db, sql, key, |row| {
            Ok((Timestamp(row.get(0)?), id(row, 1)?))
        })?);
    }
    page(db, ws, places, limit)
}

pub(super) fn of_inbox(
    db: &Connection,
    workspace: WorkspaceId,
    inbox: InboxId,
    before: Option<TimelinePlace>,
    limit: usize,
) -> Result<TimelinePage, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(NOWHERE);
    };
    let (at, identity) = before.unwrap_or(END);
    let sql = "SELECT at, message FROM holdings
               WHERE ws = ?1 AND inbox = ?2 AND (at, message) < (?3, ?4)
               ORDER BY at DESC, message DESC LIMIT ?5";
    let key = params![
        ws,
        Id::from(inbox),
        at.0,
        Id::from(identity),
        one_more(limit)
    ];
    let places = all(db, sql, key, |row| {
        Ok((Timestamp(row.get(0)?), id(row, 1)?))
    })?;
    page(db, ws, places.into_iter().collect(), limit)
}

/// After the end of every timeline.
const END: TimelinePlace = (Timestamp(i64::MAX), Identity::new(u128::MAX));

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX)
}

/// The newest of the places, and whether there are more.
fn page(
    db: &Connection,
    ws: i64,
    places: BTreeSet<TimelinePlace>,
    limit: usize,
) -> Result<TimelinePage, Failure> {
    let more = places.len() > limit;
    let mut items = Vec::new();
    let mut next = None;
    let mut roots = Roots::new(db, ws);
    for place in places.into_iter().rev().take(limit) {
        next = Some(place).filter(|_| more);
        let entry = entry_of(db, ws, place.1, &mut roots)?;
        // An inbox's own copy may stand at another moment.
        items.extend(entry.map(|entry| StoredMessage {
            at: place.0,
            ..entry
        }));
    }
    Ok(Page { items, next })
}

/// Which inboxes hold a message.
pub(super) fn holders(
    db: &Connection,
    ws: i64,
    message: Identity,
) -> Result<Vec<InboxId>, Failure> {
    let sql = "SELECT inbox FROM holdings WHERE ws = ?1 AND message = ?2 ORDER BY inbox";
    all(db, sql, params![ws, Id::from(message)], |row| id(row, 0))
}

pub(super) fn put_holdings(
    db: &Transaction<'_>,
    ws: i64,
    rows: &[HoldingRow],
) -> Result<(), Failure> {
    let mut put = db.prepare_cached(
        "INSERT OR IGNORE INTO holdings (ws, message, inbox, at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for row in rows {
        let (message, inbox) = (Id::from(row.message), Id::from(row.inbox));
        put.execute(params![ws, message, inbox, row.at.0])?;
    }
    Ok(())
}

pub(super) fn keep_snippets(
    db: &mut Connection,
    workspace: WorkspaceId,
    snippets: &[(Identity, String)],
) -> Result<(), Failure> {
    let db = db.transaction()?;
    let Some(ws) = number(&db, workspace)? else {
        return Ok(());
    };
    let mut put = db.prepare_cached(
        "UPDATE messages SET snippet = ?3 WHERE ws = ?1 AND identity = ?2 AND snippet IS NULL",
    )?;
    for (message, snippet) in snippets {
        put.execute(params![ws, Id::from(*message), snippet])?;
    }
    drop(put);
    Ok(db.commit()?)
}

pub(super) fn put_levels(
    db: &Transaction<'_>,
    ws: i64,
    rows: &[ThreadLevelRow],
) -> Result<(), Failure> {
    for row in rows {
        let root = Roots::new(db, ws).root(row.thread)?;
        for thread in members(db, ws, root)? {
            db.execute(
                "DELETE FROM thread_levels WHERE ws = ?1 AND thread = ?2 AND owner = ?3",
                params![ws, Id::from(thread), Id::from(row.owner)],
            )?;
        }
        if let Some(level) = row.level {
            db.execute(
                "INSERT INTO thread_levels (ws, thread, owner, level) VALUES (?1, ?2, ?3, ?4)",
                params![ws, Id::from(root), Id::from(row.owner), to_json(&level)?],
            )?;
        }
    }
    Ok(())
}

pub(super) fn levels(
    db: &Connection,
    workspace: WorkspaceId,
    threads: &BTreeSet<ThreadId>,
) -> Result<BTreeMap<ThreadId, Vec<ThreadLevel>>, Failure> {
    let mut found = BTreeMap::new();
    let Some(ws) = number(db, workspace)? else {
        return Ok(found);
    };
    // Most workspaces have none.
    let mut any = db.prepare_cached("SELECT 1 FROM thread_levels WHERE ws = ?1 LIMIT 1")?;
    if !any.exists([ws])? {
        return Ok(found);
    }
    let mut roots = Roots::new(db, ws);
    for thread in threads {
        let mut said: BTreeMap<_, Visibility> = BTreeMap::new();
        for member in members(db, ws, roots.root(*thread)?)? {
            let sql = "SELECT owner, level FROM thread_levels WHERE ws = ?1 AND thread = ?2";
            for (owner, level) in all(db, sql, params![ws, Id::from(member)], |row| {
                Ok((id(row, 0)?, json(row, 1)?))
            })? {
                let least = said.entry(owner).or_insert(level);
                *least = level.min(*least);
            }
        }
        if !said.is_empty() {
            let said = said.into_iter();
            let said = said.map(|(owner, level)| ThreadLevel { owner, level });
            found.insert(*thread, said.collect());
        }
    }
    Ok(found)
}

/// What is known of addresses.
pub(super) fn addresses(
    db: &Connection,
    workspace: WorkspaceId,
    wanted: &BTreeSet<Address>,
) -> Result<BTreeMap<Address, AddressRow>, Failure> {
    number(db, workspace)?.map_or(Ok(BTreeMap::new()), |ws| load::addresses(db, ws, wanted))
}

/// Every level that was said, for an export.
pub(super) fn all_levels(db: &Connection, ws: i64) -> Result<Vec<ThreadLevelRow>, Failure> {
    let sql = "SELECT thread, owner, level FROM thread_levels WHERE ws = ?1 ORDER BY thread, owner";
    all(db, sql, [ws], |row| {
        Ok(ThreadLevelRow {
            thread: id(row, 0)?,
            owner: id(row, 1)?,
            level: Some(json(row, 2)?),
        })
    })
}
