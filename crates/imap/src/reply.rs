//! What a server says, as owned values: the parser's rows each pin at least
//! 4 KiB, so none outlives the moment it is read.

use async_imap::imap_proto::{
    self, AttributeValue, Capability, MailboxDatum, NameAttribute, Response, ResponseCode, Status,
    StatusAttribute,
};
use inboxlink_model::Timestamp;
use inboxlink_sync::ListedFolder;

use crate::{date::parse_internal_date, text};

/// How a command ended, or what a server says unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Ok,
    No,
    Bad,
    PreAuth,
    Bye,
}

/// The response codes that matter here (RFC 9051 §7.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Code {
    UidValidity(u32),
    UidNext(u32),
    HighestModSeq(u64),
    Capabilities(Vec<String>),
    Other,
}

/// A status response, tagged or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusReply {
    pub(crate) verdict: Verdict,
    pub(crate) code: Option<Code>,
    /// The server's words, with any response code that is not a [`Code`].
    pub(crate) text: String,
}

/// A FETCH response's attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) uid: Option<u32>,
    pub(crate) flags: Vec<String>,
    pub(crate) internal_date: Option<Timestamp>,
    pub(crate) size: Option<u32>,
    pub(crate) provider_id: Option<String>,
    /// The whole mail's bytes, or those from `origin` on.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) origin: u32,
}

/// A STATUS response's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FolderNumbers {
    pub(crate) messages: Option<u32>,
    pub(crate) uid_next: Option<u32>,
    pub(crate) uid_validity: Option<u32>,
}

/// One response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    Done {
        tag: String,
        status: StatusReply,
    },
    Status(StatusReply),
    /// With the server's challenge, or whatever it says.
    Continue(String),
    Capabilities(Vec<String>),
    Exists(u32),
    Expunged,
    Listed(ListedFolder),
    FolderStatus(String, FolderNumbers),
    Found(Vec<u32>),
    Fetched(Fetched),
    Other,
}

impl Reply {
    /// From the parser's view of a block of bytes.
    pub(crate) fn new(block: &[u8], response: &Response<'_>) -> Self {
        match response {
            Response::Done {
                tag,
                status,
                outcome,
            } => Self::Done {
                tag: tag.0.clone(),
                status: status_reply(status, outcome),
            },
            Response::Data { status, outcome } => Self::Status(status_reply(status, outcome)),
            Response::Continue(said) => {
                Self::Continue(said.information.as_deref().unwrap_or_default().to_owned())
            }
            Response::Capabilities(names) => Self::Capabilities(capabilities(names)),
            Response::Expunge(_) | Response::Vanished { .. } => Self::Expunged,
            Response::Fetch(_, attributes) => Self::Fetched(fetched(block, attributes)),
            Response::MailboxData(MailboxDatum::Exists(count)) => Self::Exists(*count),
            Response::MailboxData(MailboxDatum::Search(numbers)) => Self::Found(numbers.clone()),
            Response::MailboxData(MailboxDatum::List(listed)) => Self::Listed(ListedFolder {
                raw_name: text::string(block, &listed.name),
                delimiter: listed
                    .delimiter
                    .as_ref()
                    .and_then(|delimiter| text::string(block, delimiter).chars().next()),
                attributes: listed.name_attributes.iter().map(attribute_name).collect(),
            }),
            Response::MailboxData(MailboxDatum::Status { mailbox, status }) => {
                Self::FolderStatus(text::string(block, mailbox), numbers(status))
            }
            _ => Self::Other,
        }
    }
}

fn status_reply(status: &Status, outcome: &imap_proto::Outcome<'_>) -> StatusReply {
    let verdict = match status {
        Status::Ok => Verdict::Ok,
        Status::No => Verdict::No,
        Status::Bad => Verdict::Bad,
        Status::PreAuth => Verdict::PreAuth,
        Status::Bye => Verdict::Bye,
    };
    let code = outcome.code.as_ref().map(|code| match code {
        ResponseCode::UidValidity(value) => Code::UidValidity(*value),
        ResponseCode::UidNext(value) => Code::UidNext(*value),
        ResponseCode::HighestModSeq(value) => Code::HighestModSeq(*value),
        ResponseCode::Capabilities(names) => Code::Capabilities(capabilities(names)),
        _ => Code::Other,
    });
    // The parser takes this one code off; the words alone mean less.
    let alert = match outcome.code {
        Some(ResponseCode::Alert) => "[ALERT] ",
        _ => "",
    };
    let words = outcome.information.as_deref().unwrap_or_default();
    let text = format!("{alert}{words}");
    StatusReply {
        verdict,
        code,
        text,
    }
}

