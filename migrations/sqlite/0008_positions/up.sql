-- Whether a version has the position of a phone: these are deleted after some time, and found without reading every document.
ALTER TABLE changes ADD COLUMN has_position INTEGER NOT NULL DEFAULT 0 CHECK (has_position IN (0, 1));
CREATE INDEX changes_has_position ON changes (at, record_id) WHERE has_position;

-- Whether what was erased may have been shown to somebody: if not, nothing that was made of views holds on to it.
ALTER TABLE erasures ADD COLUMN was_shown INTEGER NOT NULL DEFAULT 1 CHECK (was_shown IN (0, 1));
CREATE INDEX erasures_was_shown ON erasures (seq) WHERE was_shown;

UPDATE changes SET has_position = 1
 WHERE collection = 'condition-reports'
   AND (json_extract(document, '$.observed_position') IS NOT NULL
        OR json_extract(document, '$.observed_position_accuracy_m') IS NOT NULL);
