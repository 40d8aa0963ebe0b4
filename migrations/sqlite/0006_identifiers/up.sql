-- The ids that a site has elsewhere, where they fit exactly: two sites with one in common are likely one, and no two that are
-- published may have one in common.
CREATE TABLE identifiers (
    record_id       BLOB NOT NULL REFERENCES entities (id),
    scheme          TEXT NOT NULL,
    value           TEXT NOT NULL,
    PRIMARY KEY (record_id, scheme, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_value ON identifiers (value, scheme);

INSERT OR IGNORE INTO identifiers
    SELECT entities.id, json_extract(one.value, '$.scheme'), json_extract(one.value, '$.value')
      FROM entities, json_each(document, '$.identifiers') AS one
     WHERE collection = 'sites' AND json_extract(one.value, '$.match') = 'exact';
