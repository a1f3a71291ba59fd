-- The fleet page: each order with the id as the tie-breaker, with and without one status, and the counts by status.
DROP INDEX stores_living_newest;
CREATE INDEX stores_by_age ON stores (created_at, id);
CREATE INDEX stores_by_name ON stores (name_key, id);
CREATE INDEX stores_by_status_and_age ON stores (status, created_at, id);
CREATE INDEX stores_by_status_and_name ON stores (status, name_key, id);

-- How long steps took lately, which what runs now is compared with.
CREATE INDEX steps_by_end ON steps (finished_at) WHERE finished_at IS NOT NULL;
