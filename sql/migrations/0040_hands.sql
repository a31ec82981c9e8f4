-- People who handle reports: their register, what they are shown, what they
-- hand on, and how they are told.

-- The register of handlers (report/roll.h).  A change is a new row, the newest
-- of an account holds; with the account's name all of them end.  checked_until_on:
-- of the check of who has no row of handler.  Texts are sealed.
CREATE TABLE handler_entry (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  written_by    INTEGER NOT NULL REFERENCES account (id),
  written_at    INTEGER NOT NULL,
  paid          INTEGER NOT NULL CHECK (paid IN (0, 1)),
  begins_on     INTEGER NOT NULL,
  ends_on       INTEGER,
  checked_until_on INTEGER,
  trained_on    INTEGER,
  trained_until_on INTEGER,
  selected_enc  BLOB,
  training_enc  BLOB,
  clearance_enc BLOB,
  wellbeing_enc BLOB,
  CHECK (ends_on IS NULL OR ends_on >= begins_on),
  CHECK (trained_until_on IS NULL OR trained_until_on >= trained_on)
) STRICT;
CREATE INDEX handler_entry_by_account ON handler_entry (account, id);
CREATE INDEX handler_entry_by_organisation ON handler_entry (organisation, id);

CREATE TRIGGER handler_entry_written BEFORE UPDATE ON handler_entry FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what the register said stays written'); END;

-- What one handler asked to see of one case, and until when; the two small
-- grey pictures of it, under the key of the case (report/glance.h).  It goes
-- when the case is decided or handed on.
CREATE TABLE case_glance (
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  medium        INTEGER NOT NULL REFERENCES medium (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  asked_at      INTEGER NOT NULL,
  until_at      INTEGER NOT NULL,
  lost          INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1)),
  soft_enc      BLOB,
  sharp_enc     BLOB,
  PRIMARY KEY (case_file, medium),
  CHECK ((soft_enc IS NULL) = (sharp_enc IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX case_glance_by_medium ON case_glance (medium);

-- Who would rather not look after this case: no reason, and gone with the
-- decision.
CREATE TABLE case_aside (
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  PRIMARY KEY (case_file, account)
) STRICT, WITHOUT ROWID;

-- What somebody was shown stands in the story of each case: the minutes of a
-- person are counted from there (report/care.h).
CREATE INDEX case_event_shown ON case_event (actor, at)
  WHERE deed = 'read' AND detail <> '';
-- Who worked on a case, to be told what became of it.
CREATE INDEX case_file_decided ON case_file (organisation, decided_at)
  WHERE decided_at IS NOT NULL;
CREATE INDEX case_file_looked_again ON case_file (organisation, again_done_at)
  WHERE again_done_at IS NOT NULL;

-- message.kind gains 'waits': something waits, to those in the path of a report.
-- for: sqlite
CREATE TABLE message_rebuilt (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  kind          TEXT NOT NULL CHECK (kind IN ('confirm', 'digest', 'urgent', 'waits')),
  channel       TEXT NOT NULL CHECK (channel IN ('mail', 'push')),
  urgent        INTEGER REFERENCES urgent (id),
  day_on        INTEGER NOT NULL,
  what          TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped')),
  tries         INTEGER NOT NULL DEFAULT 0,
  next_at       INTEGER NOT NULL,
  why           TEXT NOT NULL DEFAULT '',
  status        INTEGER NOT NULL DEFAULT 0,
  made_at       INTEGER NOT NULL,
  ended_at      INTEGER,
  device        INTEGER REFERENCES push_device (id) ON DELETE SET NULL,
  CHECK ((kind = 'urgent') = (urgent IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (state IN ('queued', 'sending')))
) STRICT;
INSERT INTO message_rebuilt (id, organisation, account, kind, channel, urgent,
                             day_on, what, state, tries, next_at, why, status,
                             made_at, ended_at, device)
SELECT id, organisation, account, kind, channel, urgent, day_on, what, state,
       tries, next_at, why, status, made_at, ended_at, device
  FROM message;
DROP TABLE message;
ALTER TABLE message_rebuilt RENAME TO message;
CREATE UNIQUE INDEX message_one_a_day ON message (account, day_on) WHERE kind = 'digest' AND channel = 'mail';
CREATE UNIQUE INDEX message_one_of_each ON message (urgent, account) WHERE kind = 'urgent' AND channel = 'mail';
CREATE INDEX message_on_its_way ON message (id) WHERE state = 'sending';
CREATE INDEX message_failed ON message (organisation, id) WHERE state = 'failed';
CREATE INDEX message_by_account ON message (account, made_at);
CREATE INDEX message_by_organisation ON message (organisation, made_at, state);
CREATE INDEX message_by_device ON message (device) WHERE device IS NOT NULL;
CREATE UNIQUE INDEX message_one_push_a_day ON message (device, day_on) WHERE kind = 'digest' AND channel = 'push';
CREATE UNIQUE INDEX message_one_push_of_each ON message (urgent, device) WHERE kind = 'urgent' AND channel = 'push';
CREATE INDEX message_due ON message (channel, next_at, id) WHERE state = 'queued';
CREATE INDEX message_by_urgent ON message (urgent) WHERE urgent IS NOT NULL;
-- for: postgres
-- | ALTER TABLE message DROP CONSTRAINT message_kind_check;
-- | ALTER TABLE message ADD CHECK (kind IN ('confirm', 'digest', 'urgent', 'waits'));
-- for: both
-- One that waits says as much as two.
CREATE UNIQUE INDEX message_one_that_waits ON message (account, channel) WHERE kind = 'waits' AND state = 'queued';
