-- What the registry knows: the records as they stand, and the log that says how they came to stand so.
-- Tables and columns are those of postgres/0001_entities, name by name; a test compares them.
--
-- STRICT, because SQLite would keep a text in a column of numbers without a word.
-- Ids are the 16 bytes of a UUID. Instants are UTC, 'YYYY-MM-DD HH:MM:SS' with three or six digits after the
-- point or none: as texts they sort as they follow each other.

-- A row is its latest change: seq names it, and replaying the log gives the table again.
CREATE TABLE entities (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    collection      TEXT NOT NULL CHECK (collection IN ('condition-reports', 'organizations', 'regions', 'sites')),
    version         INTEGER NOT NULL CHECK (version >= 1),
    seq             INTEGER NOT NULL UNIQUE,
    state           TEXT NOT NULL CHECK (state IN ('received', 'submitted', 'in_review', 'sent_back', 'proposed',
                                                   'published', 'rejected', 'withdrawn', 'merged')),
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    published_at    TEXT,
    -- Moved only when the public sees a difference, so that an edit it may not see does not show as a date.
    public_at       TEXT,
    -- When it last came into public view: what was hidden before is as old as that.
    public_since    TEXT,
    document        TEXT NOT NULL,
    -- What the document says of other records, where the database must hold it to its word.
    site_id         BLOB REFERENCES entities (id),
    organization_id BLOB REFERENCES entities (id),
    code            TEXT UNIQUE,
    CHECK (site_id IS NULL OR collection = 'condition-reports'),
    CHECK (organization_id IS NULL OR collection = 'condition-reports'),
    CHECK (code IS NULL OR collection = 'regions')
) STRICT;
-- Every command first reads all organizations and regions: public views rest on them.
CREATE INDEX entities_context ON entities (collection) WHERE collection IN ('organizations', 'regions');
-- A site's public view rests on its reports.
CREATE INDEX entities_site_id ON entities (site_id) WHERE site_id IS NOT NULL;

CREATE TABLE accounts (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name            TEXT NOT NULL,
    organization_id BLOB NOT NULL REFERENCES entities (id),
    role            TEXT NOT NULL CHECK (role IN ('contributor', 'researcher', 'reviewer', 'admin')),
    created_at      TEXT NOT NULL,
    -- Accounts are never deleted: the log names them.
    disabled_at     TEXT
) STRICT;

CREATE TABLE tokens (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id      BLOB NOT NULL REFERENCES accounts (id),
    -- SHA-256 of the token, which itself is kept nowhere.
    hash            BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at      TEXT NOT NULL,
    expires_at      TEXT,
    revoked_at      TEXT,
    -- Whether it may change records without If-Match, which QGIS cannot send.
    desktop         INTEGER NOT NULL DEFAULT 0 CHECK (desktop IN (0, 1))
) STRICT;

CREATE TABLE changes (
    seq             INTEGER NOT NULL PRIMARY KEY CHECK (seq >= 1),
    -- A log of its own for the public: NULL where it saw no difference.
    public_seq      INTEGER UNIQUE CHECK (public_seq >= 1),
    at              TEXT NOT NULL,
    command_id      BLOB NOT NULL CHECK (length(command_id) = 16),
    actor_id        BLOB NOT NULL REFERENCES accounts (id),
    collection      TEXT NOT NULL CHECK (collection IN ('condition-reports', 'organizations', 'regions', 'sites')),
    record_id       BLOB NOT NULL REFERENCES entities (id),
    version         INTEGER NOT NULL CHECK (version >= 1),
    state           TEXT NOT NULL CHECK (state IN ('received', 'submitted', 'in_review', 'sent_back', 'proposed',
                                                   'published', 'rejected', 'withdrawn', 'merged')),
    document        TEXT NOT NULL,
    UNIQUE (record_id, version)
) STRICT;
