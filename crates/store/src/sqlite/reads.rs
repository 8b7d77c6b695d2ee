//! What is asked of a workspace outside of steps.

use std::collections::BTreeSet;

use inboxlink_engine::{
    AddressRow, Counts, Event, Export, LocationRow, StoredMessage, WorkspaceConfig,
};
use inboxlink_message::Message;
use inboxlink_model::{
    Address, FolderId, Identity, InboxId, Location, ThreadId, Timestamp, WorkspaceId,
};
use inboxlink_sync::FolderState;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};
use serde::de::DeserializeOwned;

use super::{
    contacts, departed, enrolments, follow_ups,
    load::head,
    rules,
    threads::{Roots, members},
    timelines,
    values::{Failure, Id, from_json},
};

/// The workspace's number; `None` where nothing was ever committed to it.
pub(super) fn number(db: &Connection, workspace: WorkspaceId) -> Result<Option<i64>, Failure> {
    let mut find = db.prepare_cached("SELECT ws FROM workspaces WHERE id = ?1")?;
    Ok(find
        .query_row([Id::from(workspace)], |row| row.get(0))
        .optional()?)
}

/// All rows of a query, each read by `read`.
pub(super) fn all<T>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read(row)?);
    }
    Ok(out)
}

pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, Failure> {
    from_json(
        row.get_ref(column)?
            .as_str()
            .map_err(rusqlite::Error::from)?,
    )
}

pub(super) fn id<T: From<Id>>(row: &Row<'_>, column: usize) -> Result<T, Failure> {
    Ok(row.get::<_, Id>(column)?.into())
}

pub(super) fn config(db: &Connection, workspace: WorkspaceId) -> Result<WorkspaceConfig, Failure> {
    Ok(head(db, workspace)?
        .map(|head| head.config)
        .unwrap_or_default())
}

pub(super) fn folders(
    db: &Connection,
    workspace: WorkspaceId,
    inbox: InboxId,
) -> Result<Vec<FolderState>, Failure> {
    number(db, workspace)?.map_or(Ok(Vec::new()), |ws| folders_of(db, ws, inbox))
}

pub(super) fn folders_of(
    db: &Connection,
    ws: i64,
    inbox: InboxId,
) -> Result<Vec<FolderState>, Failure> {
    let sql = "SELECT state FROM folders WHERE ws = ?1 AND inbox = ?2 ORDER BY folder";
    all(db, sql, params![ws, Id::from(inbox)], |row| json(row, 0))
}

pub(super) fn address(row: &Row<'_>, column: usize) -> Result<Address, Failure> {
    let text: String = row.get(column)?;
    Address::new(&text).map_err(|error| Failure::Json(serde::de::Error::custom(error)))
}

const MESSAGE: &str = "SELECT identity, node, thread, at, historical, verdict, snippet, facts, text, html FROM messages";

/// For a line of a timeline: the bodies only where the snippet has still to
/// be made from them.
const ENTRY: &str = "SELECT identity, node, thread, at, historical, verdict, snippet, facts,
    iif(snippet IS NULL, text, NULL), iif(snippet IS NULL, html, NULL) FROM messages";

fn message_row(
    db: &Connection,
    ws: i64,
    row: &Row<'_>,
    roots: &mut Roots<'_>,
) -> Result<StoredMessage, Failure> {
    let identity: Identity = id(row, 0)?;
    let facts: Message = json(row, 7)?;
    let locations = locations_of(db, ws, identity)?;
    Ok(StoredMessage {
        identity,
        node: id(row, 1)?,
        thread: roots.root(id(row, 2)?)?,
        at: Timestamp(row.get(3)?),
        historical: row.get(4)?,
        verdict: json(row, 5)?,
        snippet: row.get(6)?,
        message: Message {
            text: row.get(8)?,
            html: row.get(9)?,
            ..facts
        },
        deleted: locations.is_empty() && departed::is_deleted(db, ws, identity)?,
        locations,
        inboxes: timelines::holders(db, ws, identity)?,
    })
}

/// Where a message's copies lie.
pub(super) fn locations_of(
    db: &Connection,
    ws: i64,
    message: Identity,
) -> Result<Vec<Location>, Failure> {
    let sql = "SELECT inbox, folder, uid_validity, uid FROM locations
               WHERE ws = ?1 AND message = ?2 ORDER BY inbox, folder, uid_validity, uid";
    all(db, sql, params![ws, Id::from(message)], location)
}

pub(super) fn location(row: &Row<'_>) -> Result<Location, Failure> {
    let (folder, uid_validity, uid) = (FolderId(row.get(1)?), row.get(2)?, row.get(3)?);
    Ok(Location {
        inbox: id(row, 0)?,
        folder,
        uid_validity,
        uid,
    })
}

pub(super) fn message_of(
    db: &Connection,
    ws: i64,
    identity: Identity,
) -> Result<Option<StoredMessage>, Failure> {
    let mut roots = Roots::new(db, ws);
    let sql = format!("{MESSAGE} WHERE ws = ?1 AND identity = ?2");
    let rows = all(db, &sql, params![ws, Id::from(identity)], |row| {
        message_row(db, ws, row, &mut roots)
    })?;
    Ok(rows.into_iter().next())
}

