-- Requests that were sent with a key of their own: whoever repeats one is given what it made, and nothing is made twice.
CREATE TABLE requests (
    account_id      BYTEA NOT NULL REFERENCES accounts (id),
    -- What the client calls the request (Idempotency-Key); keys belong to the account.
    key             TEXT NOT NULL,
    -- SHA-256 of what was sent: the same key with something else is a mistake of the client.
    hash            BYTEA NOT NULL CHECK (length(hash) = 32),
    command_id      BYTEA NOT NULL CHECK (length(command_id) = 16),
    at              TIMESTAMP NOT NULL,
    PRIMARY KEY (account_id, key)
);
-- What a command made is found by it.
CREATE INDEX changes_command_id ON changes (command_id);
