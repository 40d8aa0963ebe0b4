-- Who names whom: the organizations and the related sites that a record names, as it stands.
--
-- A record's view shows of what it names only what may itself be seen. So when an organization is listed or a site hidden,
-- the views of those that name it are others, and they have to be found without reading every document.
CREATE TABLE links (
    record_id       BYTEA NOT NULL REFERENCES entities (id),
    -- No reference: a site may be related to one that is not brought in yet.
    named_id        BYTEA NOT NULL CHECK (length(named_id) = 16),
    PRIMARY KEY (record_id, named_id)
);
CREATE INDEX links_named_id ON links (named_id);

INSERT INTO links
    SELECT id, organization_id FROM entities WHERE organization_id IS NOT NULL
    UNION
    SELECT id, decode(replace(named.value ->> 'organization_id', '-', ''), 'hex')
      FROM entities, jsonb_array_elements(document::jsonb -> 'organizations') AS named WHERE collection = 'sites'
    UNION
    SELECT id, decode(replace(named.value ->> 'site_id', '-', ''), 'hex')
      FROM entities, jsonb_array_elements(document::jsonb -> 'relations') AS named WHERE collection = 'sites'
    UNION
    SELECT id, decode(replace(document::jsonb ->> 'proposed_by_organization_id', '-', ''), 'hex')
      FROM entities
     WHERE collection = 'sites' AND document::jsonb ->> 'proposed_by_organization_id' IS NOT NULL;
