DROP TABLE erasures;
DROP INDEX changes_site_id;
ALTER TABLE changes DROP COLUMN site_id;
DROP INDEX changes_bears_on_past;
ALTER TABLE changes DROP COLUMN bears_on_past;
DROP INDEX changes_at;
DROP TABLE sightings;
