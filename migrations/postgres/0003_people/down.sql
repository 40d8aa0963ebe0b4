DROP INDEX tokens_account_id;
ALTER TABLE tokens DROP COLUMN last_used_on;
