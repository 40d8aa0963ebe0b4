-- Who submitted a record: an organization reads all that it submitted, in every state.
ALTER TABLE entities ADD COLUMN submitter_id BYTEA REFERENCES entities (id);
CREATE INDEX entities_submitter_id ON entities (submitter_id, seq) WHERE submitter_id IS NOT NULL;
-- Whether it waits for a reviewer: what was submitted and not decided, and what its organization asks to withdraw.
ALTER TABLE entities ADD COLUMN waits BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX entities_waits ON entities (seq) WHERE waits;

UPDATE entities SET submitter_id = organization_id WHERE organization_id IS NOT NULL;
UPDATE entities SET submitter_id = decode(replace(document::json ->> 'proposed_by_organization_id', '-', ''), 'hex')
 WHERE collection = 'sites' AND document::json ->> 'proposed_by_organization_id' IS NOT NULL;
UPDATE entities SET waits = TRUE WHERE state IN ('received', 'submitted', 'in_review', 'proposed');
