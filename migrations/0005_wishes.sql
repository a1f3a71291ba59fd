-- What was chosen when the store was asked for. Stores from before had no choice.
ALTER TABLE stores ADD COLUMN slug TEXT;
ALTER TABLE stores ADD COLUMN size TEXT NOT NULL DEFAULT 'small';
ALTER TABLE stores ADD COLUMN content TEXT NOT NULL DEFAULT 'demo';

-- Two living stores cannot have the same address; a tombstone does not hold its own.
CREATE UNIQUE INDEX stores_living_slug ON stores (slug) WHERE status <> 'deleted';
-- The gateway asks by it, tombstones included.
CREATE INDEX stores_by_slug ON stores (slug, created_at) WHERE slug IS NOT NULL;
