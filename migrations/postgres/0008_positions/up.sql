-- Whether a version has the position of a phone: these are deleted after some time, and found without reading every document.
ALTER TABLE changes ADD COLUMN has_position BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX changes_has_position ON changes (at, record_id) WHERE has_position;

-- Whether what was erased may have been shown to somebody: if not, nothing that was made of views holds on to it.
ALTER TABLE erasures ADD COLUMN was_shown BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX erasures_was_shown ON erasures (seq) WHERE was_shown;

UPDATE changes SET has_position = TRUE
 WHERE collection = 'condition-reports'
   AND (document::jsonb ->> 'observed_position' IS NOT NULL
        OR document::jsonb ->> 'observed_position_accuracy_m' IS NOT NULL);
