//! What SEARCH looks for (RFC 3501 §6.4.4, RFC 7162 §3.1.5).

use super::arguments::SequenceSet;
use super::cursor::{Cursor, Read, Unreadable};
use crate::date;
use crate::limits;

/// One search key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    All,
    And(Vec<Key>),
    Or(Box<(Key, Key)>),
    Not(Box<Key>),
    Sequence(SequenceSet),
    Uid(SequenceSet),
    Flag(String),
    Header {
        name: String,
        value: String,
    },
    Body(String),
    Text(String),
    Larger(u64),
    Smaller(u64),
    Modseq(u64),
    /// INTERNALDATE, as days since 1970.
    Arrived(Age, i64),
    /// The Date header, as days since 1970.
    Sent(Age, i64),
}

/// Which side of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    Before,
    On,
    Since,
}

impl Key {
    /// All keys up to the end of the command.
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Read<Self> {
        let mut keys = vec![key(cursor, limits::SEARCH_DEPTH)?];
        while cursor.skip(b' ') {
            keys.push(key(cursor, limits::SEARCH_DEPTH)?);
        }
        Ok(Self::And(keys))
    }

    /// Whether MODSEQ is in it, so that the answer tells the highest.
    pub(crate) fn asks_modseq(&self) -> bool {
        match self {
            Self::Modseq(_) => true,
            Self::And(keys) => keys.iter().any(Self::asks_modseq),
            Self::Or(pair) => pair.0.asks_modseq() || pair.1.asks_modseq(),
            Self::Not(key) => key.asks_modseq(),
            _ => false,
        }
    }
}

fn key(cursor: &mut Cursor<'_>, depth: usize) -> Read<Key> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Unreadable("Search too deep"));
    };
    match cursor.peek() {
        Some(b'(') => return cursor.list(|cursor| key(cursor, depth)).map(Key::And),
        Some(b'0'..=b'9' | b'*') => return SequenceSet::parse(cursor).map(Key::Sequence),
        _ => {}
    }
    let name = cursor.keyword()?;
    let flag = |flag: &str| Key::Flag(flag.to_owned());
    let not = |key| Key::Not(Box::new(key));
    Ok(match name.as_str() {
        "ALL" | "OLD" => Key::All,
        // No message is ever \Recent here.
        "RECENT" | "NEW" => not(Key::All),
        "ANSWERED" | "DELETED" | "DRAFT" | "FLAGGED" | "SEEN" => flag(&format!("\\{name}")),
        "UNANSWERED" | "UNDELETED" | "UNDRAFT" | "UNFLAGGED" | "UNSEEN" => {
            let name = name.strip_prefix("UN").unwrap_or(&name);
            not(flag(&format!("\\{name}")))
        }
        "NOT" => {
            cursor.space()?;
            not(key(cursor, depth)?)
        }
        "OR" => {
            cursor.space()?;
            let left = key(cursor, depth)?;
            cursor.space()?;
            Key::Or(Box::new((left, key(cursor, depth)?)))
        }
        _ => {
            cursor
                .space()
                .map_err(|_| Unreadable("Unknown search key"))?;
            with_argument(cursor, &name)?
        }
    })
}

fn with_argument(cursor: &mut Cursor<'_>, name: &str) -> Read<Key> {
    Ok(match name {
        "UID" => Key::Uid(SequenceSet::parse(cursor)?),
        "KEYWORD" => Key::Flag(cursor.atom()?.to_owned()),
        "UNKEYWORD" => Key::Not(Box::new(Key::Flag(cursor.atom()?.to_owned()))),
        "FROM" | "TO" | "CC" | "BCC" | "SUBJECT" => Key::Header {
            name: name.to_owned(),
            value: needle(cursor)?,
        },
        "HEADER" => {
            let name = cursor.text()?;
            cursor.space()?;
            let value = needle(cursor)?;
            Key::Header { name, value }
        }
        "BODY" => Key::Body(needle(cursor)?),
        "TEXT" => Key::Text(needle(cursor)?),
        "LARGER" => Key::Larger(cursor.number()?),
        "SMALLER" => Key::Smaller(cursor.number()?),
        "MODSEQ" => {
            // The obsolete form names a flag: MODSEQ "/flags/\\seen" all 5.
            if cursor.peek() == Some(b'"') {
                cursor.string()?;
                cursor.space()?;
                cursor.atom()?;
                cursor.space()?;
            }
            Key::Modseq(cursor.number()?)
        }
        "BEFORE" => Key::Arrived(Age::Before, day(cursor)?),
        "ON" => Key::Arrived(Age::On, day(cursor)?),
        "SINCE" => Key::Arrived(Age::Since, day(cursor)?),
        "SENTBEFORE" => Key::Sent(Age::Before, day(cursor)?),
        "SENTON" => Key::Sent(Age::On, day(cursor)?),
        "SENTSINCE" => Key::Sent(Age::Since, day(cursor)?),
        _ => return Err(Unreadable("Unknown search key")),
    })
}

/// A text to find, in lower case.
fn needle(cursor: &mut Cursor<'_>) -> Read<String> {
    cursor.text().map(|text| text.to_lowercase())
}

fn day(cursor: &mut Cursor<'_>) -> Read<i64> {
    date::parse_date(&cursor.text()?).ok_or(Unreadable("Not a date"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Read<Key> {
        let mut cursor = Cursor::new(text.as_bytes());
        let key = Key::parse(&mut cursor)?;
        cursor.end().map(|()| key)
    }

    #[test]
    fn keys_nest_up_to_the_limit() {
        let key = read("OR (SEEN SUBJECT Hi) NOT 1:2 SINCE 1-Jan-1970").unwrap();
        assert!(matches!(key, Key::And(keys) if keys.len() == 2));
        let deep = |depth| format!("{}ALL", "NOT ".repeat(depth));
        assert!(read(&deep(limits::SEARCH_DEPTH - 1)).is_ok());
        assert!(read(&deep(limits::SEARCH_DEPTH)).is_err());
        assert!(read(&"(".repeat(60_000)).is_err());
    }

    #[test]
    fn the_unknown_is_unreadable() {
        for bad in [
            "",
            "FUZZY",
            "X-GM-RAW a",
            "SINCE yesterday",
            "HEADER a",
            "ALL ",
            "()x",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(
            read("MODSEQ \"/flags/\\\\seen\" all 5")
                .unwrap()
                .asks_modseq()
        );
    }
}
