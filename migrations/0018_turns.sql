-- The turn of an install in the queue, given when it is asked for: see `db::queue`. And whose it is, as long as it waits or runs; 0 for
-- stores without an owner, and for everything else.
DROP TABLE turns;
ALTER TABLE jobs ADD COLUMN owner_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
-- 0 once it was begun, as what a restart has interrupted was.
ALTER TABLE jobs ADD COLUMN fresh INTEGER NOT NULL AS (attempts = 0);

UPDATE jobs SET owner_id = coalesce((SELECT owner_id FROM stores WHERE stores.id = jobs.store_id), 0)
WHERE kind = 'provision' AND state IN ('queued', 'running');
UPDATE jobs SET turn = ranked.turn
FROM (SELECT id, row_number() OVER (PARTITION BY owner_id ORDER BY id) - 1 AS turn
      FROM jobs WHERE kind = 'provision' AND state IN ('queued', 'running')) AS ranked
WHERE ranked.id = jobs.id;

CREATE INDEX jobs_installs ON jobs (fresh, turn, id) WHERE kind = 'provision' AND state = 'queued';
-- The last turn of an owner.
CREATE INDEX jobs_by_owner_and_turn ON jobs (owner_id, turn) WHERE kind = 'provision' AND state IN ('queued', 'running');
