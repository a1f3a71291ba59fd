-- A domain of the owner's at which the shop is; none where it is at its first address, `url`, or was asked to be deleted.
ALTER TABLE stores ADD COLUMN domain TEXT;

-- Two stores cannot be at the same domain. The gateway asks by it.
CREATE UNIQUE INDEX stores_domain ON stores (domain) WHERE domain IS NOT NULL;
