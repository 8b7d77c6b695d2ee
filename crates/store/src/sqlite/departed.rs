//! Copies that come and go: what a visit changed of those that are stored.

use inboxlink_engine::{Changes, Departed, DepartedCopy, LocationRow};
use inboxlink_model::{FolderId, Identity, InboxId, Location, Timestamp, WorkspaceId};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    reads::{self, all, id, json},
    values::{Failure, Id, to_json},
};

/// Takes away the copies that are gone and keeps them as departed.
pub(super) fn depart(db: &Connection, ws: i64, changes: &Changes) -> Result<(), Failure> {
    const KEEP: &str = "INSERT OR REPLACE INTO departed
        SELECT ws, inbox, folder, uid_validity, uid, message, internal_date, size, provider_id, 0
        FROM locations WHERE ws = ?1 AND inbox = ?2 AND folder = ?3";
    for (inbox, folder, uid_validity) in &changes.forgotten {
        let others = params![ws, Id::from(*inbox), folder.0, uid_validity];
        db.execute(&format!("{KEEP} AND uid_validity <> ?4"), others)?;
        db.execute(
            "DELETE FROM locations
             WHERE ws = ?1 AND inbox = ?2 AND folder = ?3 AND uid_validity <> ?4",
            others,
        )?;
    }
    let mut keep = db.prepare_cached(&format!("{KEEP} AND uid_validity = ?4 AND uid = ?5"))?;
    let mut remove = db.prepare_cached(
        "DELETE FROM locations
         WHERE ws = ?1 AND inbox = ?2 AND folder = ?3 AND uid_validity = ?4 AND uid = ?5",
    )?;
    for at in &changes.gone {
        let inbox = Id::from(at.inbox);
        let key = params![ws, inbox, at.folder.0, at.uid_validity, at.uid];
        keep.execute(key)?;
        remove.execute(key)?;
    }
    Ok(())
}

/// Writes flags, what came back, and what was settled.
pub(super) fn change(db: &Connection, ws: i64, changes: &Changes) -> Result<(), Failure> {
    let mut put = db.prepare_cached(
        "UPDATE locations SET flags = ?6
         WHERE ws = ?1 AND inbox = ?2 AND folder = ?3 AND uid_validity = ?4 AND uid = ?5",
    )?;
    for (at, flags) in &changes.flags {
        let (inbox, flags) = (Id::from(at.inbox), to_json(flags)?);
        put.execute(params![
            ws,
            inbox,
            at.folder.0,
            at.uid_validity,
            at.uid,
            flags
        ])?;
    }
    let mut back = db.prepare_cached(
        "UPDATE departed SET told = 2 WHERE ws = ?1 AND message = ?2 AND told = 1",
    )?;
    for message in &changes.returned {
        back.execute(params![ws, Id::from(*message)])?;
    }
    let at = "ws = ?1 AND inbox = ?2 AND folder = ?3 AND uid_validity = ?4 AND uid = ?5";
    let mut told = db.prepare_cached(&format!("UPDATE departed SET told = 1 WHERE {at}"))?;
    let mut forget = db.prepare_cached(&format!("DELETE FROM departed WHERE {at}"))?;
    for settled in &changes.settled {
        let at = settled.from;
        let key = params![ws, Id::from(at.inbox), at.folder.0, at.uid_validity, at.uid];
        match settled.deleted {
            true => told.execute(key)?,
            false => forget.execute(key)?,
        };
    }
    Ok(())
}

const ROW: &str = "SELECT inbox, folder, uid_validity, uid, message, told FROM departed";

fn row(db: &Connection, ws: i64, row: &rusqlite::Row<'_>) -> Result<Departed, Failure> {
    let message: Identity = id(row, 4)?;
    Ok(Departed {
        from: reads::location(row)?,
        message,
        returned: row.get::<_, i64>(5)? == 2,
        now: reads::locations_of(db, ws, message)?,
    })
}

