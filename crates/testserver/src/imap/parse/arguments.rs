//! The arguments that several commands share.

use super::cursor::{Cursor, Read, Unreadable, is_atom};
use crate::imap::utf7;
use crate::limits;
use crate::model::{Flags, Ranges};

/// Message numbers as the client wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SequenceSet(Vec<(Option<u32>, Option<u32>)>);

impl SequenceSet {
    /// `1:3,7,9:*`
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Read<Self> {
        let mut ranges = Vec::new();
        loop {
            let low = Self::end(cursor)?;
            let high = match cursor.skip(b':') {
                true => Self::end(cursor)?,
                false => low,
            };
            ranges.push((low, high));
            if !cursor.skip(b',') {
                return Ok(Self(ranges));
            }
        }
    }

    /// A number, or `None` for `*`.
    fn end(cursor: &mut Cursor<'_>) -> Read<Option<u32>> {
        if cursor.skip(b'*') {
            return Ok(None);
        }
        u32::try_from(cursor.number()?)
            .ok()
            .filter(|number| *number > 0)
            .map(Some)
            .ok_or(Unreadable("Not a message number"))
    }

    /// The numbers it means where `last` is the highest there is.
    pub(crate) fn resolve(&self, last: u32) -> Ranges {
        let number = |end: Option<u32>| end.unwrap_or(last);
        Ranges::new(
            self.0
                .iter()
                .map(|(low, high)| (number(*low), number(*high))),
        )
    }
}

/// A folder's name, decoded.
pub(crate) fn mailbox(cursor: &mut Cursor<'_>) -> Read<String> {
    let raw = cursor.astring()?;
    utf7::decode(&raw).ok_or(Unreadable("Mailbox name is not modified UTF-7"))
}

/// `(\Seen keyword …)`, or the same without parentheses.
pub(crate) fn flags(cursor: &mut Cursor<'_>) -> Read<Flags> {
    if cursor.peek() == Some(b'(') {
        return Ok(Flags::new(cursor.list(flag)?));
    }
    let mut flags = vec![flag(cursor)?];
    while cursor.skip(b' ') {
        flags.push(flag(cursor)?);
    }
    Ok(Flags::new(flags))
}

fn flag(cursor: &mut Cursor<'_>) -> Read<String> {
    let system = cursor.skip(b'\\');
    let name = cursor.atom()?;
    if system && name.eq_ignore_ascii_case("recent") {
        return Err(Unreadable("\\Recent is the server's to set"));
    }
    Ok(match system {
        true => format!("\\{name}"),
        false => name.to_owned(),
    })
}

/// What STORE does with its flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreMode {
    Add,
    Remove,
    Replace,
}

/// What STATUS tells (RFC 3501 §6.3.10, RFC 7162 §3.1.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusItem {
    Messages,
    Recent,
    UidNext,
    UidValidity,
    Unseen,
    HighestModseq,
}

impl StatusItem {
    pub(crate) fn list(cursor: &mut Cursor<'_>) -> Read<Vec<Self>> {
        let items = cursor.list(|cursor| {
            Ok(match cursor.keyword()?.as_str() {
                "MESSAGES" => Self::Messages,
                "RECENT" => Self::Recent,
                "UIDNEXT" => Self::UidNext,
                "UIDVALIDITY" => Self::UidValidity,
                "UNSEEN" => Self::Unseen,
                "HIGHESTMODSEQ" => Self::HighestModseq,
                _ => return Err(Unreadable("Unknown status item")),
            })
        })?;
        match items.is_empty() {
            true => Err(Unreadable("Missing status items")),
            false => Ok(items),
        }
    }
}

/// LIST with its options (RFC 5258, RFC 5819, RFC 6154).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ListArguments {
    /// Whether the extended form was used.
    pub(crate) extended: bool,
    pub(crate) only_subscribed: bool,
    pub(crate) only_special_use: bool,
    pub(crate) reference: String,
    pub(crate) patterns: Vec<String>,
    pub(crate) show_subscribed: bool,
    pub(crate) status: Option<Vec<StatusItem>>,
}

