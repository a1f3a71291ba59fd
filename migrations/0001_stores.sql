-- Times are milliseconds since 1970-01-01 UTC. Words of status, step, level and kind are those of `app::model`.

-- One row per store that was ever asked for; a deleted one stays as a tombstone with its history.
CREATE TABLE stores (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    -- The name in lower case: what makes two names the same.
    name_key        TEXT NOT NULL,
    status          TEXT NOT NULL,
    -- What the image could install, once the bootstrap has told.
    edition         TEXT,
    -- The address WordPress was told to live at; it does not follow a change of the platform's settings.
    url             TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    ready_at        INTEGER,
    deleted_at      INTEGER,
    -- Why the last job failed; all four together or none.
    failure_step    TEXT,
    failure_cause   TEXT,
    failure_advice  TEXT,
    failure_evidence TEXT,
    -- Given by the client that created it, so that asking twice makes one store.
    idempotency_key TEXT UNIQUE
) STRICT;

-- Two living stores cannot have the same name; a tombstone does not hold its name.
CREATE UNIQUE INDEX stores_living_name ON stores (name_key) WHERE status <> 'deleted';
-- The fleet page: living stores, newest first.
CREATE INDEX stores_living_newest ON stores (created_at DESC, id DESC) WHERE status <> 'deleted';

-- Work on stores. The queue is the rows in state `queued`, in the order of their ids.
CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id    TEXT NOT NULL REFERENCES stores (id),
    -- provision, delete
    kind        TEXT NOT NULL,
    -- queued, running, succeeded, failed, cancelled
    state       TEXT NOT NULL,
    queued_at   INTEGER NOT NULL,
    started_at  INTEGER,
    finished_at INTEGER,
    -- How often it was claimed; more than once only after a restart.
    attempts    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- At most one job at a time is meant to change a store.
CREATE UNIQUE INDEX jobs_one_active ON jobs (store_id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_queue ON jobs (kind, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (kind) WHERE state = 'running';

-- The checkpoints of a store's present or last provision.
CREATE TABLE steps (
    store_id    TEXT NOT NULL REFERENCES stores (id),
    step        TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (store_id, step)
) STRICT, WITHOUT ROWID;

-- Everything that happened, for ever: the audit trail, and what the live stream replays.
CREATE TABLE events (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id TEXT NOT NULL REFERENCES stores (id),
    at       INTEGER NOT NULL,
    level    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    text     TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_store ON events (store_id, id);
