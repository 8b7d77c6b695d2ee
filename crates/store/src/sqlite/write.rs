//! A commit: versions checked, rows, cursors and outbox written, in one
//! transaction.

use std::collections::BTreeSet;

use inboxlink_engine::{Changes, MessageRow, OutboxRow, Versions};
use inboxlink_model::WorkspaceId;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{
    departed, enrolments, erase, follow_ups,
    load::{Head, head},
    rules::{self, RuleCache},
    timelines,
    values::{Failure, Id, to_json},
};

pub(super) fn commit(
    connection: &mut Connection,
    changes: Changes,
    cache: &RuleCache,
) -> Result<u64, Failure> {
    let db = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let head = match head(&db, changes.workspace)? {
        Some(head) => head,
        None => found(&db, changes.workspace)?,
    };
    if head.versions != changes.expected {
        return Err(Failure::Conflict);
    }
    let ws = head.ws;
    let erased = changes.erase.is_some();
    let config_moved = i64::from(changes.config.is_some());
    let rules_moved = i64::from(!changes.rules.is_empty());
    if let Some(what) = &changes.erase {
        erase::erase(&db, ws, what)?;
    }
    settings(&db, ws, &changes)?;
    copies(&db, ws, &changes)?;
    people(&db, ws, &changes)?;
    threads(&db, ws, &changes)?;
    timelines::put_holdings(&db, ws, &changes.holdings)?;
    erase::keep_originals(&db, ws, &changes.originals)?;
    timelines::put_levels(&db, ws, &changes.thread_levels)?;
    for row in changes.messages {
        message(&db, ws, row)?;
    }
    let (seq, told) = outbox(&db, ws, &changes.outbox)?;
    for made in &changes.follow_ups {
        if told.contains(&made.id.to_bytes()) {
            follow_ups::insert(&db, ws, made)?;
        }
    }
    follow_ups::update(&db, ws, &changes.follow_up_states)?;
    enrolments::write(&db, ws, &changes.enrolments)?;
    db.prepare_cached(
        "UPDATE workspaces SET graph = graph + 1, version = version + ?2, rules = rules + ?3, seq = ?4
         WHERE ws = ?1",
    )?
    .execute(params![ws, config_moved, rules_moved, seq])?;
    db.commit()?;
    if erased {
        // The commit stands whatever becomes of this.
        let _ = erase::scrub(connection);
    }
    cache.changed(ws, head.versions.rules, changes.rules);
    Ok(seq.cast_unsigned())
}

/// Makes the workspace's own row.
fn found(db: &Transaction<'_>, workspace: WorkspaceId) -> Result<Head, Failure> {
    let config = inboxlink_engine::WorkspaceConfig::default();
    db.execute(
        "INSERT INTO workspaces (id, graph, version, rules, seq, config) VALUES (?1, 0, 0, 0, 0, ?2)",
        params![Id::from(workspace), to_json(&config)?],
    )?;
    Ok(Head {
        ws: db.last_insert_rowid(),
        versions: Versions::default(),
        config,
    })
}

fn settings(db: &Transaction<'_>, ws: i64, changes: &Changes) -> Result<(), Failure> {
    if let Some(config) = &changes.config {
        db.execute(
            "UPDATE workspaces SET config = ?2 WHERE ws = ?1",
            params![ws, to_json(config)?],
        )?;
    }
    rules::write(db, ws, &changes.rules)?;
    Ok(())
}

fn copies(db: &Transaction<'_>, ws: i64, changes: &Changes) -> Result<(), Failure> {
    departed::depart(db, ws, changes)?;
    let mut put = db.prepare_cached(
        "INSERT OR REPLACE INTO folders (ws, inbox, folder, state) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (inbox, state) in &changes.folders {
        put.execute(params![ws, Id::from(*inbox), state.id.0, to_json(state)?])?;
    }
    let mut put = db
        .prepare_cached("INSERT INTO locations VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for row in &changes.locations {
        let at = row.location;
        put.execute(params![
            ws,
            Id::from(at.inbox),
            at.folder.0,
            at.uid_validity,
            at.uid,
            Id::from(row.message),
            row.internal_date.map(|at| at.0),
            row.size.cast_signed(),
            to_json(&row.flags)?,
            row.provider_id,
        ])?;
    }
    departed::change(db, ws, changes)
}

