-- Who names whom: the organizations and the related sites that a record names, as it stands.
--
-- A record's view shows of what it names only what may itself be seen. So when an organization is listed or a site hidden,
-- the views of those that name it are others, and they have to be found without reading every document.
CREATE TABLE links (
    record_id       BLOB NOT NULL REFERENCES entities (id),
    -- No reference: a site may be related to one that is not brought in yet.
    named_id        BLOB NOT NULL CHECK (length(named_id) = 16),
    PRIMARY KEY (record_id, named_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_named_id ON links (named_id);

INSERT OR IGNORE INTO links
    SELECT id, organization_id FROM entities WHERE organization_id IS NOT NULL
    UNION
    SELECT entities.id, unhex(replace(json_extract(named.value, '$.organization_id'), '-', ''))
      FROM entities, json_each(document, '$.organizations') AS named WHERE collection = 'sites'
    UNION
    SELECT entities.id, unhex(replace(json_extract(named.value, '$.site_id'), '-', ''))
      FROM entities, json_each(document, '$.relations') AS named WHERE collection = 'sites'
    UNION
    SELECT id, unhex(replace(json_extract(document, '$.proposed_by_organization_id'), '-', ''))
      FROM entities
     WHERE collection = 'sites' AND json_extract(document, '$.proposed_by_organization_id') IS NOT NULL;
