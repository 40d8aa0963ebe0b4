-- Who is signed in to the pages. Each session is of a token and ends with it; of when it was used nothing is kept.
CREATE TABLE sessions (
    -- SHA-256 of the secret that the browser holds.
    hash            BYTEA NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    token_id        BYTEA NOT NULL REFERENCES tokens (id),
    expires_at      TIMESTAMP NOT NULL
);
CREATE INDEX sessions_token_id ON sessions (token_id);
