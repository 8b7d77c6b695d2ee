//! What FETCH asks for (RFC 3501 §6.4.5, RFC 7162 §3.1.4).

use super::cursor::{Cursor, Read, Unreadable};

/// One data item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    Uid,
    Flags,
    InternalDate,
    Size,
    Modseq,
    /// X-GM-EXT-1.
    GmailMessageId,
    GmailThreadId,
    GmailLabels,
    /// OBJECTID (RFC 8474).
    EmailId,
    ThreadId,
    Envelope,
    /// `BODY` without a section, or BODYSTRUCTURE.
    Structure {
        extended: bool,
    },
    Section(Section),
}

/// Bytes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// How the response names it: `BODY[1.MIME]`, `RFC822`.
    pub(crate) label: String,
    /// Whether the message stays unseen.
    pub(crate) peek: bool,
    /// The part's number; empty for the whole message.
    pub(crate) path: Vec<u32>,
    pub(crate) text: SectionText,
    pub(crate) partial: Option<Partial>,
}

/// Which of a part's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SectionText {
    /// The whole message, or the part's body.
    Whole,
    Header,
    Text,
    Mime,
    /// These fields, or all but these.
    Fields {
        names: Vec<Vec<u8>>,
        not: bool,
    },
}

/// `<start.length>`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Partial {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// All items of a FETCH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Items(pub(crate) Vec<Item>);

impl Items {
    pub(crate) fn parse(cursor: &mut Cursor<'_>) -> Read<Self> {
        if cursor.peek() == Some(b'(') {
            let items = cursor.list(item)?;
            return match items.is_empty() {
                true => Err(Unreadable("Nothing to fetch")),
                false => Ok(Self(items)),
            };
        }
        let macros = cursor.clone().word(|b| b.is_ascii_alphanumeric())?;
        let fast = [Item::Flags, Item::InternalDate, Item::Size];
        let more: &[Item] = match macros.to_ascii_uppercase().as_str() {
            "FAST" => &[],
            "ALL" => &[Item::Envelope],
            "FULL" => &[Item::Envelope, Item::Structure { extended: false }],
            _ => return Ok(Self(vec![item(cursor)?])),
        };
        cursor.keyword()?;
        Ok(Self(fast.iter().chain(more).cloned().collect()))
    }

    pub(crate) fn add(&mut self, item: Item) {
        if !self.0.contains(&item) {
            self.0.push(item);
        }
    }

    /// Whether fetching marks a message as seen.
    pub(crate) fn mark_seen(&self) -> bool {
        self.0
            .iter()
            .any(|item| matches!(item, Item::Section(section) if !section.peek))
    }
}

fn item(cursor: &mut Cursor<'_>) -> Read<Item> {
    let name = cursor.word(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))?;
    let whole = |peek, text| {
        Item::Section(Section {
            label: name.to_ascii_uppercase(),
            peek,
            path: Vec::new(),
            text,
            partial: None,
        })
    };
    Ok(match name.to_ascii_uppercase().as_str() {
        "UID" => Item::Uid,
        "FLAGS" => Item::Flags,
        "INTERNALDATE" => Item::InternalDate,
        "RFC822.SIZE" => Item::Size,
        "MODSEQ" => Item::Modseq,
        "X-GM-MSGID" => Item::GmailMessageId,
        "X-GM-THRID" => Item::GmailThreadId,
        "X-GM-LABELS" => Item::GmailLabels,
        "EMAILID" => Item::EmailId,
        "THREADID" => Item::ThreadId,
        "ENVELOPE" => Item::Envelope,
        "BODYSTRUCTURE" => Item::Structure { extended: true },
        "RFC822" => whole(false, SectionText::Whole),
        "RFC822.HEADER" => whole(true, SectionText::Header),
        "RFC822.TEXT" => whole(false, SectionText::Text),
        "BODY" if cursor.peek() != Some(b'[') => Item::Structure { extended: false },
        "BODY" => Item::Section(section(cursor, false)?),
        "BODY.PEEK" => Item::Section(section(cursor, true)?),
        _ => return Err(Unreadable("Unknown fetch item")),
    })
}

