-- When it was last seen to sell: by its install, a repair, or the order checks that go round the fleet.
ALTER TABLE stores ADD COLUMN checked_at INTEGER;
-- The next one to be checked.
CREATE INDEX stores_to_check ON stores (coalesce(checked_at, 0), id) WHERE status = 'ready';
