//! Everything a workspace holds, in one order: equal workspaces give equal
//! text, whatever way they came to be.

use inboxlink_model::InboxId;
use inboxlink_replies::Rule;
use inboxlink_sync::FolderState;
use serde::Serialize;

use crate::{
    AddressRow, ContactRow, Departed, Enrolled, Event, FollowUp, LocationRow, StoredMessage,
    ThreadLevelRow, WorkspaceConfig,
};

/// All rows of a workspace. Threads are resolved: each message carries the
/// thread it is in now.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Export {
    /// The settings.
    pub config: WorkspaceConfig,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The cursors.
    pub folders: Vec<(InboxId, FolderState)>,
    /// The messages.
    pub messages: Vec<StoredMessage>,
    /// Their copies.
    pub locations: Vec<LocationRow>,
    /// Copies that are gone.
    pub departed: Vec<Departed>,
    /// The addresses.
    pub addresses: Vec<AddressRow>,
    /// The contacts.
    pub contacts: Vec<ContactRow>,
    /// What owners said of threads.
    pub thread_levels: Vec<ThreadLevelRow>,
    /// The follow-ups.
    pub follow_ups: Vec<FollowUp>,
    /// The waits for an answer.
    pub enrolments: Vec<Enrolled>,
    /// The events.
    pub events: Vec<Event>,
}

/// The canonical text: a JSON line for each row, sorted. What depends on when
/// a program ran (sequence numbers, moments of commit) is left out, so that
/// an interrupted sync can be compared with an uninterrupted one.
pub fn dump(export: &Export) -> String {
    let mut lines = Vec::new();
    let mut add = |table: &str, row: serde_json::Result<serde_json::Value>| {
        if let Ok(mut row) = row {
            strip(&mut row, table);
            lines.push(format!("{table} {row}\n"));
        }
    };
    add("config", serde_json::to_value(&export.config));
    export
        .rules
        .iter()
        .for_each(|row| add("rule", serde_json::to_value(row)));
    export
        .folders
        .iter()
        .for_each(|row| add("folder", serde_json::to_value(row)));
    export
        .messages
        .iter()
        .for_each(|row| add("message", serde_json::to_value(row)));
    export
        .locations
        .iter()
        .for_each(|row| add("location", serde_json::to_value(row)));
    export
        .departed
        .iter()
        .for_each(|row| add("departed", serde_json::to_value(row)));
    export
        .addresses
        .iter()
        .for_each(|row| add("address", serde_json::to_value(row)));
    export
        .contacts
        .iter()
        .for_each(|row| add("contact", serde_json::to_value(row)));
    export
        .thread_levels
        .iter()
        .for_each(|row| add("thread_level", serde_json::to_value(row)));
    export
        .follow_ups
        .iter()
        .for_each(|row| add("follow_up", serde_json::to_value(row)));
    export
        .enrolments
        .iter()
        .for_each(|row| add("enrolment", serde_json::to_value(row)));
    export
        .events
        .iter()
        .for_each(|row| add("event", serde_json::to_value(row)));
    lines.sort_unstable();
    lines.concat()
}

fn strip(row: &mut serde_json::Value, table: &str) {
    let Some(row) = row.as_object_mut() else {
        return;
    };
    match table {
        "event" => {
            row.remove("seq");
            row.remove("at");
            // The thread that it was in then depends on what came before it.
            row.remove("thread");
            // So does what was already known of the name, and of the reason.
            row.remove("name");
            row.remove("reason");
        }
        "follow_up" => {
            row.remove("created_at");
            // Its Date is that of the moment.
            row.remove("mail");
            row.remove("message");
            row.remove("state");
            row.remove("sent_at");
        }
        "enrolment" => {
            row.remove("created_at");
            row.remove("due");
            row.remove("contact");
            // The thread that it was in then depends on what came before it.
            row.remove("thread");
        }
        "message" => {
            // It is kept when somebody has read the timeline.
            row.remove("snippet");
        }
        "contact" => {
            row.remove("created_at");
            row.remove("reason");
        }
        _ => {}
    }
}
