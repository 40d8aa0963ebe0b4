-- What the registry knows: the records as they stand, and the log that says how they came to stand so.
-- Tables and columns are those of sqlite/0001_entities, name by name; a test compares them.
--
-- Ids are the 16 bytes of a UUID and documents are text, as in SQLite, so that one set of queries serves both.
-- TIMESTAMP without a zone holds UTC: the program knows no other.

-- A row is its latest change: seq names it, and replaying the log gives the table again.
CREATE TABLE entities (
    id              BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    collection      TEXT NOT NULL CHECK (collection IN ('condition-reports', 'organizations', 'regions', 'sites')),
    version         INTEGER NOT NULL CHECK (version >= 1),
    seq             BIGINT NOT NULL UNIQUE,
    state           TEXT NOT NULL CHECK (state IN ('received', 'submitted', 'in_review', 'sent_back', 'proposed',
                                                   'published', 'rejected', 'withdrawn', 'merged')),
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL,
    published_at    TIMESTAMP,
    -- Moved only when the public sees a difference, so that an edit it may not see does not show as a date.
    public_at       TIMESTAMP,
    -- When it last came into public view: what was hidden before is as old as that.
    public_since    TIMESTAMP,
    document        TEXT NOT NULL,
    -- What the document says of other records, where the database must hold it to its word.
    site_id         BYTEA REFERENCES entities (id),
    organization_id BYTEA REFERENCES entities (id),
    code            TEXT UNIQUE,
    CHECK (site_id IS NULL OR collection = 'condition-reports'),
    CHECK (organization_id IS NULL OR collection = 'condition-reports'),
    CHECK (code IS NULL OR collection = 'regions')
);
-- Every command first reads all organizations and regions: public views rest on them.
CREATE INDEX entities_context ON entities (collection) WHERE collection IN ('organizations', 'regions');
-- A site's public view rests on its reports.
CREATE INDEX entities_site_id ON entities (site_id) WHERE site_id IS NOT NULL;

CREATE TABLE accounts (
    id              BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name            TEXT NOT NULL,
    organization_id BYTEA NOT NULL REFERENCES entities (id),
    role            TEXT NOT NULL CHECK (role IN ('contributor', 'researcher', 'reviewer', 'admin')),
    created_at      TIMESTAMP NOT NULL,
    -- Accounts are never deleted: the log names them.
    disabled_at     TIMESTAMP
);

CREATE TABLE tokens (
    id              BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id      BYTEA NOT NULL REFERENCES accounts (id),
    -- SHA-256 of the token, which itself is kept nowhere.
    hash            BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at      TIMESTAMP NOT NULL,
    expires_at      TIMESTAMP,
    revoked_at      TIMESTAMP,
    -- Whether it may change records without If-Match, which QGIS cannot send.
    desktop         BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE changes (
    seq             BIGINT NOT NULL PRIMARY KEY CHECK (seq >= 1),
    -- A log of its own for the public: NULL where it saw no difference.
    public_seq      BIGINT UNIQUE CHECK (public_seq >= 1),
    at              TIMESTAMP NOT NULL,
    command_id      BYTEA NOT NULL CHECK (length(command_id) = 16),
    actor_id        BYTEA NOT NULL REFERENCES accounts (id),
    collection      TEXT NOT NULL CHECK (collection IN ('condition-reports', 'organizations', 'regions', 'sites')),
    record_id       BYTEA NOT NULL REFERENCES entities (id),
    version         INTEGER NOT NULL CHECK (version >= 1),
    state           TEXT NOT NULL CHECK (state IN ('received', 'submitted', 'in_review', 'sent_back', 'proposed',
                                                   'published', 'rejected', 'withdrawn', 'merged')),
    document        TEXT NOT NULL,
    UNIQUE (record_id, version)
);
