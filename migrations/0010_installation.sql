-- What tells this installation of Urumi from others in the same cluster: namespaces of its stores are marked with it. One row.
CREATE TABLE installation (
    id TEXT NOT NULL
) STRICT;
INSERT INTO installation (id) VALUES (lower(hex(randomblob(8))));
