-- What was stopped at the door, who decides, and what the data itself refuses
-- meanwhile, see stop/stop.h.
--
-- medium.state gains locked (known material: neither shown, copied, changed
-- nor deleted) and held (prepared or waiting, but a person decides first).

-- for: sqlite
CREATE TABLE medium_rebuilt (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  post          INTEGER NOT NULL REFERENCES post (id),
  uploader      INTEGER NOT NULL REFERENCES account (id),
  state         TEXT NOT NULL CHECK (state IN ('receiving', 'queued', 'ready', 'refused', 'deleted', 'locked', 'held')),
  reason        TEXT,
  position      INTEGER NOT NULL,
  caption_enc   BLOB,
  name_enc      BLOB,
  taken_at      INTEGER,
  width         INTEGER,
  height        INTEGER,
  bytes_digest  BLOB,
  created_at    INTEGER NOT NULL,
  deleted_at    INTEGER
) STRICT;
INSERT INTO medium_rebuilt (id, organisation, post, uploader, state, reason,
                            position, caption_enc, name_enc, taken_at, width,
                            height, bytes_digest, created_at, deleted_at)
SELECT id, organisation, post, uploader, state, reason, position, caption_enc,
       name_enc, taken_at, width, height, bytes_digest, created_at, deleted_at
  FROM medium;
DROP TABLE medium;
ALTER TABLE medium_rebuilt RENAME TO medium;
CREATE INDEX medium_by_post ON medium (post, state, position, id);
CREATE INDEX medium_by_state ON medium (state);
-- for: postgres
-- | ALTER TABLE medium DROP CONSTRAINT medium_state_check;
-- | ALTER TABLE medium ADD CHECK (state IN ('receiving', 'queued', 'ready',
-- |   'refused', 'deleted', 'locked', 'held'));
-- for: both
CREATE INDEX medium_by_uploader ON medium (uploader, state);

-- Staff whom a director named to look into what was stopped.  The right ends
-- with the day; a safeguarding lead needs no row.
CREATE TABLE handler (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  named_by      INTEGER NOT NULL REFERENCES account (id),
  named_at      INTEGER NOT NULL,
  checked_until_on INTEGER NOT NULL,
  ended_at      INTEGER
) STRICT;
CREATE INDEX handler_by_account ON handler (account, ended_at);
CREATE INDEX handler_by_organisation ON handler (organisation, ended_at);

-- One medium that was stopped.  proposed: what one person wants done that a
-- second must agree to ('entry', 'list': it is wrong, release).  outcome NULL:
-- nobody has decided.
CREATE TABLE stopping (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  medium        INTEGER NOT NULL REFERENCES medium (id),
  post          INTEGER NOT NULL REFERENCES post (id),
  uploader      INTEGER NOT NULL REFERENCES account (id),
  cause         TEXT NOT NULL CHECK (cause IN ('list', 'withdrawn')),
  stage         TEXT NOT NULL CHECK (stage IN ('intake', 'rescan')),
  stopped_at    INTEGER NOT NULL,
  proposed      TEXT CHECK (proposed IN ('entry', 'list')),
  proposed_by   INTEGER REFERENCES account (id),
  proposed_at   INTEGER,
  outcome       TEXT CHECK (outcome IN ('confirmed', 'released', 'kept-out')),
  outcome_by    INTEGER REFERENCES account (id),
  outcome_at    INTEGER,
  CHECK ((proposed IS NULL) = (proposed_by IS NULL)),
  CHECK ((outcome IS NULL) = (outcome_at IS NULL))
) STRICT;
-- A medium is stopped once at a time; what was confirmed stays stopped.
CREATE UNIQUE INDEX stopping_now ON stopping (medium)
  WHERE outcome IS NULL OR outcome = 'confirmed';
CREATE INDEX stopping_by_organisation ON stopping (organisation, outcome, id);
CREATE INDEX stopping_by_post ON stopping (post, id);

