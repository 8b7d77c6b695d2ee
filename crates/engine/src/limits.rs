//! The engine's limits, each with its reason.

/// Ids for which one live reply waits when the mail it answers is not stored
/// yet: the nearest ones. A References header is the sender's to fill, and
/// each id costs a row.
pub const WAITING_IDS: usize = 20;

/// Participants of one mail that get a row of their own. A mail to ten
/// thousand addresses is an announcement; its first ones stand for it.
pub const PARTICIPANTS: usize = 500;

/// Departed copies that one step settles; the next step settles the next.
pub const SETTLED_AT_ONCE: usize = 500;

/// Characters of new text kept as the snippet of a timeline entry.
pub const SNIPPET_CHARS: usize = 160;

/// How long a correspondent who was sent a rule's follow-up gets no second one
/// of that rule, in milliseconds: a day. A person who writes twice is not told
/// the same twice, and a machine that passes for a person makes no loop.
pub const FOLLOW_UP_PAUSE_MS: i64 = 24 * 60 * 60 * 1000;

/// Mails of one thread that are read where a rule asks about the thread: the
/// newest. Who wrote two hundred answers is not counted any further.
pub const CONVERSATION_MAILS: usize = 200;

/// Waits for an answer that one tick looks at; the next tick takes the next.
pub const WAITS_AT_ONCE: usize = 250;

/// How soon a wait is looked at again whose silence is not certain yet, because
/// an inbox was not read far enough, in milliseconds. It is the pause between
/// two questions to a server that does not answer.
pub const LOOK_AGAIN_MS: i64 = 20_000;

/// How far a Date header may lie after the server's own INTERNALDATE before
/// it is not believed, in milliseconds: a day, for clocks set to local time.
pub const DATE_AHEAD_MS: i64 = 24 * 60 * 60 * 1000;
