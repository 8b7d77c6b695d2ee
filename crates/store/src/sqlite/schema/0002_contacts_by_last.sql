-- The list of contacts, those with whom mail was exchanged last coming first.
CREATE INDEX addresses_by_last
    ON addresses (ws, coalesce(json_extract(facts, '$.last'), 0), contact)
    WHERE contact IS NOT NULL;
