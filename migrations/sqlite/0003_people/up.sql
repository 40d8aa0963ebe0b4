-- The day a token was last used, YYYY-MM-DD in UTC: enough to find those that nobody needs any more, and no trace of anybody's hours.
ALTER TABLE tokens ADD COLUMN last_used_on TEXT CHECK (length(last_used_on) = 10);
CREATE INDEX tokens_account_id ON tokens (account_id);
