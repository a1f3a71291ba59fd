-- Of which kind a failure is, and what the platform can do about it when asked to (JSON).
ALTER TABLE stores ADD COLUMN failure_reason TEXT;
ALTER TABLE stores ADD COLUMN failure_offer TEXT;

-- Every time that a store failed or was degraded, with everything that was to be seen of it then. The newest 50 of each store are kept.
CREATE TABLE failures (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id TEXT NOT NULL REFERENCES stores (id),
    -- The first and the last of several in a row that were alike, and how many there were.
    at       INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    times    INTEGER NOT NULL DEFAULT 1,
    -- provision, delete, repair, care
    during   TEXT NOT NULL,
    reason   TEXT NOT NULL,
    step     TEXT,
    cause    TEXT NOT NULL,
    advice   TEXT NOT NULL,
    evidence TEXT NOT NULL,
    -- JSON: a list of what it is about and what was seen.
    findings TEXT NOT NULL
) STRICT;

CREATE INDEX failures_by_store ON failures (store_id, id);
