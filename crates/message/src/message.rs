//! The facts of one mail, owned: nothing here points into the raw bytes.

use inboxlink_model::{Identity, MailDate, Mailbox, MessageId};
use serde::{Deserialize, Serialize};

/// What a timeline, contacts and conditions need of one mail.
///
/// Every field is what the mail *says*; nothing is looked up. What could not
/// be read is left out and named in [`Message::defects`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// A digest of (Message-ID, From, Date, Subject): the same for two copies
    /// of a mail, and for a forger's imitation of its headers.
    pub header_digest: [u8; 16],
    /// A digest of the beginning of the first piece of decoded text, white
    /// space folded: the same for a copy of which only the beginning was fetched.
    pub body_digest: [u8; 16],
    /// Message-ID (RFC 5322 §3.6.4).
    pub message_id: Option<MessageId>,
    /// In-Reply-To: the ids in it, also bare ones without angle brackets.
    pub in_reply_to: Vec<MessageId>,
    /// References, oldest first.
    pub references: Vec<MessageId>,
    /// From.
    pub from: Vec<Mailbox>,
    /// Sender.
    pub sender: Option<Mailbox>,
    /// Reply-To.
    pub reply_to: Vec<Mailbox>,
    /// To, groups flattened.
    pub to: Vec<Mailbox>,
    /// Cc.
    pub cc: Vec<Mailbox>,
    /// Bcc, where the mail still has it.
    pub bcc: Vec<Mailbox>,
    /// Date, where it can be read.
    pub date: Option<MailDate>,
    /// Subject, decoded, one line.
    pub subject: String,
    /// The text to read, where the mail has plain text: its parts in order,
    /// line breaks as LF; what stands there in HTML only is converted.
    pub text: Option<String>,
    /// The HTML to read, unsanitised, where the mail has some; what stands
    /// there in plain text only is set in `<pre>`.
    pub html: Option<String>,
    /// Where in `html` a further part of the mail begins, in bytes: parts are
    /// to be sanitised one by one, see [`Message::html_parts`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub html_breaks: Vec<usize>,
    /// Everything that is not the text to read.
    pub attachments: Vec<Attachment>,
    /// What servers on its way found out about its sender, topmost first.
    /// Anybody can write such a header: see [`Message::authenticated_by`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authentication: Vec<Authentication>,
    /// What the headers tell of lists, automata and delivery.
    pub automation: Automation,
    /// The delivery report inside, where the mail is one (RFC 3464).
    pub delivery_report: Option<DeliveryReport>,
    /// The read receipt inside, where the mail is one (RFC 8098).
    pub read_receipt: Option<ReadReceipt>,
    /// The calendar part inside, where there is one.
    pub calendar: Option<Calendar>,
    /// Whether the raw bytes ended before the mail did.
    pub truncated: bool,
    /// What is wrong with it.
    pub defects: Vec<Defect>,
}

impl Message {
    /// The message's identity: equal for the copies of one mail, different
    /// where only the headers are imitated.
    pub fn identity(&self) -> Identity {
        let digest = crate::Digest::new("identity")
            .field(self.header_digest)
            .field(self.body_digest);
        Identity::from_bytes(digest.finish())
    }

    /// To, Cc and Bcc in order.
    pub fn recipients(&self) -> impl Iterator<Item = &Mailbox> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// The HTML of each part, in order. Markup that one part leaves open ends
    /// with it, so that no part swallows the next (EFAIL).
    pub fn html_parts(&self) -> impl Iterator<Item = &str> {
        let html = self.html.as_deref().unwrap_or_default();
        let starts = std::iter::once(0).chain(self.html_breaks.iter().copied());
        let ends = self.html_breaks.iter().copied().chain([html.len()]);
        let parts = starts
            .zip(ends)
            .filter_map(move |(start, end)| html.get(start..end));
        parts.filter(|part| !part.is_empty())
    }

    /// What a server found out, by its name (RFC 8601's authserv-id): the
    /// topmost verdict under that name. To be asked with the name of the
    /// server that received the mail for us, which takes forgeries out.
    pub fn authenticated_by(&self, server: &str) -> Option<&Authentication> {
        let mut verdicts = self.authentication.iter();
        verdicts.find(|verdict| verdict.server.eq_ignore_ascii_case(server))
    }

    /// The author: the first From, else the Sender.
    pub fn author(&self) -> Option<&Mailbox> {
        self.from.first().or(self.sender.as_ref())
    }
}

