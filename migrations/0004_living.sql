-- Tombstones pile up for ever: lists of living stores must not walk through them.
DROP INDEX stores_by_age;
DROP INDEX stores_by_name;
CREATE INDEX stores_living_by_age ON stores (created_at, id) WHERE status <> 'deleted';
CREATE INDEX stores_living_by_name_and_id ON stores (name_key, id) WHERE status <> 'deleted';

-- How often a store was provisioned: a second time goes through finished steps in no time, which is no measure for a first.
CREATE INDEX jobs_by_store ON jobs (store_id, kind);
