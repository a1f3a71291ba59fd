-- Who did what to what, when, from where, and what became of it: every change, and every look at a store's credentials.
CREATE TABLE audit (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,
    -- None where it is not known who it was, as after a wrong password.
    user_id     INTEGER REFERENCES users (id),
    -- The name as it was then, or as it was typed.
    user_name   TEXT NOT NULL,
    -- session, token, nobody, command line
    via         TEXT NOT NULL,
    -- Which token.
    token_id    INTEGER,
    address     TEXT NOT NULL,
    -- A word of `app::model::Deed`.
    deed        TEXT NOT NULL,
    -- store, user, token, nothing
    target_kind TEXT NOT NULL,
    target_id   TEXT NOT NULL,
    -- Its name as it was then.
    target_name TEXT NOT NULL,
    -- done, refused, failed
    outcome     TEXT NOT NULL,
    -- Why not, or what exactly.
    detail      TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_deed ON audit (deed, id);

-- What was written stays as it was written.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit log is only ever added to');
END;

CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit log is only ever added to');
END;
