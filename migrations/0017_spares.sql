-- The pool: finished stores that are nobody's yet. One that is handed out leaves this table in the same change that writes it into `stores`,
-- under the same id, so that it is handed out once. None of them is ever in `stores` before.
CREATE TABLE spares (
    id          TEXT PRIMARY KEY,
    -- filling, ready, leaving
    state       TEXT NOT NULL,
    -- Stands for the chart, the values and the image that it was made from. One made from others is not handed out.
    recipe      TEXT NOT NULL,
    -- Its address as long as it is nobody's.
    url         TEXT NOT NULL,
    -- What the image could install, and the sentence that tells of the order which proved it; both once it is ready.
    edition     TEXT,
    proof       TEXT,
    created_at  INTEGER NOT NULL,
    ready_at    INTEGER
) STRICT;
