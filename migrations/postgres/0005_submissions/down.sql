DROP INDEX entities_waits;
ALTER TABLE entities DROP COLUMN waits;
DROP INDEX entities_submitter_id;
ALTER TABLE entities DROP COLUMN submitter_id;
