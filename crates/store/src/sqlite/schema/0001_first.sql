-- Every key begins with the workspace, `ws`: a small number that stands for
-- the workspace's id, so that sixteen bytes are not repeated in every row.
CREATE TABLE workspaces (
    ws      INTEGER PRIMARY KEY,
    id      BLOB NOT NULL UNIQUE,
    graph   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    rules   INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    config  TEXT NOT NULL,
    -- Of the tombstones, from the first erasure on.
    tombstone_key BLOB
) STRICT;

CREATE TABLE rules (
    ws   INTEGER NOT NULL,
    id   BLOB NOT NULL,
    rule TEXT NOT NULL,
    PRIMARY KEY (ws, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE folders (
    ws     INTEGER NOT NULL,
    inbox  BLOB NOT NULL,
    folder INTEGER NOT NULL,
    state  TEXT NOT NULL,
    PRIMARY KEY (ws, inbox, folder)
) STRICT, WITHOUT ROWID;

-- Copies on servers: which message lies where.
CREATE TABLE locations (
    ws            INTEGER NOT NULL,
    inbox         BLOB NOT NULL,
    folder        INTEGER NOT NULL,
    uid_validity  INTEGER NOT NULL,
    uid           INTEGER NOT NULL,
    message       BLOB NOT NULL,
    internal_date INTEGER,
    size          INTEGER NOT NULL,
    flags         TEXT NOT NULL,
    provider_id   TEXT,
    PRIMARY KEY (ws, inbox, folder, uid_validity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX locations_by_message ON locations (ws, message);

-- Copies that are gone. `told`: 0 not yet what became of them, 1 told to be
-- deleted, 2 told so and back since. What is told and not back marks a message
-- as deleted on the server.
CREATE TABLE departed (
    ws            INTEGER NOT NULL,
    inbox         BLOB NOT NULL,
    folder        INTEGER NOT NULL,
    uid_validity  INTEGER NOT NULL,
    uid           INTEGER NOT NULL,
    message       BLOB NOT NULL,
    internal_date INTEGER,
    size          INTEGER NOT NULL,
    provider_id   TEXT,
    told          INTEGER NOT NULL,
    PRIMARY KEY (ws, inbox, folder, uid_validity, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX departed_by_message ON departed (ws, message);
CREATE INDEX departed_untold ON departed (ws, inbox, folder) WHERE told <> 1;

CREATE TABLE messages (
    ws         INTEGER NOT NULL,
    identity   BLOB NOT NULL,
    node       BLOB NOT NULL,
    thread     BLOB NOT NULL,
    at         INTEGER NOT NULL,
    historical INTEGER NOT NULL,
    verdict    TEXT NOT NULL,
    snippet    TEXT,
    facts      TEXT NOT NULL,
    text       TEXT,
    html       TEXT
) STRICT;
CREATE UNIQUE INDEX messages_by_identity ON messages (ws, identity);
CREATE INDEX messages_by_node ON messages (ws, node);
CREATE INDEX messages_by_thread ON messages (ws, thread);

-- Whole mails, where originals are kept.
CREATE TABLE originals (
    ws      INTEGER NOT NULL,
    message BLOB NOT NULL,
    raw     BLOB NOT NULL,
    PRIMARY KEY (ws, message)
) STRICT;

-- What was erased, as keyed hashes: it is not brought back by a sync.
CREATE TABLE tombstones (
    ws   INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (ws, hash)
) STRICT, WITHOUT ROWID;

-- Which inbox holds what, in the order of its mail; kept when the copy is gone.
CREATE TABLE holdings (
    ws      INTEGER NOT NULL,
    message BLOB NOT NULL,
    inbox   BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (ws, message, inbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX holdings_by_time ON holdings (ws, inbox, at, message);

-- What owners let others see of single threads, in place of their inbox's level.
CREATE TABLE thread_levels (
    ws     INTEGER NOT NULL,
    thread BLOB NOT NULL,
    owner  BLOB NOT NULL,
    level  TEXT NOT NULL,
    PRIMARY KEY (ws, thread, owner)
) STRICT, WITHOUT ROWID;

-- Who takes part in what, in the order of a timeline. Keyed by address, not
-- by contact: a merge of contacts or a new address rewrites nothing here.
CREATE TABLE participants (
    ws      INTEGER NOT NULL,
    address TEXT NOT NULL,
    at      INTEGER NOT NULL,
    message BLOB NOT NULL,
    role    TEXT NOT NULL,
    PRIMARY KEY (ws, address, at, message, role)
) STRICT, WITHOUT ROWID;

-- The thread graph: a node is put in a thread once; a union of threads is one
-- redirect.
CREATE TABLE nodes (
    ws     INTEGER NOT NULL,
    node   BLOB NOT NULL,
    thread BLOB NOT NULL,
    PRIMARY KEY (ws, node)
) STRICT, WITHOUT ROWID;
CREATE TABLE redirects (
    ws     INTEGER NOT NULL,
    thread BLOB NOT NULL,
    target BLOB NOT NULL,
    PRIMARY KEY (ws, thread)
) STRICT, WITHOUT ROWID;
CREATE INDEX redirects_by_target ON redirects (ws, target);

CREATE TABLE addresses (
    ws       INTEGER NOT NULL,
    address  TEXT NOT NULL,
    contact  BLOB,
    facts    TEXT NOT NULL,
    decision TEXT NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (ws, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_by_contact ON addresses (ws, contact) WHERE contact IS NOT NULL;
-- The list of contacts, those with whom mail was exchanged last coming first.
CREATE INDEX addresses_by_last ON addresses (ws, last, contact) WHERE contact IS NOT NULL;

CREATE TABLE contacts (
    ws         INTEGER NOT NULL,
    id         BLOB NOT NULL,
    address    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (ws, id)
) STRICT, WITHOUT ROWID;

-- Live replies whose question is not stored yet.
CREATE TABLE waiting (
    ws    INTEGER NOT NULL,
    node  BLOB NOT NULL,
    reply BLOB NOT NULL,
    PRIMARY KEY (ws, node, reply)
) STRICT, WITHOUT ROWID;

-- What is told to the world: `key` makes it once.
CREATE TABLE outbox (
    ws         INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    key        BLOB NOT NULL,
    at         INTEGER NOT NULL,
    historical INTEGER NOT NULL,
    inbox      BLOB,
    kind       TEXT NOT NULL,
    PRIMARY KEY (ws, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX outbox_by_key ON outbox (ws, key);

-- What rules send, and what became of it. `node` finds a follow-up whose mail
-- arrives, `author` and `recipient` whether somebody was sent one lately.
CREATE TABLE follow_ups (
    ws         INTEGER NOT NULL,
    id         BLOB NOT NULL,
    rule       BLOB NOT NULL,
    inbox      BLOB NOT NULL,
    answers    BLOB NOT NULL,
    author     TEXT NOT NULL,
    contact    BLOB,
    message    BLOB NOT NULL,
    node       BLOB NOT NULL,
    recipient  TEXT NOT NULL,
    mail       TEXT NOT NULL,
    state      TEXT NOT NULL,
    due        INTEGER,
    reminds    INTEGER NOT NULL,
    sent_at    INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX follow_ups_by_id ON follow_ups (ws, id);
CREATE INDEX follow_ups_by_node ON follow_ups (ws, node);
CREATE INDEX follow_ups_by_time ON follow_ups (ws, created_at, id);
CREATE INDEX follow_ups_by_author ON follow_ups (ws, author, rule, created_at);
CREATE INDEX follow_ups_by_recipient ON follow_ups (ws, recipient, rule, created_at);
CREATE INDEX follow_ups_under_way ON follow_ups (ws, inbox, due, id) WHERE due IS NOT NULL;

CREATE INDEX follow_ups_sent ON follow_ups (ws, sent_at) WHERE sent_at IS NOT NULL;

-- What waits for an answer: `thread` finds what an answer ends, while it is
-- `open`; `due` what the next tick looks at.
CREATE TABLE enrolments (
    ws         INTEGER NOT NULL,
    id         BLOB NOT NULL,
    thread     BLOB NOT NULL,
    open       INTEGER NOT NULL,
    due        INTEGER,
    created_at INTEGER NOT NULL,
    enrolled   TEXT NOT NULL,
    PRIMARY KEY (ws, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolments_by_thread ON enrolments (ws, thread) WHERE open;
CREATE INDEX enrolments_by_due ON enrolments (ws, due, id) WHERE due IS NOT NULL;
CREATE INDEX enrolments_by_time ON enrolments (ws, created_at, id);

-- Other ids under which mails of ours went: answers name these.
CREATE TABLE aliases (
    ws      INTEGER NOT NULL,
    node    BLOB NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (ws, node)
) STRICT, WITHOUT ROWID;

-- What the vault has sealed: wrapped keys, and connections with their
-- passwords. Never in clear, and in no export.
CREATE TABLE secrets (
    workspace BLOB NOT NULL,
    name      TEXT NOT NULL,
    sealed    BLOB NOT NULL,
    PRIMARY KEY (workspace, name)
) STRICT, WITHOUT ROWID;