pub(super) fn entry_of(
    db: &Connection,
    ws: i64,
    identity: Identity,
    roots: &mut Roots<'_>,
) -> Result<Option<StoredMessage>, Failure> {
    let sql = format!("{ENTRY} WHERE ws = ?1 AND identity = ?2");
    let rows = all(db, &sql, params![ws, Id::from(identity)], |row| {
        message_row(db, ws, row, roots)
    })?;
    Ok(rows.into_iter().next())
}

pub(super) fn message(
    db: &Connection,
    workspace: WorkspaceId,
    identity: Identity,
) -> Result<Option<StoredMessage>, Failure> {
    number(db, workspace)?.map_or(Ok(None), |ws| message_of(db, ws, identity))
}

pub(super) fn thread(
    db: &Connection,
    workspace: WorkspaceId,
    thread: ThreadId,
) -> Result<Vec<StoredMessage>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(Vec::new());
    };
    let mut roots = Roots::new(db, ws);
    let root = roots.root(thread)?;
    let sql = format!("{MESSAGE} WHERE ws = ?1 AND thread = ?2");
    let mut messages = Vec::new();
    for member in members(db, ws, root)? {
        let key = params![ws, Id::from(member)];
        messages.extend(all(db, &sql, key, |row| {
            message_row(db, ws, row, &mut roots)
        })?);
    }
    messages.sort_by_key(|message| (message.at, message.identity));
    Ok(messages)
}

pub(super) fn events(
    db: &Connection,
    workspace: WorkspaceId,
    after: u64,
    limit: usize,
) -> Result<Vec<Event>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(Vec::new());
    };
    let sql = "SELECT seq, at, historical, inbox, kind FROM outbox WHERE ws = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3";
    let key = params![
        ws,
        i64::try_from(after).unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX)
    ];
    all(db, sql, key, |row| {
        Ok(Event {
            seq: row.get::<_, i64>(0)?.cast_unsigned(),
            at: Timestamp(row.get(1)?),
            historical: row.get(2)?,
            inbox: row.get::<_, Option<Id>>(3)?.map(Into::into),
            kind: json(row, 4)?,
        })
    })
}

pub(super) fn newest_event(db: &Connection, workspace: WorkspaceId) -> Result<u64, Failure> {
    let mut find = db.prepare_cached("SELECT seq FROM workspaces WHERE id = ?1")?;
    let seq: Option<i64> = find
        .query_row([Id::from(workspace)], |row| row.get(0))
        .optional()?;
    Ok(seq.unwrap_or(0).cast_unsigned())
}

pub(super) fn counts(db: &Connection, workspace: WorkspaceId) -> Result<Counts, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(Counts::default());
    };
    let count = |sql: &str| {
        db.query_row(sql, [ws], |row| row.get::<_, i64>(0))
            .map(i64::cast_unsigned)
    };
    let mut roots = Roots::new(db, ws);
    let sql = "SELECT DISTINCT thread FROM messages WHERE ws = ?1";
    let threads: BTreeSet<ThreadId> = all(db, sql, [ws], |row| roots.root(id(row, 0)?))?
        .into_iter()
        .collect();
    Ok(Counts {
        messages: count("SELECT count(*) FROM messages WHERE ws = ?1")?,
        threads: threads.len() as u64,
        contacts: count("SELECT count(*) FROM contacts WHERE ws = ?1")?,
    })
}

pub(super) fn export(db: &mut Connection, workspace: WorkspaceId) -> Result<Export, Failure> {
    // One snapshot of all tables.
    let db = db.transaction()?;
    let Some(head) = head(&db, workspace)? else {
        return Ok(Export::default());
    };
    let ws = head.ws;
    let mut roots = Roots::new(&db, ws);
    Ok(Export {
        config: head.config,
        rules: rules::read(&db, ws)?,
        folders: all(&db, "SELECT inbox, state FROM folders WHERE ws = ?1 ORDER BY inbox, folder", [ws], |row| {
            Ok((id(row, 0)?, json::<FolderState>(row, 1)?))
        })?,
        messages: all(&db, &format!("{MESSAGE} WHERE ws = ?1 ORDER BY identity"), [ws], |row| {
            message_row(&db, ws, row, &mut roots)
        })?,
        departed: departed::export(&db, ws)?,
        locations: all(
            &db,
            "SELECT inbox, folder, uid_validity, uid, message, internal_date, size, flags, provider_id
             FROM locations WHERE ws = ?1 ORDER BY inbox, folder, uid_validity, uid",
            [ws],
            |row| {
                Ok(LocationRow {
                    location: location(row)?,
                    message: id(row, 4)?,
                    internal_date: row.get::<_, Option<i64>>(5)?.map(Timestamp),
                    size: row.get::<_, i64>(6)?.cast_unsigned(),
                    flags: json(row, 7)?,
                    provider_id: row.get(8)?,
                })
            },
        )?,
        addresses: all(
            &db,
            "SELECT address, contact, facts, decision FROM addresses WHERE ws = ?1 ORDER BY address",
            [ws],
            |row| {
                Ok(AddressRow {
                    address: address(row, 0)?,
                    contact: row.get::<_, Option<Id>>(1)?.map(Into::into),
                    facts: json(row, 2)?,
                    decision: json(row, 3)?,
                })
            },
        )?,
        contacts: contacts::rows(&db, ws)?,
        thread_levels: timelines::all_levels(&db, ws)?,
        follow_ups: follow_ups::export(&db, ws)?,
        enrolments: enrolments::export(&db, ws)?,
        events: events(&db, workspace, 0, usize::MAX)?,
    })
}
