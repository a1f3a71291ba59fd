-- Where a user's limits are others than everybody's: OwnLimits as JSON.
ALTER TABLE users ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