/// The copies of an inbox of which it was not told what became of them.
pub(super) fn untold(
    db: &Connection,
    ws: i64,
    inbox: InboxId,
    limit: usize,
) -> Result<Vec<Departed>, Failure> {
    let sql = format!(
        "{ROW} WHERE ws = ?1 AND inbox = ?2 AND told <> 1
         ORDER BY folder, uid_validity, uid LIMIT ?3"
    );
    let key = params![ws, Id::from(inbox), limit as i64];
    all(db, &sql, key, |found| row(db, ws, found))
}

/// All of a workspace's, to export.
pub(super) fn export(db: &Connection, ws: i64) -> Result<Vec<Departed>, Failure> {
    let sql = format!("{ROW} WHERE ws = ?1");
    all(db, &sql, [ws], |found| row(db, ws, found))
}

/// Whether a message that lies nowhere was told to be deleted.
pub(super) fn is_deleted(db: &Connection, ws: i64, message: Identity) -> Result<bool, Failure> {
    let mut find =
        db.prepare_cached("SELECT 1 FROM departed WHERE ws = ?1 AND message = ?2 AND told = 1")?;
    Ok(find.exists(params![ws, Id::from(message)])?)
}

/// What is stored of copies.
pub(super) fn copies<'a>(
    db: &Connection,
    ws: i64,
    wanted: impl IntoIterator<Item = &'a Location>,
) -> Result<Vec<LocationRow>, Failure> {
    let mut found = Vec::new();
    let mut find = db.prepare_cached(
        "SELECT message, internal_date, size, flags, provider_id FROM locations
         WHERE ws = ?1 AND inbox = ?2 AND folder = ?3 AND uid_validity = ?4 AND uid = ?5",
    )?;
    for at in wanted {
        let key = params![ws, Id::from(at.inbox), at.folder.0, at.uid_validity, at.uid];
        let mut rows = find.query(key)?;
        if let Some(row) = rows.next()? {
            found.push(LocationRow {
                location: *at,
                message: id(row, 0)?,
                internal_date: row.get::<_, Option<i64>>(1)?.map(Timestamp),
                size: row.get::<_, i64>(2)?.cast_unsigned(),
                flags: json(row, 3)?,
                provider_id: row.get(4)?,
            });
        }
    }
    Ok(found)
}

/// What the departed copies of a folder are recognised by.
pub(super) fn of_folder(
    db: &Connection,
    workspace: WorkspaceId,
    inbox: InboxId,
    folder: FolderId,
    limit: usize,
) -> Result<Vec<DepartedCopy>, Failure> {
    let Some(ws) = reads::number(db, workspace)? else {
        return Ok(Vec::new());
    };
    let mut facts =
        db.prepare_cached("SELECT facts FROM messages WHERE ws = ?1 AND identity = ?2")?;
    let sql = "SELECT message, internal_date, size, provider_id FROM departed
               WHERE ws = ?1 AND inbox = ?2 AND folder = ?3 AND told <> 1
               ORDER BY uid_validity, uid LIMIT ?4";
    let key = params![ws, Id::from(inbox), folder.0, limit as i64];
    let found = all(db, sql, key, |row| {
        let message: Identity = id(row, 0)?;
        let key = params![ws, Id::from(message)];
        let digest = facts.query_row(key, |row| row.get::<_, String>(0));
        let Some(facts) = digest.optional()? else {
            return Ok(None);
        };
        let message_facts: inboxlink_message::Message = super::values::from_json(&facts)?;
        Ok(Some(DepartedCopy {
            message,
            header_digest: message_facts.header_digest,
            internal_date: row.get::<_, Option<i64>>(1)?.map(Timestamp),
            size: row.get::<_, i64>(2)?.cast_unsigned(),
            provider_id: row.get(3)?,
        }))
    })?;
    Ok(found.into_iter().flatten().collect())
}
