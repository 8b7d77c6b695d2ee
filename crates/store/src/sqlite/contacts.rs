//! Contacts as a CRM reads them: by id, by address, as lists.

use inboxlink_contacts::AddressFacts;
use inboxlink_engine::{ContactPlace, ContactRow, ContactView, Page};
use inboxlink_model::{Address, ContactId, InboxId, Timestamp, WorkspaceId};
use rusqlite::{Connection, Row, params};

use super::{
    reads::{address, all, id, json, number},
    values::{Failure, Id},
};

const CONTACT: &str = "SELECT id, address, reason, created_at FROM contacts";

fn read(row: &Row<'_>) -> Result<ContactRow, Failure> {
    Ok(ContactRow {
        id: id(row, 0)?,
        address: address(row, 1)?,
        reason: row.get(2)?,
        created_at: Timestamp(row.get(3)?),
    })
}

/// Every contact's row, by id.
pub(super) fn rows(db: &Connection, ws: i64) -> Result<Vec<ContactRow>, Failure> {
    let sql = format!("{CONTACT} WHERE ws = ?1 ORDER BY id");
    all(db, &sql, [ws], read)
}

fn view(db: &Connection, ws: i64, row: &ContactRow) -> Result<ContactView, Failure> {
    let sql =
        "SELECT address, facts FROM addresses WHERE ws = ?1 AND contact = ?2 ORDER BY address";
    let addresses: Vec<(Address, AddressFacts)> =
        all(db, sql, params![ws, Id::from(row.id)], |row| {
            Ok((address(row, 0)?, json(row, 1)?))
        })?;
    Ok(ContactView::new(
        row,
        addresses.iter().map(|(address, facts)| (address, facts)),
    ))
}

/// Those of an inbox's mail whom no contact belongs to.
pub(super) fn without(
    db: &Connection,
    workspace: WorkspaceId,
    inbox: InboxId,
    after: Option<Address>,
    limit: usize,
) -> Result<Vec<Address>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(Vec::new());
    };
    let after = after.as_ref().map_or("", Address::as_str);
    let sql = "SELECT address FROM addresses a
         WHERE ws = ?1 AND address > ?2 AND contact IS NULL AND EXISTS (
             SELECT 1 FROM participants p JOIN locations l ON l.ws = p.ws AND l.message = p.message
             WHERE p.ws = ?1 AND p.address = a.address AND l.inbox = ?3)
         ORDER BY address LIMIT ?4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    all(db, sql, params![ws, after, Id::from(inbox), limit], |row| {
        address(row, 0)
    })
}

pub(super) fn list(
    db: &Connection,
    workspace: WorkspaceId,
    after: Option<ContactId>,
    limit: usize,
) -> Result<Page<ContactView, ContactId>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    // An empty blob sorts before every id.
    let after = after
        .map(|after| after.to_bytes().to_vec())
        .unwrap_or_default();
    let sql = format!("{CONTACT} WHERE ws = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
    let mut rows = all(
        db,
        &sql,
        params![ws, after, limit.saturating_add(1) as i64],
        read,
    )?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let items = rows
        .iter()
        .map(|row| view(db, ws, row))
        .collect::<Result<Vec<_>, _>>()?;
    let next = items.last().map(|last| last.id).filter(|_| more);
    Ok(Page { items, next })
}

pub(super) fn one(
    db: &Connection,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Option<ContactView>, Failure> {
    number(db, workspace)?.map_or(Ok(None), |ws| by_id(db, ws, contact))
}

fn by_id(db: &Connection, ws: i64, contact: ContactId) -> Result<Option<ContactView>, Failure> {
    let sql = format!("{CONTACT} WHERE ws = ?1 AND id = ?2");
    let rows = all(db, &sql, params![ws, Id::from(contact)], read)?;
    rows.first().map(|row| view(db, ws, row)).transpose()
}

pub(super) fn recent(
    db: &Connection,
    workspace: WorkspaceId,
    search: &str,
    before: Option<ContactPlace>,
    limit: usize,
) -> Result<Page<ContactView, ContactPlace>, Failure> {
    let mut items: Vec<ContactView> = Vec::new();
    let mut more = false;
    if let Some(ws) = number(db, workspace)? {
        let (at, id_before) = before.unwrap_or((Timestamp(i64::MAX), ContactId::new(u128::MAX)));
        // By the index `addresses_by_last`: rows are read until the page is full.
        let mut walk = db.prepare_cached(
            "SELECT contact, last FROM addresses
             WHERE ws = ?1 AND contact IS NOT NULL AND last <= ?2
             ORDER BY last DESC, contact DESC",
        )?;
        let mut rows = walk.query(params![ws, at.0])?;
        while let Some(row) = rows.next()? {
            let place: ContactPlace = (Timestamp(row.get(1)?), id(row, 0)?);
            let listed = items.last().is_some_and(|last| last.id == place.1);
            if place >= (at, id_before) || listed {
                continue;
            }
            // Of several addresses the one seen last gives the place.
            let Some(view) = by_id(db, ws, place.1)?
                .filter(|view| view.place() == place && view.matches(search))
            else {
                continue;
            };
            more = items.len() == limit;
            if more {
                break;
            }
            items.push(view);
        }
    }
    let next = items.last().map(ContactView::place).filter(|_| more);
    Ok(Page { items, next })
}

pub(super) fn of_address(
    db: &Connection,
    workspace: WorkspaceId,
    address: &Address,
) -> Result<Option<ContactView>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(None);
    };
    let sql = format!(
        "{CONTACT} WHERE ws = ?1 AND id = (SELECT contact FROM addresses WHERE ws = ?1 AND address = ?2)"
    );
    let rows = all(db, &sql, params![ws, address.as_str()], read)?;
    rows.first().map(|row| view(db, ws, row)).transpose()
}
