//! Every limit of this crate, with its reason.
//!
//! Real mail stays far below all of them; what is beyond is left out and named
//! in `Message::defects`. All work is linear in what they let through.

/// Parts of one mail. The widest real mails (digests) have some hundreds; each
/// takes a KiB of memory while it is read, where two bytes of mail open it.
pub(crate) const MAX_PARTS: usize = 3_000;

/// Multiparts inside multiparts. Clients nest four or five deep; forwarding
/// chains ten. What lies deeper is taken for one part.
pub(crate) const MAX_DEPTH: usize = 100;

/// Fields of one header. Long ways through relays leave some two hundred.
pub(crate) const MAX_FIELDS: usize = 5_000;

/// Bytes of one field that are read, ids excepted: room for the addresses that
/// are kept, with their names. The reader of a field takes forty times as much
/// where each byte is a token.
pub(crate) const MAX_FIELD_BYTES: usize = 96 * 1024;

/// Bytes of a field with parameters (Content-Type, Content-Disposition): a
/// name of 255 characters in RFC 2231's longest spelling takes 3 KiB.
pub(crate) const MAX_PARAMETER_FIELD_BYTES: usize = 16 * 1024;

/// Addresses of one of To, Cc, Bcc …: what the large providers accept.
pub(crate) const MAX_ADDRESSES: usize = 1_000;

/// Ids of References: the first, and the last 99. The longest real one seen
/// has 37; the first names the thread's root, the last the mail's parents.
pub(crate) const MAX_REFERENCES: usize = 100;

/// Ids of one field that are in memory at a time; of more, the first and the
/// last go on.
pub(crate) const MAX_IDS_AT_ONCE: usize = 2_000;

/// Characters of a subject.
pub(crate) const MAX_SUBJECT_CHARS: usize = 1_000;

/// Characters of a name: of a person, or a file.
pub(crate) const MAX_NAME_CHARS: usize = 255;

/// Characters kept of a header that says something about automata.
pub(crate) const MAX_VALUE_CHARS: usize = 1_000;

/// Headers kept of those that may repeat (Delivered-To, markers).
pub(crate) const MAX_REPEATED: usize = 32;

/// Bytes of text read from a mail's parts, and as many of HTML: a book.
pub(crate) const MAX_TEXT_BYTES: usize = 2 * 1024 * 1024;

/// Attachments that are listed one by one.
pub(crate) const MAX_ATTACHMENTS: usize = 1_000;

/// Bytes read of a machine's report, a calendar object, or the headers of a
/// mail that is attached.
pub(crate) const MAX_REPORT_BYTES: usize = 256 * 1024;

/// Characters of the body in a message's identity: enough to tell two mails
/// apart, few enough to lie within the beginning that is fetched of a long one.
pub(crate) const DIGEST_CHARS: usize = 4096;

/// Bytes of an HTML tag within which its attributes are looked for: inline
/// styles take some hundreds.
pub(crate) const MAX_TAG_BYTES: usize = 4_096;

/// Bytes of HTML that are turned into text: snippets and conditions need no more.
pub(crate) const MAX_HTML_BYTES: usize = 1024 * 1024;

/// Quote marks before a line made from HTML, however deep it is quoted.
pub(crate) const MAX_QUOTE_MARKS: usize = 8;

/// Bytes of a text, or HTML, that are searched for a link before its opening is
/// read: as many as that can have been made from.
pub(crate) const MAX_GLANCE_BYTES: usize = 64 * 1024;

/// Characters of text in which classification looks for phrases: what makes a
/// bounce or a challenge one stands at the top.
pub(crate) const MAX_PHRASE_CHARS: usize = 4_000;