/// What a part beside the text is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttachmentKind {
    /// A file.
    File,
    /// Shown within the HTML, by its Content-ID.
    Inline,
    /// A whole mail (message/rfc822).
    Message,
    /// A calendar object.
    Calendar,
    /// A machine's report: delivery status, disposition, feedback.
    Report,
    /// A signature (S/MIME or PGP) over other parts.
    Signature,
    /// Encrypted content.
    Encrypted,
    /// A winmail.dat (application/ms-tnef).
    Tnef,
}

/// What is known of a part without keeping its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The part's number as in IMAP (`2.1`; RFC 9051 §6.4.5), to fetch it by.
    pub part: String,
    /// What it is to the reader.
    pub kind: AttachmentKind,
    /// The name its sender gave it: data, never a path.
    pub name: Option<String>,
    /// Its media type in lower case, `application/pdf`.
    pub content_type: String,
    /// Its decoded size in bytes, as far as it was seen.
    pub size: u64,
    /// Content-ID without angle brackets.
    pub content_id: Option<String>,
}

/// A receiving server's verdicts (RFC 8601).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// The server's name, lower-cased.
    pub server: String,
    /// One for each method.
    pub results: Vec<AuthenticationResult>,
}

/// What one method found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticationResult {
    /// `spf`, `dkim`, `dmarc`, `arc` …
    pub method: String,
    /// `pass`, `fail`, `softfail`, `none` …
    pub result: String,
    /// The domain that it is about.
    pub domain: Option<String>,
}

/// The headers by which machines and lists make themselves known. Values are
/// decoded, capped in length, and kept as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automation {
    /// Auto-Submitted (RFC 3834): the keyword, lower-cased, without parameters.
    pub auto_submitted: Option<String>,
    /// Precedence, lower-cased.
    pub precedence: Option<String>,
    /// Return-Path; `Some("")` is the null path `<>`.
    pub return_path: Option<String>,
    /// List-Id (RFC 2919).
    pub list_id: Option<String>,
    /// List-Post (RFC 2369).
    pub list_post: Option<String>,
    /// List-Unsubscribe (RFC 2369, RFC 8058).
    pub list_unsubscribe: Option<String>,
    /// X-Failed-Recipients.
    pub failed_recipients: Option<String>,
    /// Delivered-To and X-Original-To, in order.
    pub delivered_to: Vec<String>,
    /// Other headers that classification, threads and attribution know, as
    /// `(lower-case name, value)`: `x-autoreply`, `thread-index` … `from`
    /// stands here where it holds no address.
    pub markers: Vec<(String, String)>,
}

/// A delivery status notification's facts (RFC 3464).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
    pub action: Option<String>,
    /// The enhanced status code, `5.1.1` (RFC 3463).
    pub status: Option<String>,
    /// Final-Recipient, else Original-Recipient.
    pub recipient: Option<String>,
    /// The Message-ID of the mail it reports on, from its embedded headers.
    pub original_message_id: Option<MessageId>,
}

/// A message disposition notification's facts (RFC 8098).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadReceipt {
    /// `displayed`, `deleted`, `denied` …
    pub disposition: Option<String>,
    /// The Message-ID of the mail it reports on.
    pub original_message_id: Option<MessageId>,
}

/// A calendar part's facts (RFC 5546).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// METHOD, upper-cased: `REQUEST`, `REPLY`, `CANCEL`, `COUNTER` …
    pub method: Option<String>,
    /// COMMENT, where its sender wrote one.
    pub comment: Option<String>,
    /// Whether it is a file that somebody attached, and not the mail itself.
    pub attached: bool,
}

/// Something wrong with a mail that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Defect {
    /// No header could be found: all bytes were taken for text.
    NoHeaders,
    /// The MIME parser gave up; headers were read by a simpler reader.
    Unparsable,
    /// No From with an address.
    NoFrom,
    /// No Date, or none that can be read.
    NoDate,
    /// No Message-ID, or none that can be used.
    NoMessageId,
    /// More of something than the limits allow; the rest was left out.
    TooMany {
        /// What: `parts`, `addresses`, `references` …
        what: String,
    },
    /// Parts are nested deeper than the limits allow.
    TooDeep,
    /// A text was cut at the limit of its length.
    TextCut,
    /// A character set that is not known; its bytes were read as well as possible.
    UnknownCharset {
        /// As named in the mail.
        charset: String,
    },
}
