-- What waits goes to each device too: one that waits says as much as two, for
-- each address and each device.
DROP INDEX message_one_that_waits;
CREATE UNIQUE INDEX message_one_that_waits ON message (account) WHERE kind = 'waits' AND channel = 'mail' AND state = 'queued';
CREATE UNIQUE INDEX message_one_push_that_waits ON message (device) WHERE kind = 'waits' AND channel = 'push' AND state = 'queued';