impl ListArguments {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Read<Self> {
        let mut list = Self::default();
        if cursor.peek() == Some(b'(') {
            list.extended = true;
            for option in cursor.list(Cursor::keyword)? {
                match option.as_str() {
                    "SUBSCRIBED" => list.only_subscribed = true,
                    "SPECIAL-USE" => list.only_special_use = true,
                    "REMOTE" | "RECURSIVEMATCH" => {}
                    _ => return Err(Unreadable("Unknown selection option")),
                }
            }
            cursor.space()?;
        }
        list.reference = mailbox(cursor)?;
        cursor.space()?;
        list.patterns = match cursor.peek() {
            Some(b'(') => {
                list.extended = true;
                cursor.list(pattern)?
            }
            _ => vec![pattern(cursor)?],
        };
        if list.patterns.len() > limits::LIST_PATTERNS {
            return Err(Unreadable("Too many patterns"));
        }
        if cursor.skip(b' ') {
            list.extended = true;
            if cursor.keyword()? != "RETURN" {
                return Err(Unreadable("Expected RETURN"));
            }
            cursor.space()?;
            cursor.list(|cursor| list.return_option(cursor))?;
        }
        Ok(list)
    }

    fn return_option(&mut self, cursor: &mut Cursor<'_>) -> Read<()> {
        match cursor.keyword()?.as_str() {
            "SUBSCRIBED" => self.show_subscribed = true,
            // Both are told anyway.
            "CHILDREN" | "SPECIAL-USE" => {}
            "STATUS" => {
                cursor.space()?;
                self.status = Some(StatusItem::list(cursor)?);
            }
            _ => return Err(Unreadable("Unknown return option")),
        }
        Ok(())
    }
}

/// A mailbox name with `*` and `%`, decoded.
pub(crate) fn pattern(cursor: &mut Cursor<'_>) -> Read<String> {
    let raw = match cursor.peek() {
        Some(b'"' | b'{') => cursor.string()?,
        _ => cursor
            .word(|b| is_atom(b) || matches!(b, b'*' | b'%'))?
            .as_bytes()
            .to_vec(),
    };
    if raw.len() > limits::FOLDER_NAME {
        return Err(Unreadable("Pattern too long"));
    }
    utf7::decode(&raw).ok_or(Unreadable("Pattern is not modified UTF-7"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Read<SequenceSet> {
        let mut cursor = Cursor::new(text.as_bytes());
        let set = SequenceSet::parse(&mut cursor)?;
        cursor.end().map(|()| set)
    }

    #[test]
    fn the_star_is_the_last_message() {
        let numbers = |text: &str, last| {
            let ranges = set(text).unwrap().resolve(last);
            (1..=20).filter(|n| ranges.contains(*n)).collect::<Vec<_>>()
        };
        assert_eq!(numbers("3,1:2,9:*", 10), [1, 2, 3, 9, 10]);
        // RFC 3501 §6.4.8: the last message is there even if 15 is beyond it.
        assert_eq!(numbers("15:*", 10), [10, 11, 12, 13, 14, 15]);
        assert_eq!(numbers("*", 0), []);
        for bad in ["", "0", "1:", "1,,2", "4294967296", "a"] {
            assert!(set(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn list_takes_the_extended_forms() {
        let read = |text: &str| ListArguments::parse(&mut Cursor::new(text.as_bytes()));
        let list = read(r#"(SUBSCRIBED) "" ("*" INBOX/%) RETURN (SPECIAL-USE STATUS (UIDNEXT))"#);
        let list = list.unwrap();
        assert!(list.only_subscribed && list.extended);
        assert_eq!(list.patterns, ["*", "INBOX/%"]);
        assert_eq!(list.status, Some(vec![StatusItem::UidNext]));
        assert!(read(r#""" * RETURN (SIZE)"#).is_err());
        assert!(!read(r#""" *"#).unwrap().extended);
    }
}
