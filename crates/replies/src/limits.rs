//! Every limit of this crate, with its reason. What goes beyond one is an
//! error when a condition is compiled, and a cut when a mail is read.

/// How deep conditions nest: a form shows three levels, a generator may make a few more.
pub const MAX_DEPTH: usize = 16;

/// Nodes of one condition tree.
pub const MAX_NODES: usize = 256;

/// Texts and values of one condition tree, all its keyword groups together.
pub const MAX_ATOMS: usize = 512;

/// The longest text to look for, in bytes.
pub const MAX_TEXT_BYTES: usize = 1024;

/// The longest node id, in bytes: a UUID fits twice.
pub const MAX_NODE_ID_BYTES: usize = 100;

/// The longest period to wait for an answer, in days: a year, and a little more.
pub const MAX_PERIOD_DAYS: u32 = 400;

/// How much of a mail's new text is searched, in bytes. People write less;
/// what lies beyond was pasted.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// How many ids of References are looked up, newest first. A thread's way
/// leads through its last mails.
pub const MAX_REFERENCES: usize = 100;

/// How long after a mail of ours the same subject is probably its answer, in days.
pub const MAX_GUESS_DAYS: u32 = 30;

/// How much of a text is searched for a quoted token, in bytes. Quotations of
/// quotations stand further below.
pub const MAX_TOKEN_TEXT_BYTES: usize = 64 * 1024;

/// How many automatic answers move one deadline: a person has a few absences.
pub const MAX_EXTENSIONS: usize = 16;

/// How many changes to a rule index wait until all its rules are compiled anew:
/// so many compile in a fraction of a millisecond.
pub const MAX_RECENT_RULES: usize = 128;

/// How much of what a condition saw is kept for its explanation, in characters.
pub const MAX_SAW_CHARS: usize = 200;

/// How many pieces of evidence a firing carries: more nobody reads, and each
/// stands in the event. A dry run shows every node.
pub const MAX_EVIDENCE: usize = 16;

/// The longest template of a follow-up, in bytes: some thirty pages.
pub const MAX_TEMPLATE_BYTES: usize = 64 * 1024;

/// How much a placeholder puts in, in characters: a name with all its titles.
pub const MAX_PLACEHOLDER_CHARS: usize = 100;

/// The longest follow-up with its placeholders filled, in bytes.
pub const MAX_FOLLOW_UP_BYTES: usize = 256 * 1024;

/// Ids written into References: the first and the last 20. Some relays refuse
/// mail whose header grows with its thread.
pub const MAX_WRITTEN_REFERENCES: usize = 21;

/// How often a follow-up is offered to a server that certainly did not take it.
pub const MAX_SEND_ATTEMPTS: u32 = 6;

/// The pause after the first such attempt is twice this, in milliseconds, and
/// doubles with each further one: 2, 4, … 32 minutes, an hour in all. A
/// follow-up that comes much later is none.
pub const SEND_BACKOFF_MILLIS: i64 = 60_000;