fn capabilities(names: &[Capability<'_>]) -> Vec<String> {
    names
        .iter()
        .map(|name| match name {
            Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
            Capability::Auth(name) => format!("AUTH={}", name.to_ascii_uppercase()),
            Capability::Atom(name) => name.to_ascii_uppercase(),
        })
        .collect()
}

fn attribute_name(attribute: &NameAttribute<'_>) -> String {
    match attribute {
        NameAttribute::NoInferiors => "\\Noinferiors",
        NameAttribute::NoSelect => "\\Noselect",
        NameAttribute::Marked => "\\Marked",
        NameAttribute::Unmarked => "\\Unmarked",
        NameAttribute::All => "\\All",
        NameAttribute::Archive => "\\Archive",
        NameAttribute::Drafts => "\\Drafts",
        NameAttribute::Flagged => "\\Flagged",
        NameAttribute::Junk => "\\Junk",
        NameAttribute::Sent => "\\Sent",
        NameAttribute::Trash => "\\Trash",
        NameAttribute::Extension(name) => name,
        _ => "",
    }
    .to_owned()
}

fn numbers(status: &[StatusAttribute]) -> FolderNumbers {
    let mut out = FolderNumbers::default();
    for attribute in status {
        match attribute {
            StatusAttribute::Messages(value) => out.messages = Some(*value),
            StatusAttribute::UidNext(value) => out.uid_next = Some(*value),
            StatusAttribute::UidValidity(value) => out.uid_validity = Some(*value),
            _ => {}
        }
    }
    out
}

fn fetched(block: &[u8], attributes: &[AttributeValue<'_>]) -> Fetched {
    let mut out = Fetched::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => out.uid = Some(*uid),
            AttributeValue::Flags(flags) => {
                // Whether this session is the first to see it tells nothing of
                // the mail.
                let lasting = flags
                    .iter()
                    .filter(|flag| !flag.eq_ignore_ascii_case("\\Recent"));
                out.flags = lasting.map(|flag| flag.to_string()).collect();
            }
            AttributeValue::InternalDate(date) => out.internal_date = parse_internal_date(date),
            AttributeValue::Rfc822Size(size) => out.size = Some(*size),
            AttributeValue::GmailMsgId(id) => out.provider_id = Some(id.to_string()),
            AttributeValue::EmailId(id) => out.provider_id = Some(id.to_string()),
            AttributeValue::BodySection {
                section: None,
                index,
                data: Some(data),
            } => {
                out.origin = index.unwrap_or(0);
                out.body = Some(text::bytes(block, data));
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(line: &[u8]) -> Reply {
        let (rest, response) = Response::parse(line).unwrap();
        assert_eq!(rest, b"");
        Reply::new(line, &response)
    }

    #[test]
    fn names_are_unescaped_only_where_they_were_quoted() {
        let raw = |line: &[u8]| match reply(line) {
            Reply::Listed(folder) => (folder.raw_name, folder.delimiter),
            other => panic!("{other:?}"),
        };
        let backslash = Some('\\');
        assert_eq!(
            raw(b"* LIST () \"\\\\\" \"a\\\\b\\\"c\"\r\n"),
            ("a\\b\"c".into(), backslash)
        );
        assert_eq!(
            raw(b"* LIST () NIL {4}\r\na\\\\b\r\n"),
            ("a\\\\b".into(), None)
        );
        assert_eq!(
            raw(b"* LIST () \"/\" Plain\r\n"),
            ("Plain".into(), Some('/'))
        );
    }

    #[test]
    fn a_mail_is_read_whole() {
        let line = b"* 4 FETCH (UID 9 FLAGS (\\Seen \\Recent $Forwarded) INTERNALDATE \"01-Jan-1970 00:00:01 +0000\" RFC822.SIZE 12 X-GM-MSGID 77 BODY[]<0> {4}\r\nFrom)\r\n";
        assert_eq!(
            reply(line),
            Reply::Fetched(Fetched {
                uid: Some(9),
                flags: vec!["\\Seen".into(), "$Forwarded".into()],
                internal_date: Some(Timestamp(1000)),
                size: Some(12),
                provider_id: Some("77".into()),
                body: Some(b"From".to_vec()),
                origin: 0,
            })
        );
    }

    #[test]
    fn a_refusal_keeps_its_code() {
        let text = |line: &[u8]| match reply(line) {
            Reply::Done { status, .. } => status.text,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            text(b"i1 NO [ALERT] Web login required\r\n"),
            "[ALERT] Web login required"
        );
        assert_eq!(
            text(b"i1 NO [UNAVAILABLE] Later\r\n"),
            "[UNAVAILABLE] Later"
        );
    }
}
