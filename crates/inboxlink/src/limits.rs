//! The facade's limits, each with its reason.

use std::time::Duration;

/// Batches on their way between the network and the store: enough to keep
/// both busy, few enough to keep memory flat.
pub const BATCHES_IN_FLIGHT: usize = 2;

/// Bytes of mail that make a batch. A commit costs one disk flush, whatever
/// its size; a batch is in memory several times while it is worked on.
pub const BATCH_BYTES: usize = 2 * 1024 * 1024;

/// Mails that make a batch, however small they are.
pub const BATCH_MAILS: usize = 250;

/// How often a batch is stepped anew because another writer was faster. Each
/// refusal means that somebody else went ahead; so many in a row mean that
/// something is wrong.
pub const COMMIT_TRIES: usize = 50;

/// Events read from the store at a time.
pub const EVENTS_AT_ONCE: usize = 256;

/// Pages of a timeline that are looked through to fill one, where much of it is
/// hidden from the viewer; the next request goes on from there.
pub const PAGES_LOOKED_THROUGH: usize = 10;

/// Messages erased in one transaction: it holds back other writers so long.
pub const ERASED_AT_ONCE: usize = 2_000;

/// Messages of an export that are looked up at a time.
pub const EXPORTED_AT_ONCE: usize = 100;

/// How often folders other than INBOX are looked at while INBOX is watched.
pub const POLL_FOLDERS: Duration = Duration::from_secs(60);

/// How often an inbox is asked for follow-ups to send that another process
/// made; what this one makes is sent at once.
pub const LOOK_FOR_FOLLOW_UPS: Duration = Duration::from_secs(60);

/// How often it is asked after a follow-up that another task is working on.
pub const HELD_PAUSE: Duration = Duration::from_secs(1);

/// Follow-ups read at a time to be sent.
pub const SEND_AT_ONCE: usize = 64;

/// How long one attempt at sending a mail may take in all: more than the sum
/// of what each of its parts may. After that its end is unknown.
pub const ATTEMPT_TIME: Duration = Duration::from_secs(30 * 60);

/// How long whoever sends a mail is taken to be alive after they last said so.
/// A sender that is killed leaves nobody in doubt for longer; one whose machine
/// sleeps stops when it finds that its time is over.
pub const LEASE: Duration = Duration::from_secs(90);

/// How often they say so: twice may fail.
pub const RENEW: Duration = Duration::from_secs(30);

/// How long one delivery of a webhook may take: it only has to be taken.
pub const WEBHOOK_TIME: Duration = Duration::from_secs(15);

/// The pauses after failures of a webhook in a row; the last one goes on.
pub const WEBHOOK_PAUSES: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
];

/// How long a webhook may fail before nothing is posted there any more: over a
/// weekend somebody may be away.
pub const WEBHOOK_PATIENCE: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// How long after one that failed another attempt is made at putting a copy
/// into the Sent folder.
pub const COPY_PAUSE: Duration = Duration::from_secs(5 * 60);

/// How long that is tried: after a day nobody looks for the copy any more.
pub const COPY_TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Mails of a folder that are compared with those of other inboxes, to tell
/// whether a mailbox is one that was renamed or moved.
pub const SAMPLE_MAILS: usize = 32;

/// Fewer than these say nothing: two people may well share three mails.
pub const SAMPLE_MIN: usize = 8;

/// Contacts looked at at a time when an inbox is erased.
pub const CONTACTS_AT_ONCE: usize = 200;

/// In which time a workspace may test so many connections.
pub const TEST_WINDOW: Duration = Duration::from_secs(60);

/// Addresses decided on at a time when a history is looked through again.
pub const ADDRESSES_AT_ONCE: usize = 1000;

/// How often a followed inbox is asked whether another process has paused it;
/// this one says so at once.
pub const LOOK_FOR_STOPS: Duration = Duration::from_secs(60);

/// How often one sync connects before it gives up, unless the options say.
pub const CONNECT_TRIES: u32 = 2;

/// The first pause before a lost connection is made again; it doubles.
pub const BACKOFF_MIN: Duration = Duration::from_secs(2);

/// The longest pause before a lost connection is made again.
pub const BACKOFF_MAX: Duration = Duration::from_secs(80);

/// Connections that mails of one folder may break in one sync. Each is found
/// and named; a server that breaks on more has another illness.
pub const POISON_RECONNECTS: u32 = 10;

/// Bytes of a mail fetched in search of its text, where the first ones held
/// none: a mail of pictures may have no text at all.
pub const TOP_UP_BYTES: usize = 1024 * 1024;

/// Bytes fetched at a time in that search.
pub const TOP_UP_STEP: u32 = 256 * 1024;
