//! The neighbourhood of a batch: one trip to the database's thread.

use std::collections::BTreeMap;

use inboxlink_engine::{
    AddressRow, Keys, Neighbourhood, Versions, WaitingReply, WorkspaceConfig,
    limits::SETTLED_AT_ONCE,
};
use inboxlink_message::Message;
use inboxlink_model::{Address, Identity, NodeId, WorkspaceId};
use inboxlink_replies::Outbound;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    departed, enrolments, erase, follow_ups, reads,
    rules::RuleCache,
    threads::Roots,
    values::{Failure, Id, from_json},
};

/// A workspace's own row.
pub(super) struct Head {
    pub(super) ws: i64,
    pub(super) versions: Versions,
    pub(super) config: WorkspaceConfig,
}

/// Finds a workspace; `None` where nothing was ever committed to it.
pub(super) fn head(db: &Connection, workspace: WorkspaceId) -> Result<Option<Head>, Failure> {
    let mut find = db
        .prepare_cached("SELECT ws, graph, version, rules, config FROM workspaces WHERE id = ?1")?;
    let row = find.query_row([Id::from(workspace)], |row| {
        Ok((
            row.get(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, i64>(2)?,
            row.get::<_, i64>(3)?,
            row.get::<_, String>(4)?,
        ))
    });
    let Some((ws, graph, config_version, rules, config)) = row.optional()? else {
        return Ok(None);
    };
    let versions = Versions {
        graph: graph.cast_unsigned(),
        config: config_version.cast_unsigned(),
        rules: rules.cast_unsigned(),
    };
    Ok(Some(Head {
        ws,
        versions,
        config: from_json(&config)?,
    }))
}

pub(super) fn load(
    db: &mut Connection,
    keys: &Keys,
    rules: &RuleCache,
) -> Result<Neighbourhood, Failure> {
    // One snapshot: the versions belong to the rows.
    let db = db.transaction()?;
    let Some(head) = head(&db, keys.workspace)? else {
        return Ok(Neighbourhood::default());
    };
    let ws = head.ws;
    let mut known = Neighbourhood {
        versions: head.versions,
        config: head.config,
        rules: rules.get(&db, ws, head.versions.rules)?,
        folders: keys
            .inbox
            .map_or(Ok(Vec::new()), |inbox| reads::folders_of(&db, ws, inbox))?,
        parents: parents(&db, ws, keys)?,
        waiting: waiting(&db, ws, keys)?,
        ..Neighbourhood::default()
    };

    let threads = enrolments::threads_of(&db, ws, &keys.conversations)?;
    known.enrolments = enrolments::around(&db, ws, keys, &threads)?;
    if known.rules.asks_of_threads() {
        known.conversations = enrolments::conversations(&db, ws, &threads)?;
    }
    known.follow_ups = follow_ups::wanted(&db, ws, keys, &known.enrolments)?;
    known.sent = follow_ups::sent(&db, ws, keys, &known)?;
    let reached = follow_ups::reached(keys, &known);
    let answered = follow_ups::answered(&db, ws, &reached)?;
    known.kin = enrolments::kin(&db, ws, &reached)?;
    known.answered = answered;
    // What is due is asked about its mail; what was answered is not.
    let due = known.enrolments.iter().map(|row| &row.enrolment.outbound);
    let due = due.filter(|_| keys.conversations.is_empty());
    for identity in keys.messages.iter().chain(due) {
        if let Some(message) = reads::message_of(&db, ws, *identity)? {
            known.messages.insert(*identity, message);
        }
    }

    let mut find = db.prepare_cached(
        "SELECT message FROM locations
         WHERE ws = ?1 AND inbox = ?2 AND folder = ?3 AND uid_validity = ?4 AND uid = ?5",
    )?;
    for at in &keys.locations {
        let key = params![ws, Id::from(at.inbox), at.folder.0, at.uid_validity, at.uid];
        if let Some(message) = find.query_row(key, |row| row.get::<_, Id>(0)).optional()? {
            known.locations.insert(*at, message.into());
        }
    }
    let copies = departed::copies(&db, ws, &keys.copies)?;
    known.copies = (copies.into_iter().map(|row| (row.location, row))).collect();
    if let Some(inbox) = keys.departed {
        known.departed = departed::untold(&db, ws, inbox, SETTLED_AT_ONCE)?;
    }
    let mut find = db.prepare_cached("SELECT 1 FROM messages WHERE ws = ?1 AND identity = ?2")?;
    let follow_ups = known.follow_ups.values().map(|known| &known.message);
    for identity in keys.identities.iter().chain(follow_ups) {
        if find.exists(params![ws, Id::from(*identity)])? {
            known.identities.insert(*identity);
        }
    }
    known.erased = erase::erased(&db, ws, keys.inbox, &keys.identities)?;
    let mut roots = Roots::new(&db, ws);
    for node in &keys.nodes {
        if let Some(thread) = roots.of_node(*node)? {
            known.nodes.insert(*node, thread);
        }
    }
    let waiting: Vec<Address> = (known.waiting.iter())
        .filter_map(|waiting| waiting.reply.message.author())
        .map(|author| author.address.clone())
        .collect();
    known.addresses = addresses(&db, ws, keys.addresses.iter().chain(&waiting))?;
    Ok(known)
}

/// What is known of addresses.
pub(super) fn addresses<'a>(
    db: &Connection,
    ws: i64,
    wanted: impl IntoIterator<Item = &'a Address>,
) -> Result<BTreeMap<Address, AddressRow>, Failure> {
    let mut known = BTreeMap::new();
    let mut find = db.prepare_cached(
        "SELECT contact, facts, decision FROM addresses WHERE ws = ?1 AND address = ?2",
    )?;
    for address in wanted {
        let row = find.query_row(params![ws, address.as_str()], |row| {
            Ok((
                row.get::<_, Option<Id>>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        });
        if let Some((contact, facts, decision)) = row.optional()? {
            let (facts, decision) = (from_json(&facts)?, from_json(&decision)?);
            let row = AddressRow {
                address: address.clone(),
                contact: contact.map(Into::into),
                facts,
                decision,
            };
            known.insert(address.clone(), row);
        }
    }
    Ok(known)
}

fn parents(
    db: &Connection,
    ws: i64,
    keys: &Keys,
) -> Result<BTreeMap<NodeId, Vec<Outbound>>, Failure> {
    let mut found: BTreeMap<NodeId, Vec<Outbound>> = BTreeMap::new();
    let mut find = db.prepare_cached(
        "SELECT facts FROM messages WHERE ws = ?1 AND node = ?2
         UNION ALL
         SELECT facts FROM aliases JOIN messages
         ON messages.ws = aliases.ws AND messages.identity = aliases.message
         WHERE aliases.ws = ?1 AND aliases.node = ?2",
    )?;
    for node in &keys.parents {
        let rows = find.query_map(params![ws, Id::from(*node)], |row| row.get::<_, String>(0))?;
        for facts in rows {
            let message: Message = from_json(&facts?)?;
            found
                .entry(*node)
                .or_default()
                .extend(Outbound::of(&message));
        }
    }
    Ok(found)
}

fn waiting(db: &Connection, ws: i64, keys: &Keys) -> Result<Vec<WaitingReply>, Failure> {
    let mut found = Vec::new();
    let mut find =
        db.prepare_cached("SELECT reply FROM waiting WHERE ws = ?1 AND node = ?2 ORDER BY reply")?;
    for node in &keys.arrivals {
        let rows = find.query_map(params![ws, Id::from(*node)], |row| row.get::<_, Id>(0))?;
        let replies: Vec<Identity> = rows
            .map(|row| row.map(Into::into))
            .collect::<Result<_, _>>()?;
        for reply in replies {
            let reply = reads::message_of(db, ws, reply)?;
            found.extend(reply.map(|reply| WaitingReply { node: *node, reply }));
        }
    }
    Ok(found)
}
