-- How each store's last isolation probe ended: IsolationReport as JSON.
CREATE TABLE isolation (
    store_id TEXT PRIMARY KEY REFERENCES stores (id),
    report TEXT NOT NULL
) STRICT;
