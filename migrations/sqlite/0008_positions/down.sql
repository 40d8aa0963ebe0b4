DROP INDEX erasures_was_shown;
ALTER TABLE erasures DROP COLUMN was_shown;
DROP INDEX changes_has_position;
ALTER TABLE changes DROP COLUMN has_position;
