-- What a deletion found of a store, and when the cluster was seen without it: the receipt that the tombstone keeps.
CREATE TABLE receipts (
    store_id TEXT NOT NULL REFERENCES stores (id),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    uid      TEXT NOT NULL,
    gone_at  INTEGER,
    PRIMARY KEY (store_id, uid)
) STRICT, WITHOUT ROWID;
