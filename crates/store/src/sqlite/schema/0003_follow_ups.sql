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
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX follow_ups_by_id ON follow_ups (ws, id);
CREATE INDEX follow_ups_by_node ON follow_ups (ws, node);
CREATE INDEX follow_ups_by_time ON follow_ups (ws, created_at, id);
CREATE INDEX follow_ups_by_author ON follow_ups (ws, author, rule, created_at);
CREATE INDEX follow_ups_by_recipient ON follow_ups (ws, recipient, rule, created_at);
CREATE INDEX follow_ups_under_way ON follow_ups (ws, inbox, due, id) WHERE due IS NOT NULL;
