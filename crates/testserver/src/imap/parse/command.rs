//! One command with its tag.

use super::arguments::{
    ListArguments, SequenceSet, StatusItem, StoreMode, flags, mailbox, pattern,
};
use super::cursor::{Cursor, Read, Unreadable, is_atom};
use super::items::{Item, Items};
use super::keys::Key;
use crate::date;
use crate::model::Flags;

/// A command of RFC 3501 or of an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Capability,
    Noop,
    Logout,
    StartTls,
    Id,
    Namespace,
    Enable(Vec<String>),
    Login {
        user: String,
        password: String,
    },
    Authenticate {
        mechanism: String,
        initial: Option<String>,
    },
    Select {
        mailbox: String,
        read_only: bool,
        condstore: bool,
        qresync: Option<Qresync>,
    },
    Create(String),
    Delete(String),
    Rename {
        from: String,
        to: String,
    },
    Subscribe {
        mailbox: String,
        on: bool,
    },
    List(ListArguments),
    Lsub {
        reference: String,
        pattern: String,
    },
    Status {
        mailbox: String,
        items: Vec<StatusItem>,
    },
    Append(Append),
    Idle,
    Close,
    Unselect,
    Expunge(Option<SequenceSet>),
    Search {
        uid: bool,
        search: Search,
    },
    Fetch {
        uid: bool,
        set: SequenceSet,
        items: Items,
        changed_since: Option<ChangedSince>,
    },
    Store(Store),
    Copy {
        uid: bool,
        set: SequenceSet,
        mailbox: String,
        /// MOVE (RFC 6851).
        moving: bool,
    },
}

/// SEARCH's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    /// What RETURN names (RFC 4731).
    pub(crate) returned: Option<Vec<String>>,
    pub(crate) charset: Option<String>,
    pub(crate) key: Key,
}

/// What a client knows of a folder that it opens (RFC 7162 §3.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Qresync {
    pub(crate) uid_validity: u32,
    pub(crate) modseq: u64,
    /// The UIDs it knows; all where it doesn't say.
    pub(crate) known: Option<SequenceSet>,
}

/// FETCH's `(CHANGEDSINCE 5 VANISHED)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangedSince {
    pub(crate) modseq: u64,
    pub(crate) vanished: bool,
}

/// APPEND's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Append {
    pub(crate) mailbox: String,
    pub(crate) flags: Flags,
    pub(crate) internal_date: Option<i64>,
    pub(crate) message: Vec<u8>,
}

/// STORE's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Store {
    pub(crate) uid: bool,
    pub(crate) set: SequenceSet,
    pub(crate) unchanged_since: Option<u64>,
    pub(crate) mode: StoreMode,
    pub(crate) silent: bool,
    pub(crate) flags: Flags,
}

/// Reads a command; its tag comes back even where the rest is unreadable.
pub(crate) fn parse(line: &[u8]) -> (Option<String>, Read<Command>) {
    let mut cursor = Cursor::new(line);
    let tag = match cursor.word(|b| is_atom(b) && b != b'+') {
        Ok(tag) => tag.to_owned(),
        Err(_) => return (None, Err(Unreadable("Missing tag"))),
    };
    let command = cursor
        .space()
        .and_then(|()| command(&mut cursor))
        .and_then(|command| cursor.end().map(|()| command));
    (Some(tag), command)
}

fn command(cursor: &mut Cursor<'_>) -> Read<Command> {
    let name = cursor.keyword()?;
    Ok(match name.as_str() {
        "CAPABILITY" => Command::Capability,
        "NOOP" | "CHECK" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => Command::StartTls,
        "NAMESPACE" => Command::Namespace,
        "IDLE" => Command::Idle,
        "CLOSE" => Command::Close,
        "UNSELECT" => Command::Unselect,
        "EXPUNGE" => Command::Expunge(None),
        _ => {
            cursor.space().map_err(|_| Unreadable("Unknown command"))?;
            match name.as_str() {
                "UID" => {
                    let name = cursor.keyword()?;
                    cursor.space()?;
                    match name.as_str() {
                        "EXPUNGE" => Command::Expunge(Some(SequenceSet::parse(cursor)?)),
                        _ => on_messages(cursor, &name, true)?,
                    }
                }
                _ => with_arguments(cursor, &name)?,
            }
        }
    })
}

