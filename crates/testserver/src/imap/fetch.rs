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
    /// Gmail's labels, where they were asked for.
    pub(crate) labels: Vec<String>,
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

    fn labels(&self) -> String {
        let labels: Vec<String> = self.labels.iter().map(|l| encode::mailbox(l)).collect();
        labels.join(" ")
    }

    fn item(&self, item: &Item, line: &mut Vec<u8>) {
        let message = &self.message;
        let raw = &message.mail.raw;
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
            Item::GmailMessageId => format!("X-GM-MSGID {}", message.mail.id),
            Item::GmailThreadId => format!("X-GM-THRID {}", message.mail.thread),
            Item::GmailLabels => format!("X-GM-LABELS ({})", self.labels()),
            Item::EmailId => format!("EMAILID (M{})", message.mail.id),
            Item::ThreadId => format!("THREADID (T{})", message.mail.thread),
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

#[cfg(test)]
mod tests {
    use async_imap::imap_proto::{AttributeValue, Response as Parsed};
    use proptest::prelude::*;

    use super::*;
    use crate::imap::parse::{Command, parse};
    use crate::model::{Flags, Mail};

    /// Pieces from which odd mails are made.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let known = prop::sample::select(vec![
            "Content-Type: multipart/mixed; boundary=a\r\n",
            "Content-Type: multipart/digest; boundary=\"a b\"\r\n",
            "Content-Type: message/rfc822\r\n",
            "Content-Type: text/html; charset=\"\\\"\r\n",
            "Content-Disposition: attachment; filename=caf\u{e9}\r\n",
            "From: A \"b\" (c) <d@e>, g: h@i, ;, <@x:y@z>\r\n",
            "Subject: \u{0}\u{7f}\"\\\r\n folded\r\n",
            "\r\n",
            "\n",
            "--a\r\n",
            "--a b\n",
            "--a--\r\n",
            "text\r\n",
        ]);
        prop_oneof![
            4 => known.prop_map(|text| text.as_bytes().to_vec()),
            1 => prop::collection::vec(any::<u8>(), 0..20),
        ]
    }

    fn fetched(raw: &[u8], items: &str) -> Response {
        let line = format!("a FETCH 1 {items}");
        let Ok(Command::Fetch { items, .. }) = parse(line.as_bytes()).1 else {
            panic!("unreadable: {line}");
        };
        let message = Message {
            uid: 1,
            modseq: 1,
            flags: Flags::default(),
            internal_date: 0,
            mail: Mail {
                id: 1,
                thread: 1,
                raw: raw.into(),
            },
        };
        let row = Row {
            number: 1,
            message: Arc::new(message),
            show_flags: false,
            labels: Vec::new(),
        };
        row.render(&items, false)
    }

    proptest! {
        /// Whatever the mail, a strict parser reads the response to its end.
        /// (Bare BODY is left out: that parser doesn't know it.)
        #[test]
        fn every_mail_is_shown_in_imaps_grammar(
            pieces in prop::collection::vec(piece(), 0..20),
        ) {
            let raw = pieces.concat();
            let response = fetched(&raw, "(BODYSTRUCTURE ENVELOPE BODY[1] BODY[]<2.5>)");
            let (rest, parsed) = Parsed::parse(response.bytes())
                .map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
            prop_assert!(rest.is_empty());
            let Parsed::Fetch(1, values) = parsed else {
                return Err(TestCaseError::fail("no FETCH"));
            };
            prop_assert_eq!(values.len(), 4);
            let part = raw.get(2..).unwrap_or_default();
            let part = part.get(..5).unwrap_or(part);
            let shown = values.iter().any(|value| matches!(
                value,
                AttributeValue::BodySection { index: Some(2), data: Some(data), .. }
                    if data.as_ref() == part
            ));
            prop_assert!(shown);
        }
    }
}
