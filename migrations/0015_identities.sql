-- By what other sign-in services know users.
CREATE TABLE identities (
    issuer       TEXT NOT NULL,
    -- What the issuer calls them, for ever.
    subject      TEXT NOT NULL,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    connected_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_user ON identities (user_id);