-- Why: one row per entry that the medium was too near to.  list NULL: the
-- organisation's own register, and entry is its row there.  list_name and
-- list_source are as they were.  off_at: the entry does not count any more.
CREATE TABLE stop_hit (
  id            INTEGER PRIMARY KEY,
  stopping      INTEGER NOT NULL REFERENCES stopping (id),
  list          INTEGER REFERENCES list (id),
  list_name     TEXT NOT NULL,
  list_source   TEXT NOT NULL,
  list_generation INTEGER NOT NULL,
  entry         INTEGER NOT NULL,
  entry_name    TEXT NOT NULL,
  entry_scheme  TEXT NOT NULL,
  entry_category TEXT NOT NULL,
  entry_value   BLOB NOT NULL,
  hash_kind     INTEGER NOT NULL,
  hash          BLOB NOT NULL,
  hypothesis    INTEGER NOT NULL,
  transform     INTEGER NOT NULL,
  frame         INTEGER NOT NULL,
  quality       INTEGER,
  distance      INTEGER NOT NULL,
  threshold     INTEGER NOT NULL,
  found_at      INTEGER NOT NULL,
  off_at        INTEGER
) STRICT;
CREATE UNIQUE INDEX stop_hit_once ON stop_hit (stopping, hash_kind, entry_value, coalesce(list, 0));
CREATE INDEX stop_hit_by_entry ON stop_hit (hash_kind, entry_value);

-- What was done about it, in order, by whom and why; nothing is taken out.
CREATE TABLE stop_event (
  id            INTEGER PRIMARY KEY,
  stopping      INTEGER NOT NULL REFERENCES stopping (id),
  at            INTEGER NOT NULL,
  actor         INTEGER REFERENCES account (id),
  deed          TEXT NOT NULL CHECK (deed IN ('stopped', 'more', 'proposed-entry', 'proposed-list', 'refused', 'agreed', 'confirmed', 'rest-released', 'released', 'let-in', 'kept-out')),
  note_enc      BLOB
) STRICT;
CREATE INDEX stop_event_by_stopping ON stop_event (stopping, id);

-- What the uploader was about to publish, held with it.  publish_at: when an
-- album was to come, before the hold made it a draft again.
CREATE TABLE stop_hold (
  id            INTEGER PRIMARY KEY,
  stopping      INTEGER NOT NULL REFERENCES stopping (id),
  post          INTEGER NOT NULL REFERENCES post (id),
  uploader      INTEGER NOT NULL REFERENCES account (id),
  publish_at    INTEGER,
  made_at       INTEGER NOT NULL,
  lifted_at     INTEGER,
  UNIQUE (stopping, post)
) STRICT;
CREATE INDEX stop_hold_by_post ON stop_hold (post, uploader) WHERE lifted_at IS NULL;

-- A machine found something: what, and its reasons in words, under the
-- organisation's key.
CREATE TABLE signal (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  rule          TEXT NOT NULL,
  subject_kind  TEXT NOT NULL,
  subject       INTEGER NOT NULL,
  raised_at     INTEGER NOT NULL,
  reason_enc    BLOB NOT NULL
) STRICT;
CREATE INDEX signal_by_subject ON signal (subject_kind, subject);

-- What may not be erased, since when and until when; and what was asked of it
-- meanwhile, to be done once the hold has ended.
CREATE TABLE legal_hold (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  stopping      INTEGER NOT NULL REFERENCES stopping (id),
  held_at       INTEGER NOT NULL,
  ended_at      INTEGER,
  erasure_wanted_at INTEGER
) STRICT;
CREATE INDEX legal_hold_by_medium ON legal_hold (medium);
CREATE UNIQUE INDEX legal_hold_now ON legal_hold (medium) WHERE ended_at IS NULL;

-- The pictures that an organisation does not want back, by their hashes.
-- withdrawn_medium: the number that the picture had.
CREATE TABLE register_entry (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  hash_kind     INTEGER NOT NULL,
  entry_value   BLOB NOT NULL,
  withdrawn_medium INTEGER NOT NULL,
  entered_by    INTEGER REFERENCES account (id),
  entered_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  off_at        INTEGER
) STRICT;
CREATE INDEX register_entry_live ON register_entry (organisation, hash_kind) WHERE off_at IS NULL;

