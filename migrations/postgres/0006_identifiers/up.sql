-- The ids that a site has elsewhere, where they fit exactly: two sites with one in common are likely one, and no two that are
-- published may have one in common.
CREATE TABLE identifiers (
    record_id       BYTEA NOT NULL REFERENCES entities (id),
    scheme          TEXT NOT NULL,
    value           TEXT NOT NULL,
    PRIMARY KEY (record_id, scheme, value)
);
CREATE INDEX identifiers_value ON identifiers (value, scheme);

INSERT INTO identifiers
    SELECT DISTINCT id, one.value ->> 'scheme', one.value ->> 'value'
      FROM entities, jsonb_array_elements(document::jsonb -> 'identifiers') AS one
     WHERE collection = 'sites' AND one.value ->> 'match' = 'exact';