fn people(db: &Transaction<'_>, ws: i64, changes: &Changes) -> Result<(), Failure> {
    let mut put =
        db.prepare_cached("INSERT OR IGNORE INTO participants VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in &changes.participants {
        put.execute(params![
            ws,
            row.address.as_str(),
            row.at.0,
            Id::from(row.message),
            row.role.as_str()
        ])?;
    }
    let mut put = db.prepare_cached(
        "INSERT INTO addresses (ws, address, contact, facts, decision, last)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (ws, address) DO UPDATE SET
             contact = excluded.contact, facts = excluded.facts,
             decision = excluded.decision, last = excluded.last",
    )?;
    for row in &changes.addresses {
        let contact = row.contact.map(Id::from);
        put.execute(params![
            ws,
            row.address.as_str(),
            contact,
            to_json(&row.facts)?,
            to_json(&row.decision)?,
            row.facts.last.unwrap_or_default().0,
        ])?;
    }
    let mut put = db.prepare_cached("INSERT INTO contacts VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in &changes.contacts {
        put.execute(params![
            ws,
            Id::from(row.id),
            row.address.as_str(),
            row.reason,
            row.created_at.0
        ])?;
    }
    Ok(())
}

fn threads(db: &Transaction<'_>, ws: i64, changes: &Changes) -> Result<(), Failure> {
    let mut put = db.prepare_cached("INSERT INTO nodes VALUES (?1, ?2, ?3)")?;
    for (node, thread) in &changes.nodes {
        put.execute(params![ws, Id::from(*node), Id::from(*thread)])?;
    }
    let mut put = db.prepare_cached("INSERT INTO redirects VALUES (?1, ?2, ?3)")?;
    for (thread, target) in &changes.redirects {
        put.execute(params![ws, Id::from(*thread), Id::from(*target)])?;
    }
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO aliases VALUES (?1, ?2, ?3)")?;
    for (node, message) in &changes.aliases {
        put.execute(params![ws, Id::from(*node), Id::from(*message)])?;
    }
    let mut put = db.prepare_cached("INSERT OR IGNORE INTO waiting VALUES (?1, ?2, ?3)")?;
    for row in &changes.waiting {
        put.execute(params![ws, Id::from(row.node), Id::from(row.reply)])?;
    }
    Ok(())
}

fn message(db: &Transaction<'_>, ws: i64, row: MessageRow) -> Result<(), Failure> {
    let mut facts = row.message;
    // The bodies stand in columns of their own, unescaped.
    let (text, html) = (facts.text.take(), facts.html.take());
    db.prepare_cached(
        "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        ws,
        Id::from(row.identity),
        Id::from(row.node),
        Id::from(row.thread),
        row.at.0,
        row.historical,
        to_json(&row.verdict)?,
        row.snippet,
        to_json(&facts)?,
        text,
        html,
    ])?;
    Ok(())
}

/// Writes what is told for the first time; answers the newest number, and the
/// keys of what was told.
fn outbox(
    db: &Transaction<'_>,
    ws: i64,
    rows: &[OutboxRow],
) -> Result<(i64, BTreeSet<[u8; 16]>), Failure> {
    let mut told = BTreeSet::new();
    let mut seq: i64 = db.query_row("SELECT seq FROM workspaces WHERE ws = ?1", [ws], |row| {
        row.get(0)
    })?;
    let mut put =
        db.prepare_cached("INSERT OR IGNORE INTO outbox VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for row in rows {
        if row.after.is_some_and(|after| !told.contains(&after)) {
            continue;
        }
        let inbox = row.inbox.map(Id::from);
        let key = Id(row.key);
        let written = put.execute(params![
            ws,
            seq + 1,
            key,
            row.at.0,
            row.historical,
            inbox,
            to_json(&row.kind)?
        ])?;
        if written > 0 {
            seq += 1;
            told.insert(row.key);
        }
    }
    Ok((seq, told))
}
