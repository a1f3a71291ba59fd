-- A store that somebody protected cannot be deleted until the protection is taken off.
ALTER TABLE stores ADD COLUMN protected INTEGER NOT NULL DEFAULT 0 CHECK (protected IN (0, 1));
