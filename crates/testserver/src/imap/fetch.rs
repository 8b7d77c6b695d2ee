//! FETCH's responses, one message at a time.

use std::sync::Arc;

use super::encode;
use super::envelope::envelope;
use super::parse::{Item, Items};
use super::response::Response;
use super::section::section;
use super::structure::structure;
use crate::date;
use crate::mime::{Part, split_header};
use crate::model::Message;

/// A message to be shown.
pub(crate) struct Row {
    pub(crate) number: u32,
    pub(crate) message: Arc<Message>,
    /// Whether the flags are told even unasked: fetching has changed them.
    pub(crate) show_flags: bool,
}

impl Row {
    pub(crate) fn render(&self, items: &Items, condstore: bool) -> Response {
        let mut line = format!("* {} FETCH (", self.number).into_bytes();
        let before = line.len();
        let next = |line: &mut Vec<u8>| {
            if line.len() > before {
                line.push(b' ');
            }
        };
        for item in &items.0 {
            next(&mut line);
            self.item(item, &mut line);
        }
        if self.show_flags && !items.0.contains(&Item::Flags) {
            next(&mut line);
            self.item(&Item::Flags, &mut line);
        }
        if self.show_flags && condstore && !items.0.contains(&Item::Modseq) {
            next(&mut line);
            self.item(&Item::Modseq, &mut line);
        }
        line.extend_from_slice(b")\r\n");
        Response::raw(line)
    }

    fn item(&self, item: &Item, line: &mut Vec<u8>) {
        let message = &self.message;
        let raw = &message.raw;
        let text = match item {
            Item::Uid => format!("UID {}", message.uid),
            Item::Flags => format!("FLAGS {}", message.flags.list()),
            Item::InternalDate => {
                format!(
                    "INTERNALDATE \"{}\"",
                    date::internal_date(message.internal_date)
                )
            }
            Item::Size => format!("RFC822.SIZE {}", raw.len()),
            Item::Modseq => format!("MODSEQ ({})", message.modseq),
            Item::Envelope => {
                line.extend_from_slice(b"ENVELOPE ");
                return envelope(line, split_header(raw).0);
            }
            Item::Structure { extended } => {
                line.extend_from_slice(match extended {
                    true => b"BODYSTRUCTURE ",
                    false => b"BODY ",
                });
                return structure(line, &Part::parse(raw), *extended);
            }
            Item::Section(wanted) => {
                line.extend_from_slice(wanted.label.as_bytes());
                if let Some(partial) = wanted.partial {
                    line.extend_from_slice(format!("<{}>", partial.start).as_bytes());
                }
                line.push(b' ');
                match section(raw, wanted) {
                    Some(bytes) => encode::literal(line, &bytes),
                    None => line.extend_from_slice(b"NIL"),
                }
                return;
            }
        };
        line.extend_from_slice(text.as_bytes());
    }
}
