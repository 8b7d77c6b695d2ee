//! Follow-ups: their table, read and written.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{FollowUp, FollowUpPage, Keys, Neighbourhood, Page, correspondents};
use inboxlink_model::{Address, FollowUpId, InboxId, NodeId, RuleId, Timestamp, WorkspaceId};
use inboxlink_replies::followup::FollowUpState;
use rusqlite::{Connection, Row, Transaction, params};

use super::{
    reads::{address, all, id, json, number},
    values::{Failure, Id, to_json},
};

const FOLLOW_UP: &str = "SELECT id, rule, inbox, answers, author, contact, message, mail, state, created_at, node FROM follow_ups";

fn follow_up(row: &Row<'_>) -> Result<FollowUp, Failure> {
    Ok(FollowUp {
        id: id(row, 0)?,
        rule: id(row, 1)?,
        inbox: id(row, 2)?,
        answers: id(row, 3)?,
        author: address(row, 4)?,
        contact: row.get::<_, Option<Id>>(5)?.map(Into::into),
        message: id(row, 6)?,
        mail: json(row, 7)?,
        state: json(row, 8)?,
        created_at: Timestamp(row.get(9)?),
    })
}

pub(super) fn list(
    db: &Connection,
    workspace: WorkspaceId,
    before: Option<(Timestamp, FollowUpId)>,
    limit: usize,
) -> Result<FollowUpPage, Failure> {
    let none = Page {
        items: Vec::new(),
        next: None,
    };
    let Some(ws) = number(db, workspace)? else {
        return Ok(none);
    };
    let (at, id) = before.unwrap_or((Timestamp(i64::MAX), FollowUpId::new(u128::MAX)));
    let sql = format!(
        "{FOLLOW_UP} WHERE ws = ?1 AND (created_at, id) < (?2, ?3)
         ORDER BY created_at DESC, id DESC LIMIT ?4"
    );
    let key = params![ws, at.0, Id::from(id), limit.saturating_add(1) as i64];
    let mut items = all(db, &sql, key, follow_up)?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().map(|last| (last.created_at, last.id));
    Ok(Page {
        next: next.filter(|_| more),
        items,
    })
}

pub(super) fn one(
    db: &Connection,
    workspace: WorkspaceId,
    id: FollowUpId,
) -> Result<Option<FollowUp>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(None);
    };
    let sql = format!("{FOLLOW_UP} WHERE ws = ?1 AND id = ?2");
    let found = all(db, &sql, params![ws, Id::from(id)], follow_up)?;
    Ok(found.into_iter().next())
}

pub(super) fn under_way(
    db: &Connection,
    workspace: WorkspaceId,
    inbox: InboxId,
    limit: usize,
) -> Result<Vec<FollowUp>, Failure> {
    let Some(ws) = number(db, workspace)? else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "{FOLLOW_UP} WHERE ws = ?1 AND inbox = ?2 AND due IS NOT NULL ORDER BY due, id LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    all(db, &sql, params![ws, Id::from(inbox), limit], follow_up)
}

pub(super) fn export(db: &Connection, ws: i64) -> Result<Vec<FollowUp>, Failure> {
    let sql = format!("{FOLLOW_UP} WHERE ws = ?1 ORDER BY id");
    all(db, &sql, [ws], follow_up)
}

/// The follow-ups that were asked for, and those whose mail arrives.
pub(super) fn wanted(
    db: &Connection,
    ws: i64,
    keys: &Keys,
) -> Result<BTreeMap<NodeId, FollowUp>, Failure> {
    let mut found = BTreeMap::new();
    let ids = keys.follow_ups.iter().map(|id| ("id", Id::from(*id)));
    let nodes = keys.arrivals.iter().map(|node| ("node", Id::from(*node)));
    for (column, key) in ids.chain(nodes) {
        let sql = format!("{FOLLOW_UP} WHERE ws = ?1 AND {column} = ?2");
        found.extend(all(db, &sql, params![ws, key], |row| {
            Ok((id(row, 10)?, follow_up(row)?))
        })?);
    }
    Ok(found)
}

/// When each correspondent was last sent each rule's follow-up.
pub(super) fn answered(
    db: &Connection,
    ws: i64,
    keys: &Keys,
    known: &Neighbourhood,
) -> Result<BTreeMap<(RuleId, Address), Timestamp>, Failure> {
    let waiting = known.waiting.iter();
    let waiting = waiting.flat_map(|waiting| correspondents(&waiting.reply.message));
    let addresses: BTreeSet<&Address> = keys.correspondents.iter().chain(waiting).collect();
    let mut found: BTreeMap<(RuleId, Address), Timestamp> = BTreeMap::new();
    for address in addresses {
        for column in ["author", "recipient"] {
            let sql = format!(
                "SELECT rule, max(created_at) FROM follow_ups
                 WHERE ws = ?1 AND {column} = ?2 GROUP BY rule"
            );
            let rows = all(db, &sql, params![ws, address.as_str()], |row| {
                Ok((id(row, 0)?, Timestamp(row.get(1)?)))
            })?;
            for (rule, at) in rows {
                let last = found.entry((rule, address.clone())).or_insert(at);
                *last = at.max(*last);
            }
        }
    }
    Ok(found)
}

pub(super) fn insert(db: &Transaction<'_>, ws: i64, made: &FollowUp) -> Result<(), Failure> {
    let mut put = db.prepare_cached(
        "INSERT INTO follow_ups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    put.execute(params![
        ws,
        Id::from(made.id),
        Id::from(made.rule),
        Id::from(made.inbox),
        Id::from(made.answers),
        made.author.as_str(),
        made.contact.map(Id::from),
        Id::from(made.message),
        Id::from(made.node()),
        made.mail.to.as_str(),
        to_json(&made.mail)?,
        to_json(&made.state)?,
        made.state.due().map(|due| due.0),
        made.created_at.0,
    ])?;
    Ok(())
}

pub(super) fn update(
    db: &Transaction<'_>,
    ws: i64,
    changed: &[(FollowUpId, FollowUpState)],
) -> Result<(), Failure> {
    let mut put =
        db.prepare_cached("UPDATE follow_ups SET state = ?3, due = ?4 WHERE ws = ?1 AND id = ?2")?;
    for (id, state) in changed {
        let due = state.due().map(|due| due.0);
        put.execute(params![ws, Id::from(*id), to_json(state)?, due])?;
    }
    Ok(())
}