fn with_arguments(cursor: &mut Cursor<'_>, name: &str) -> Read<Command> {
    Ok(match name {
        "ID" => id(cursor)?,
        "ENABLE" => {
            let mut capabilities = vec![cursor.keyword()?];
            while cursor.skip(b' ') {
                capabilities.push(cursor.keyword()?);
            }
            Command::Enable(capabilities)
        }
        "LOGIN" => {
            let user = cursor.text()?;
            cursor.space()?;
            let password = cursor.text()?;
            Command::Login { user, password }
        }
        "AUTHENTICATE" => Command::Authenticate {
            mechanism: cursor.keyword()?,
            initial: match cursor.skip(b' ') {
                true => Some(cursor.word(|b| b.is_ascii_graphic())?.to_owned()),
                false => None,
            },
        },
        "SELECT" | "EXAMINE" => {
            let mailbox = mailbox(cursor)?;
            let (mut condstore, mut known) = (false, None);
            if cursor.skip(b' ') {
                cursor.list(|cursor| {
                    match cursor.keyword()?.as_str() {
                        "CONDSTORE" => condstore = true,
                        "QRESYNC" => {
                            cursor.space()?;
                            known = Some(qresync(cursor)?);
                        }
                        _ => return Err(Unreadable("Unknown parameter")),
                    }
                    Ok(())
                })?;
            }
            Command::Select {
                mailbox,
                read_only: name == "EXAMINE",
                condstore,
                qresync: known,
            }
        }
        "CREATE" => Command::Create(mailbox(cursor)?),
        "DELETE" => Command::Delete(mailbox(cursor)?),
        "RENAME" => {
            let from = mailbox(cursor)?;
            cursor.space()?;
            let to = mailbox(cursor)?;
            Command::Rename { from, to }
        }
        "SUBSCRIBE" | "UNSUBSCRIBE" => Command::Subscribe {
            mailbox: mailbox(cursor)?,
            on: name == "SUBSCRIBE",
        },
        "LIST" => Command::List(ListArguments::parse(cursor)?),
        "LSUB" => {
            let reference = mailbox(cursor)?;
            cursor.space()?;
            let pattern = pattern(cursor)?;
            Command::Lsub { reference, pattern }
        }
        "STATUS" => {
            let mailbox = mailbox(cursor)?;
            cursor.space()?;
            let items = StatusItem::list(cursor)?;
            Command::Status { mailbox, items }
        }
        "APPEND" => Command::Append(append(cursor)?),
        _ => on_messages(cursor, name, false)?,
    })
}

/// The commands that also exist with UID before them.
fn on_messages(cursor: &mut Cursor<'_>, name: &str, uid: bool) -> Read<Command> {
    Ok(match name {
        "SEARCH" => {
            let mut after = cursor.clone();
            let mut returned = None;
            if after.keyword().is_ok_and(|word| word == "RETURN") {
                after.space()?;
                returned = Some(after.list(Cursor::keyword)?);
                after.space()?;
                *cursor = after;
            }
            let mut after = cursor.clone();
            let mut charset = None;
            if after.keyword().is_ok_and(|word| word == "CHARSET") {
                after.space()?;
                charset = Some(after.text()?.to_ascii_uppercase());
                after.space()?;
                *cursor = after;
            }
            let key = Key::parse(cursor)?;
            let search = Search {
                returned,
                charset,
                key,
            };
            Command::Search { uid, search }
        }
        "FETCH" => {
            let set = SequenceSet::parse(cursor)?;
            cursor.space()?;
            let mut items = Items::parse(cursor)?;
            let changed_since = match cursor.skip(b' ') {
                true => Some(changed_since(cursor, uid)?),
                false => None,
            };
            if changed_since.is_some() {
                items.add(Item::Modseq);
            }
            Command::Fetch {
                uid,
                set,
                items,
                changed_since,
            }
        }
        "STORE" => Command::Store(store(cursor, uid)?),
        "COPY" | "MOVE" => {
            let set = SequenceSet::parse(cursor)?;
            cursor.space()?;
            Command::Copy {
                uid,
                set,
                mailbox: mailbox(cursor)?,
                moving: name == "MOVE",
            }
        }
        _ => return Err(Unreadable("Unknown command")),
    })
}

fn id(cursor: &mut Cursor<'_>) -> Read<Command> {
    match cursor.peek() {
        Some(b'(') => {
            cursor.list(Cursor::nstring)?;
        }
        _ => {
            cursor.nstring()?;
        }
    }
    Ok(Command::Id)
}

fn append(cursor: &mut Cursor<'_>) -> Read<Append> {
    let mailbox = mailbox(cursor)?;
    cursor.space()?;
    let mut flag_list = Flags::default();
    if cursor.peek() == Some(b'(') {
        flag_list = flags(cursor)?;
        cursor.space()?;
    }
    let mut internal_date = None;
    if cursor.peek() == Some(b'"') {
        let text = cursor.text()?;
        internal_date = Some(date::parse_date_time(&text).ok_or(Unreadable("Not a date"))?);
        cursor.space()?;
    }
    let message = match cursor.peek() {
        Some(b'{') => cursor.string()?,
        _ => return Err(Unreadable("The message must be a literal")),
    };
    Ok(Append {
        mailbox,
        flags: flag_list,
        internal_date,
        message,
    })
}

