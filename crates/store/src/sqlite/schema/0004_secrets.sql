-- What the vault has sealed: wrapped keys, and connections with their
-- passwords. Never in clear, and in no export.
CREATE TABLE secrets (
    workspace BLOB NOT NULL,
    name      TEXT NOT NULL,
    sealed    BLOB NOT NULL,
    PRIMARY KEY (workspace, name)
) WITHOUT ROWID;
