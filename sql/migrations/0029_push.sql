-- Devices that notifications go to, see tell/device.h.

-- One browser of an account, allowed from a session: it ends with that one.
-- cookie_digest: by which the browser is known when somebody signs in anew.
-- target_enc: address and keys (push/target.h), target_digest: of the address.
CREATE TABLE push_device (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  session       INTEGER NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  cookie_digest BLOB NOT NULL UNIQUE,
  target_digest BLOB NOT NULL UNIQUE,
  target_enc    BLOB NOT NULL,
  name_enc      BLOB NOT NULL,
  made_at       INTEGER NOT NULL,
  sent_at       INTEGER
) STRICT;
CREATE INDEX push_device_by_account ON push_device (account, id);
CREATE INDEX push_device_by_session ON push_device (session);

-- Wherever and however a session is stopped.
-- for: sqlite
CREATE TRIGGER push_device_stopped AFTER UPDATE OF revoked_at ON session FOR EACH ROW
WHEN new.revoked_at IS NOT NULL
BEGIN DELETE FROM push_device WHERE session = new.id; END;
-- for: postgres
-- | CREATE FUNCTION push_device_stopped() RETURNS trigger LANGUAGE plpgsql AS
-- |   $$ BEGIN DELETE FROM push_device WHERE session = NEW.id; RETURN NULL; END $$;
-- | CREATE TRIGGER push_device_stopped AFTER UPDATE OF revoked_at ON session
-- |   FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL)
-- |   EXECUTE FUNCTION push_device_stopped();
-- for: both

-- By what ways the daily message comes.
ALTER TABLE tell ADD COLUMN ways TEXT NOT NULL DEFAULT 'both' CHECK (ways IN ('both', 'mail', 'push'));

-- channel push: to which device; NULL when that one is gone.
ALTER TABLE message ADD COLUMN device INTEGER REFERENCES push_device (id) ON DELETE SET NULL;
CREATE INDEX message_by_device ON message (device) WHERE device IS NOT NULL;
CREATE UNIQUE INDEX message_one_push_a_day ON message (device, day_on) WHERE kind = 'digest' AND channel = 'push';
CREATE UNIQUE INDEX message_one_push_of_each ON message (urgent, device) WHERE kind = 'urgent' AND channel = 'push';
DROP INDEX message_due;
CREATE INDEX message_due ON message (channel, next_at, id) WHERE state = 'queued';
