-- The turn of an install in the queue, given when it is asked for: see `db::queue`. And whose it is; 0 for stores without an owner.
DROP TABLE turns;
ALTER TABLE jobs ADD COLUMN owner_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
-- 0 once it was begun, as what a restart has interrupted was.
ALTER TABLE jobs ADD COLUMN fresh INTEGER NOT NULL AS (attempts = 0);

UPDATE jobs SET owner_id = coalesce((SELECT owner_id FROM stores WHERE stores.id = jobs.store_id), 0)
WHERE kind = 'provision' AND state IN ('queued', 'running');
UPDATE jobs SET turn = (
    SELECT count(*) FROM jobs AS earlier
    WHERE earlier.kind = 'provision' AND earlier.state IN ('queued', 'running')
      AND earlier.owner_id = jobs.owner_id AND earlier.id < jobs.id)
WHERE kind = 'provision' AND state IN ('queued', 'running');

CREATE INDEX jobs_installs ON jobs (fresh, turn, id) WHERE kind = 'provision' AND state = 'queued';
-- The lowest turn of all, and the last one of an owner.
CREATE INDEX jobs_by_turn ON jobs (turn) WHERE kind = 'provision' AND state IN ('queued', 'running');
CREATE INDEX jobs_by_owner_and_turn ON jobs (owner_id, turn) WHERE kind = 'provision' AND state IN ('queued', 'running');
