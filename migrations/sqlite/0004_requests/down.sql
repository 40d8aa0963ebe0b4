DROP INDEX changes_command_id;
DROP TABLE requests;
