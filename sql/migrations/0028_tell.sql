-- Telling people: how an account wants it, what went to it, urgent messages.

-- One row per account that ever said something about it.
-- daily: wants the daily message.  at_min: minutes after local midnight; NULL:
-- the organisation's evening.  Quiet from … to; equal: never.  pause_until: the
-- last day without.
-- address_digest: of the address that a link was sent to at asked_at; it is
-- written to once confirmed_at is there, and while the account still has that
-- one.  broken: why it is not written to any more.
-- told_on: the last local day that had its message; told_at: all until then was
-- told.  next_at: when to look again; NULL: never.
CREATE TABLE tell (
  account       INTEGER PRIMARY KEY REFERENCES account (id),
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  daily         INTEGER NOT NULL CHECK (daily IN (0, 1)),
  at_min        INTEGER CHECK (at_min BETWEEN 0 AND 1439),
  quiet_from    INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
  quiet_to      INTEGER NOT NULL CHECK (quiet_to BETWEEN 0 AND 1439),
  pause_until   INTEGER,
  address_digest BLOB,
  asked_at      INTEGER,
  confirmed_at  INTEGER,
  broken        TEXT,
  told_on       INTEGER NOT NULL,
  told_at       INTEGER NOT NULL,
  next_at       INTEGER,
  CHECK (confirmed_at IS NULL OR address_digest IS NOT NULL)
) STRICT;
CREATE INDEX tell_due ON tell (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX tell_by_organisation ON tell (organisation, account);

-- A word that cannot wait, to the families of a group; day_on: to those whose
-- child is expected that day.  Nothing goes before a second member of the team
-- has approved it; then it stands on first pages until until_at.
CREATE TABLE urgent (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  activity_group INTEGER NOT NULL REFERENCES activity_group (id),
  day_on        INTEGER,
  text_enc      BLOB NOT NULL,
  author        INTEGER NOT NULL REFERENCES account (id),
  written_at    INTEGER NOT NULL,
  second        INTEGER REFERENCES account (id),
  second_at     INTEGER,
  until_at      INTEGER NOT NULL,
  ended_by      INTEGER REFERENCES account (id),
  ended_at      INTEGER,
  CHECK ((second IS NULL) = (second_at IS NULL)),
  CHECK ((ended_by IS NULL) = (ended_at IS NULL)),
  CHECK (second <> author)
) STRICT;
CREATE INDEX urgent_by_organisation ON urgent (organisation, until_at);
CREATE INDEX urgent_by_group ON urgent (activity_group, until_at)
  WHERE second_at IS NOT NULL AND ended_at IS NULL;

CREATE TRIGGER urgent_kept BEFORE UPDATE ON urgent FOR EACH ROW
WHEN old.activity_group <> new.activity_group
  OR old.day_on IS DISTINCT FROM new.day_on
  OR old.text_enc <> new.text_enc OR old.author <> new.author
  OR old.until_at <> new.until_at
  OR (old.second IS NOT NULL AND old.second IS DISTINCT FROM new.second)
  OR (old.second IS NULL AND new.second IS NOT NULL AND old.ended_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'what two people said goes stays written'); END;

-- What goes to one account by one way.  what: how much of each kind is new
-- (tell/news.h).  queued → sending → sent; failed: given up, why says why;
-- dropped: there was no reason to send it any more.  status: what a mail server
-- said, 0 nothing.
CREATE TABLE message (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  kind          TEXT NOT NULL CHECK (kind IN ('confirm', 'digest', 'urgent')),
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
  CHECK ((kind = 'urgent') = (urgent IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (state IN ('queued', 'sending')))
) STRICT;
-- One a day, whatever is killed; one of each urgent message.
CREATE UNIQUE INDEX message_one_a_day ON message (account, day_on) WHERE kind = 'digest' AND channel = 'mail';
CREATE UNIQUE INDEX message_one_of_each ON message (urgent, account) WHERE kind = 'urgent' AND channel = 'mail';
CREATE INDEX message_due ON message (next_at, id) WHERE state = 'queued';
CREATE INDEX message_on_its_way ON message (id) WHERE state = 'sending';
CREATE INDEX message_failed ON message (organisation, id) WHERE state = 'failed';
CREATE INDEX message_by_account ON message (account, made_at);
CREATE INDEX message_by_organisation ON message (organisation, made_at, state);

CREATE INDEX post_published ON post (organisation, publish_at, id) WHERE state = 'published';
