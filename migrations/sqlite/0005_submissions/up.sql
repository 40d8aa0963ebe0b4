-- Who submitted a record: an organization reads all that it submitted, in every state.
ALTER TABLE entities ADD COLUMN submitter_id BLOB REFERENCES entities (id);
CREATE INDEX entities_submitter_id ON entities (submitter_id, seq) WHERE submitter_id IS NOT NULL;
-- Whether it waits for a reviewer: what was submitted and not decided, and what its organization asks to withdraw.
ALTER TABLE entities ADD COLUMN waits INTEGER NOT NULL DEFAULT 0 CHECK (waits IN (0, 1));
CREATE INDEX entities_waits ON entities (seq) WHERE waits;

UPDATE entities SET submitter_id = organization_id WHERE organization_id IS NOT NULL;
UPDATE entities SET submitter_id = unhex(replace(json_extract(document, '$.proposed_by_organization_id'), '-', ''))
 WHERE collection = 'sites' AND json_extract(document, '$.proposed_by_organization_id') IS NOT NULL;
UPDATE entities SET waits = 1 WHERE state IN ('received', 'submitted', 'in_review', 'proposed');
