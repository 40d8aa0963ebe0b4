-- Which records looked different to the public after a change that has a place in its log, and whether it sees them since:
-- the change of one record may alter how others look.
CREATE TABLE sightings (
    record_id       BYTEA NOT NULL REFERENCES entities (id),
    public_seq      BIGINT NOT NULL CHECK (public_seq >= 1),
    is_seen         BOOLEAN NOT NULL,
    PRIMARY KEY (record_id, public_seq)
);
CREATE INDEX sightings_public_seq ON sightings (public_seq, record_id);

-- What there was at an instant.
CREATE INDEX changes_at ON changes (at, seq);

-- Whether it changed who may see what of a record that had been published: then past states look different from then on.
ALTER TABLE changes ADD COLUMN bears_on_past BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX changes_bears_on_past ON changes (seq) WHERE bears_on_past;

-- The site that a report was about, so that the reports that a site had are found.
ALTER TABLE changes ADD COLUMN site_id BYTEA CHECK (length(site_id) = 16);
CREATE INDEX changes_site_id ON changes (site_id) WHERE site_id IS NOT NULL;

-- Why something was taken out of all versions of a record: who did it stands with the change, and what it was nowhere.
CREATE TABLE erasures (
    seq             BIGINT NOT NULL PRIMARY KEY REFERENCES changes (seq),
    reason          TEXT NOT NULL
);

UPDATE changes SET site_id = decode(replace(document::jsonb ->> 'site_id', '-', ''), 'hex')
 WHERE collection = 'condition-reports' AND document::jsonb ->> 'site_id' IS NOT NULL;
