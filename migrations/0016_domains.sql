-- A domain of the owner's at which the shop is; none where it is at its first address, `url`.
ALTER TABLE stores ADD COLUMN domain TEXT;

-- Two living stores cannot be at the same domain; a tombstone does not hold its own.
CREATE UNIQUE INDEX stores_living_domain ON stores (domain) WHERE domain IS NOT NULL AND status <> 'deleted';
-- The gateway asks by it, tombstones included.
CREATE INDEX stores_by_domain ON stores (domain, created_at) WHERE domain IS NOT NULL;