fn store(cursor: &mut Cursor<'_>, uid: bool) -> Read<Store> {
    let set = SequenceSet::parse(cursor)?;
    cursor.space()?;
    let mut unchanged_since = None;
    if cursor.peek() == Some(b'(') {
        unchanged_since = Some(modifier(cursor, "UNCHANGEDSINCE")?);
        cursor.space()?;
    }
    let mode = if cursor.skip(b'+') {
        StoreMode::Add
    } else if cursor.skip(b'-') {
        StoreMode::Remove
    } else {
        StoreMode::Replace
    };
    let silent = match cursor.keyword()?.as_str() {
        "FLAGS" => false,
        "FLAGS.SILENT" => true,
        _ => return Err(Unreadable("STORE changes FLAGS")),
    };
    cursor.space()?;
    Ok(Store {
        uid,
        set,
        unchanged_since,
        mode,
        silent,
        flags: flags(cursor)?,
    })
}

/// `(uidvalidity modseq [known-uids] [(numbers uids)])`
fn qresync(cursor: &mut Cursor<'_>) -> Read<Qresync> {
    cursor.expect(b'(')?;
    let uid_validity = u32::try_from(cursor.number()?);
    cursor.space()?;
    let modseq = cursor.number()?;
    let mut known = None;
    while cursor.skip(b' ') {
        // The client's guess at which number has which UID: of no use to a
        // server that remembers every UID that went.
        if cursor.skip(b'(') {
            SequenceSet::parse(cursor)?;
            cursor.space()?;
            SequenceSet::parse(cursor)?;
            cursor.expect(b')')?;
        } else {
            known = Some(SequenceSet::parse(cursor)?);
        }
    }
    cursor.expect(b')')?;
    Ok(Qresync {
        uid_validity: uid_validity.map_err(|_| Unreadable("Number too large"))?,
        modseq,
        known,
    })
}

fn changed_since(cursor: &mut Cursor<'_>, uid: bool) -> Read<ChangedSince> {
    cursor.expect(b'(')?;
    if cursor.keyword()? != "CHANGEDSINCE" {
        return Err(Unreadable("Unknown modifier"));
    }
    cursor.space()?;
    let modseq = cursor.number()?;
    let vanished = cursor.skip(b' ');
    if vanished && (!uid || cursor.keyword()? != "VANISHED") {
        return Err(Unreadable("VANISHED goes with UID FETCH only"));
    }
    cursor.expect(b')')?;
    Ok(ChangedSince { modseq, vanished })
}

/// `(NAME number)`
fn modifier(cursor: &mut Cursor<'_>, name: &str) -> Read<u64> {
    cursor.expect(b'(')?;
    if cursor.keyword()? != name {
        return Err(Unreadable("Unknown modifier"));
    }
    cursor.space()?;
    let value = cursor.number()?;
    cursor.expect(b')')?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_tag_comes_back_with_a_syntax_error() {
        let (tag, command) = parse(b"a1 FETCH");
        assert_eq!(tag.as_deref(), Some("a1"));
        assert!(command.is_err());
        assert_eq!(parse(b"+ x").0, None);
        assert_eq!(parse(b"").0, None);
        assert!(parse(b"a NOOP ").1.is_err());
    }

    #[test]
    fn append_takes_flags_and_date() {
        let line = b"a APPEND Sent (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {2+}\r\nhi";
        let Ok(Command::Append(append)) = parse(line).1 else {
            panic!("no APPEND");
        };
        assert_eq!(append.internal_date, Some(837_596_665));
        assert_eq!(append.message, b"hi");
        assert!(append.flags.contains("\\Seen"));
        assert!(parse(b"a APPEND Sent \"x\" {2}\r\nhi").1.is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_parser(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let (tag, command) = parse(&line);
            prop_assert!(tag.is_some() || command.is_err());
        }

        #[test]
        fn no_pieces_of_commands_stop_the_parser(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "a", " ", "UID", "FETCH", "SEARCH", "STORE", "LIST", "APPEND", "1:*", "(", ")",
                    "BODY[", "]", "<0.", ">", "\"", "{3}\r\n", "abc", "\\Seen", "CHANGEDSINCE", "NOT",
                ]),
                0..24,
            ),
        ) {
            let (tag, command) = parse(words.concat().as_bytes());
            prop_assert!(tag.is_some() || command.is_err());
        }
    }
}