fn section(cursor: &mut Cursor<'_>, peek: bool) -> Read<Section> {
    cursor.expect(b'[')?;
    let (path, text) = section_spec(cursor)?;
    cursor.expect(b']')?;
    let label = format!("BODY[{}]", spelled(&path, &text));
    let mut partial = None;
    if cursor.skip(b'<') {
        let start = offset(cursor)?;
        cursor.expect(b'.')?;
        let length = offset(cursor)?;
        cursor.expect(b'>')?;
        if length == 0 {
            return Err(Unreadable("A partial has at least one byte"));
        }
        partial = Some(Partial { start, length });
    }
    Ok(Section {
        label,
        peek,
        path,
        text,
        partial,
    })
}

fn section_spec(cursor: &mut Cursor<'_>) -> Read<(Vec<u32>, SectionText)> {
    let mut path = Vec::new();
    while cursor.peek().is_some_and(|b| b.is_ascii_digit()) {
        let number = u32::try_from(cursor.number()?).ok().filter(|n| *n > 0);
        path.push(number.ok_or(Unreadable("Not a part number"))?);
        if !cursor.skip(b'.') {
            return Ok((path, SectionText::Whole));
        }
    }
    if path.is_empty() && cursor.peek() == Some(b']') {
        return Ok((path, SectionText::Whole));
    }
    let name = cursor.word(|b| b.is_ascii_alphabetic() || b == b'.')?;
    let text = match name.to_ascii_uppercase().as_str() {
        "HEADER" => SectionText::Header,
        "TEXT" => SectionText::Text,
        "MIME" if !path.is_empty() => SectionText::Mime,
        name @ ("HEADER.FIELDS" | "HEADER.FIELDS.NOT") => {
            cursor.space()?;
            SectionText::Fields {
                names: cursor.list(Cursor::astring)?,
                not: name.ends_with("NOT"),
            }
        }
        _ => return Err(Unreadable("Unknown section")),
    };
    Ok((path, text))
}

fn spelled(path: &[u32], text: &SectionText) -> String {
    let mut pieces: Vec<String> = path.iter().map(u32::to_string).collect();
    match text {
        SectionText::Whole => {}
        SectionText::Header => pieces.push("HEADER".to_owned()),
        SectionText::Text => pieces.push("TEXT".to_owned()),
        SectionText::Mime => pieces.push("MIME".to_owned()),
        SectionText::Fields { names, not } => {
            let name = match not {
                true => "HEADER.FIELDS.NOT",
                false => "HEADER.FIELDS",
            };
            let mut fields = Vec::new();
            for field in names {
                if !fields.is_empty() {
                    fields.push(b' ');
                }
                fields.extend(field.iter().filter(|b| b.is_ascii_graphic()));
            }
            let fields = String::from_utf8_lossy(&fields);
            pieces.push(format!("{name} ({fields})"));
        }
    }
    pieces.join(".")
}

fn offset(cursor: &mut Cursor<'_>) -> Read<usize> {
    usize::try_from(cursor.number()?).map_err(|_| Unreadable("Number too large"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Read<Vec<Item>> {
        let mut cursor = Cursor::new(text.as_bytes());
        let items = Items::parse(&mut cursor)?;
        cursor.end().map(|()| items.0)
    }

    fn section(text: &str) -> Section {
        match items(text).unwrap().as_slice() {
            [Item::Section(section)] => section.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sections_are_named_as_they_were_asked_for() {
        let part = section("body.peek[1.2.header.fields (From \"To\")]<10.20>");
        assert_eq!(part.label, "BODY[1.2.HEADER.FIELDS (From To)]");
        assert_eq!(part.path, [1, 2]);
        assert!(part.peek);
        let expected = Partial {
            start: 10,
            length: 20,
        };
        assert_eq!(part.partial, Some(expected));
        assert_eq!(section("BODY[]").label, "BODY[]");
        assert_eq!(section("rfc822").label, "RFC822");
        assert_eq!(section("BODY[2.MIME]").text, SectionText::Mime);
    }

    #[test]
    fn macros_stand_for_items() {
        assert_eq!(items("FULL").unwrap().len(), 5);
        assert_eq!(items("(UID BODY)").unwrap().len(), 2);
        for bad in ["()", "(FAST)", "BODY[MIME]", "BODY[0]", "BODY[]<1.0>", "X"] {
            assert!(items(bad).is_err(), "{bad}");
        }
    }
}
