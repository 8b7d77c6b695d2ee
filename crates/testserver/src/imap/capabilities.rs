//! Which commands this server has, by its capabilities.

use super::parse::{Command, Item, StatusItem};
use super::session::Session;

impl Session {
    /// What stands after `CAPABILITY ` at this moment.
    pub(crate) fn capabilities(&self) -> String {
        let profile = &self.shared.profile;
        let mut words = match self.account {
            Some(_) => profile.capabilities.join(" "),
            None => profile.capabilities_before_login.join(" "),
        };
        if !self.secure {
            words.push_str(" STARTTLS LOGINDISABLED");
        }
        words
    }

    pub(crate) fn offers(&self, capability: &str) -> bool {
        let profile = &self.shared.profile;
        let all = profile
            .capabilities_before_login
            .iter()
            .chain(&profile.capabilities);
        all.into_iter().any(|c| c.eq_ignore_ascii_case(capability))
    }

    /// The capability that a command needs and the server lacks.
    pub(crate) fn lacks(&self, command: &Command) -> Option<&'static str> {
        needs(command).filter(|capability| !self.offers(capability))
    }
}

fn needs(command: &Command) -> Option<&'static str> {
    match command {
        Command::Id => Some("ID"),
        Command::Namespace => Some("NAMESPACE"),
        Command::Enable(_) => Some("ENABLE"),
        Command::Idle => Some("IDLE"),
        Command::Unselect => Some("UNSELECT"),
        Command::Expunge(Some(_)) => Some("UIDPLUS"),
        Command::Copy { moving: true, .. } => Some("MOVE"),
        Command::Authenticate {
            initial: Some(_), ..
        } => Some("SASL-IR"),
        Command::List(list) if list.status.is_some() => Some("LIST-STATUS"),
        Command::List(list) if list.only_special_use => Some("SPECIAL-USE"),
        Command::List(list) if list.extended => Some("LIST-EXTENDED"),
        Command::Select {
            qresync: Some(_), ..
        } => Some("QRESYNC"),
        Command::Select {
            condstore: true, ..
        } => Some("CONDSTORE"),
        Command::Status { items, .. } if items.contains(&StatusItem::HighestModseq) => {
            Some("CONDSTORE")
        }
        Command::Search { search, .. } if search.returned.is_some() => Some("ESEARCH"),
        Command::Search { search, .. } if search.key.asks_modseq() => Some("CONDSTORE"),
        Command::Fetch {
            changed_since: Some(since),
            ..
        } if since.vanished => Some("QRESYNC"),
        Command::Fetch { items, .. } => items.0.iter().find_map(item_needs),
        Command::Store(store) if store.unchanged_since.is_some() => Some("CONDSTORE"),
        _ => None,
    }
}

fn item_needs(item: &Item) -> Option<&'static str> {
    match item {
        Item::Modseq => Some("CONDSTORE"),
        Item::GmailMessageId | Item::GmailThreadId | Item::GmailLabels => Some("X-GM-EXT-1"),
        Item::EmailId | Item::ThreadId => Some("OBJECTID"),
        _ => None,
    }
}
