//! Follow-ups: their table, read and written.

use std::collections::{BTreeMap, BTreeSet};

use inboxlink_engine::{
    Enrolled, FollowUp, FollowUpChange, FollowUpPage, Keys, Neighbourhood, Page, SentLately,
    correspondents,
};
use inboxlink_model::{Address, FollowUpId, InboxId, NodeId, RuleId, Timestamp, WorkspaceId};
use inboxlink_replies::followup::SendPolicy;
use rusqlite::{Connection, Row, Transaction, params};

use super::{
    reads::{address, all, id, json, number},
    values::{Failure, Id, to_json},
};

const FOLLOW_UP: &str = "SELECT id, rule, inbox, answers, author, contact, message, mail, state, created_at, node, reminds, sent_at FROM follow_ups";

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
        reminds: row.get(11)?,
        sent_at: row.get::<_, Option<i64>>(12)?.map(Timestamp),
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
    enrolments: &[Enrolled],
) -> Result<BTreeMap<NodeId, FollowUp>, Failure> {
    let mut found = BTreeMap::new();
    let begun = enrolments.iter().map(|row| row.follow_up(keys.workspace));
    let ids = keys.follow_ups.iter().copied().chain(begun);
    let ids = ids.map(|id| ("id", Id::from(id)));
    let nodes = keys.arrivals.union(&keys.parents);
    let nodes = nodes.map(|node| ("node", Id::from(*node)));
    for (column, key) in ids.chain(nodes) {
        let sql = format!("{FOLLOW_UP} WHERE ws = ?1 AND {column} = ?2");
        found.extend(all(db, &sql, params![ws, key], |row| {
            Ok((id(row, 10)?, follow_up(row)?))
        })?);
    }
    Ok(found)
}

/// Whom the keys' mails, and those that are known around them, would be
/// answered to.
pub(super) fn reached<'a>(keys: &'a Keys, known: &'a Neighbourhood) -> BTreeSet<&'a Address> {
    let waiting = known.waiting.iter();
    let waiting = waiting.flat_map(|waiting| correspondents(&waiting.reply.message));
    let enrolled = known.enrolments.iter().map(|row| &row.recipient);
    let all = keys.correspondents.iter();
    all.chain(waiting).chain(enrolled).collect()
}

/// What went out before the one follow-up that is asked for, as far as a
/// policy counts it.
pub(super) fn sent(
    db: &Connection,
    ws: i64,
    keys: &Keys,
    known: &Neighbourhood,
) -> Result<SentLately, Failure> {
    let asked = keys.follow_ups.first();
    let asked = asked.and_then(|id| known.follow_ups.values().find(|made| made.id == *id));
    let Some(asked) = asked.filter(|_| known.config.sending != SendPolicy::default()) else {
        return Ok(SentLately::default());
    };
    let day = "SELECT sent_at FROM follow_ups WHERE ws = ?1 AND id <> ?2 AND sent_at >=
               (SELECT max(sent_at) - 86400000 FROM follow_ups WHERE ws = ?1 AND id <> ?2)";
    let key = params![ws, Id::from(asked.id)];
    let all_sent = all(db, day, key, |row| Ok(Timestamp(row.get(0)?)))?;
    let to_contact = "SELECT sent_at, rule FROM follow_ups
                      WHERE ws = ?1 AND id <> ?2 AND sent_at IS NOT NULL
                      AND (recipient = ?3 OR contact = ?4)";
    let contact = asked.contact.map(Id::from);
    let key = params![ws, Id::from(asked.id), asked.mail.to.as_str(), contact];
    let theirs: Vec<(Timestamp, RuleId)> = all(db, to_contact, key, |row| {
        Ok((Timestamp(row.get(0)?), id(row, 1)?))
    })?;
    let this_step = theirs
        .iter()
        .filter(|(_, rule)| *rule == asked.rule)
        .count();
    Ok(SentLately {
        all: all_sent,
        this_step: u32::try_from(this_step).unwrap_or(u32::MAX),
        to_contact: theirs.into_iter().map(|(at, _)| at).collect(),
    })
}

/// When each correspondent was last sent each rule's follow-up.
pub(super) fn answered(
    db: &Connection,
    ws: i64,
    addresses: &BTreeSet<&Address>,
) -> Result<BTreeMap<(RuleId, Address), Timestamp>, Failure> {
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
                let last = found.entry((rule, (*address).clone())).or_insert(at);
                *last = at.max(*last);
            }
        }
    }
    Ok(found)
}

pub(super) fn insert(db: &Transaction<'_>, ws: i64, made: &FollowUp) -> Result<(), Failure> {
    let mut put = db.prepare_cached(
        "INSERT INTO follow_ups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
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
        made.reminds,
        made.sent_at.map(|at| at.0),
        made.created_at.0,
    ])?;
    Ok(())
}

pub(super) fn update(
    db: &Transaction<'_>,
    ws: i64,
    changed: &[FollowUpChange],
) -> Result<(), Failure> {
    let mut put = db.prepare_cached(
        "UPDATE follow_ups SET state = ?3, due = ?4, sent_at = ?5 WHERE ws = ?1 AND id = ?2",
    )?;
    for change in changed {
        let due = change.state.due().map(|due| due.0);
        let sent_at = change.sent_at.map(|at| at.0);
        let (id, state) = (Id::from(change.id), to_json(&change.state)?);
        put.execute(params![ws, id, state, due, sent_at])?;
    }
    Ok(())
}
