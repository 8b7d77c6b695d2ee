//! Every limit of this crate, and why it stands where it stands.

/// References of one mail that join threads: the first and the last 99. The
/// longest list seen in real mail has 37; a forged one can have thousands.
pub const MAX_REFERENCES: usize = 100;

/// How many `Re:`, `Fwd:` and `[list]` prefixes are taken off a subject.
/// People and servers pile up a dozen; more is an accident.
pub const MAX_SUBJECT_PREFIXES: usize = 32;

/// How far back a subject reaches for the mail it answers, in days. Beyond a
/// month the same subject is mostly another matter.
pub const RELATED_WINDOW_DAYS: i64 = 30;

/// Lines of a body that are looked at one by one; what follows is one line
/// more. Bounds the memory that a body of nothing but line ends takes.
pub const MAX_REPLY_LINES: usize = 50_000;

/// Bytes of a text from which its snippet is made: where nothing new stands in
/// that much, the quote is what the mail is about.
pub(crate) const SNIPPET_TEXT_BYTES: usize = 8 * 1024;

/// Bytes of HTML from which a snippet is made; its head alone may be long.
pub(crate) const SNIPPET_HTML_BYTES: usize = 64 * 1024;

/// Nesting of HTML that is followed; deeper elements count as their parents'.
pub const MAX_HTML_DEPTH: usize = 1_000;

/// Bytes of a line within which an attribution, a label or a closing line is
/// looked for: these are short, and a long line is prose.
pub(crate) const MARKER_LINE_BYTES: usize = 400;

/// Lines over which an attribution may be wrapped.
pub(crate) const ATTRIBUTION_LINES: usize = 6;

/// Lines within which the header block of a quoted mail has its labels: lists
/// of recipients wrap over a dozen.
pub(crate) const HEADER_BLOCK_LINES: usize = 24;

/// Lines that a signature after a bare `--` may have before it is taken for
/// text under a hand-drawn rule.
pub(crate) const SIGNATURE_LINES: usize = 15;

/// Lines that a disclaimer at the end may have.
pub(crate) const DISCLAIMER_LINES: usize = 40;

/// Bytes of a paragraph in which the words of a legal notice are looked for.
pub(crate) const NOTICE_BYTES: usize = 1_000;

/// Lines that a mailing list's footer may have below its rule.
pub(crate) const FOOTER_LINES: usize = 8;

/// Lines that a name and its contact data may have.
pub(crate) const CONTACT_LINES: usize = 10;

/// Characters of a line of contact data.
pub(crate) const CONTACT_LINE_CHARS: usize = 80;

/// Letters and digits by which the new text of a mail's two versions may
/// differ before they are said to disagree: a link, a line of a device.
pub(crate) const AGREEMENT_SLACK: usize = 60;

/// Bytes of HTML that are sanitised; above it the text is shown. The largest
/// newsletters have some hundred KiB.
#[cfg(feature = "html")]
pub(crate) const MAX_SAFE_HTML_BYTES: usize = 1024 * 1024;

/// Tags of HTML that is sanitised: a long newsletter has a few thousand.
#[cfg(feature = "html")]
pub(crate) const MAX_HTML_ELEMENTS: usize = 100_000;

/// Elements open at the same time in HTML that is sanitised: a parser looks up
/// all of them at some tags. Long threads of nested quotes reach a hundred.
#[cfg(feature = "html")]
pub(crate) const MAX_OPEN_ELEMENTS: usize = 400;

/// Formatting elements that a parser would open again because they were left
/// open, over the whole document.
#[cfg(feature = "html")]
pub(crate) const MAX_REOPENED_ELEMENTS: usize = 100_000;
