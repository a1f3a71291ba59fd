-- What a running job waits for that is not up to it: a cluster that does not answer. One sentence; none while it works.
ALTER TABLE jobs ADD COLUMN waits_for TEXT;