-- What the data refuses.  A locked medium leaves that state only when its case
-- says so, in the same transaction; until then neither it, its files' rows,
-- their keys nor its hashes change.
CREATE TRIGGER medium_locked_delete BEFORE DELETE ON medium FOR EACH ROW
WHEN old.state = 'locked'
BEGIN SELECT RAISE(ABORT, 'a locked medium is not deleted'); END;

CREATE TRIGGER medium_locked_update BEFORE UPDATE ON medium FOR EACH ROW
WHEN old.state = 'locked'
 AND (old.id IS DISTINCT FROM new.id
   OR old.organisation IS DISTINCT FROM new.organisation
   OR old.post IS DISTINCT FROM new.post
   OR old.uploader IS DISTINCT FROM new.uploader
   OR old.caption_enc IS DISTINCT FROM new.caption_enc
   OR old.name_enc IS DISTINCT FROM new.name_enc
   OR old.taken_at IS DISTINCT FROM new.taken_at
   OR old.bytes_digest IS DISTINCT FROM new.bytes_digest
   OR old.created_at IS DISTINCT FROM new.created_at
   OR new.deleted_at IS NOT NULL
   OR new.state NOT IN ('locked', 'queued', 'ready', 'held')
   OR (new.state <> 'locked' AND EXISTS (
         SELECT 1 FROM stopping s WHERE s.medium = old.id
            AND (s.outcome IS NULL OR s.outcome = 'confirmed'))))
BEGIN SELECT RAISE(ABORT, 'a locked medium stays as it is'); END;

CREATE TRIGGER medium_locked_for_a_reason BEFORE UPDATE ON medium FOR EACH ROW
WHEN new.state = 'locked' AND old.state <> 'locked'
 AND NOT EXISTS (SELECT 1 FROM stopping s WHERE s.medium = new.id
                    AND s.outcome IS NULL AND s.cause = 'list')
BEGIN SELECT RAISE(ABORT, 'nothing is locked without a case'); END;

CREATE TRIGGER medium_ready_unheld BEFORE UPDATE ON medium FOR EACH ROW
WHEN new.state = 'ready' AND old.state <> 'ready'
 AND (EXISTS (SELECT 1 FROM stop_hold h WHERE h.post = new.post
                 AND h.uploader = new.uploader AND h.lifted_at IS NULL)
   OR EXISTS (SELECT 1 FROM stopping s WHERE s.medium = new.id
                 AND (s.outcome IS NULL OR s.outcome = 'confirmed')))
BEGIN SELECT RAISE(ABORT, 'a held medium is not ready'); END;

CREATE TRIGGER medium_held_kept BEFORE UPDATE ON medium FOR EACH ROW
WHEN old.state = 'held' AND new.state = 'deleted'
 AND EXISTS (SELECT 1 FROM stop_hold h WHERE h.post = old.post
                AND h.uploader = old.uploader AND h.lifted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a held medium is not deleted'); END;

CREATE TRIGGER blob_locked_insert BEFORE INSERT ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = new.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium has no rendition made'); END;

CREATE TRIGGER blob_locked_update BEFORE UPDATE ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its files'); END;

CREATE TRIGGER blob_locked_delete BEFORE DELETE ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its files'); END;

CREATE TRIGGER medium_hash_locked_update BEFORE UPDATE ON medium_hash FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its hashes'); END;

CREATE TRIGGER medium_hash_locked_delete BEFORE DELETE ON medium_hash FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its hashes'); END;

CREATE TRIGGER post_held_unpublished BEFORE UPDATE ON post FOR EACH ROW
WHEN new.state = 'published'
 AND (old.state <> 'published'
   OR new.publish_at IS DISTINCT FROM old.publish_at)
 AND EXISTS (SELECT 1 FROM stop_hold h
              WHERE h.post = new.id AND h.lifted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a held album is not published'); END;

CREATE TRIGGER stopping_kept BEFORE DELETE ON stopping FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a case is kept'); END;

CREATE TRIGGER stop_hit_kept BEFORE DELETE ON stop_hit FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a case is kept'); END;

CREATE TRIGGER stop_event_kept BEFORE DELETE ON stop_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a case is kept'); END;

CREATE TRIGGER stop_event_written BEFORE UPDATE ON stop_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was done stays written'); END;
