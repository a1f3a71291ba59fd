-- Who may use the platform. Nobody is ever removed, so that what they did keeps its name; they are disabled.
CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT NOT NULL,
    -- The name in lower case: what makes two names the same.
    name_key        TEXT NOT NULL UNIQUE,
    -- administrator, member, viewer
    role            TEXT NOT NULL,
    -- Argon2id in PHC form; none for who signs in otherwise.
    password        TEXT,
    -- Sessions that began with another key are over.
    session_key     BLOB NOT NULL,
    created_at      INTEGER NOT NULL,
    disabled_at     INTEGER,
    signed_in_at    INTEGER
) STRICT;

-- Wrong passwords since the last right one, for each name that was tried and each address that it was tried from, whether or not
-- there is such a user: so that nobody learns which names there are, and nobody keeps others out.
CREATE TABLE lockouts (
    -- SHA-256 of both: what is typed as a name may be a password.
    key          BLOB PRIMARY KEY,
    wrong        INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    -- Until when no password is looked at.
    locked_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX lockouts_by_age ON lockouts (last_at);

-- Who is signed in where.
CREATE TABLE sessions (
    -- SHA-256 of the id that the cookie holds.
    key        BLOB PRIMARY KEY,
    -- None before somebody has signed in.
    user_id    INTEGER REFERENCES users (id),
    -- What the session holds, as JSON.
    data       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Links that let somebody in once.
CREATE TABLE links (
    -- SHA-256 of the word in the link.
    key        BLOB PRIMARY KEY,
    -- Whom it lets in; none for the first administrator, who does not exist yet.
    user_id    INTEGER REFERENCES users (id),
    -- Whether a password is chosen first.
    sets_up    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What programs show instead of a session.
CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    name         TEXT NOT NULL,
    -- SHA-256 of the token, which is shown once and not kept.
    key          BLOB NOT NULL UNIQUE,
    -- Its last characters, by which people tell it from others.
    hint         TEXT NOT NULL,
    -- Words of what it may do, separated by spaces.
    scopes       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;

CREATE INDEX tokens_by_user ON tokens (user_id);

-- Whose store it is; none for those from before there were users, which are the administrators'.
ALTER TABLE stores ADD COLUMN owner_id INTEGER REFERENCES users (id);
-- Whose install was begun last: the greater, the later. Owner 0 stands for stores without one.
CREATE TABLE turns (
    owner_id INTEGER PRIMARY KEY,
    served   INTEGER NOT NULL
) STRICT;
CREATE INDEX stores_by_owner ON stores (owner_id, created_at DESC, id DESC) WHERE owner_id IS NOT NULL;
