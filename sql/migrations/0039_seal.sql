-- The seal, see custody/seal.h.

-- Somebody who can open what is sealed, together with another.  public: of a
-- pair whose secret comes from a passphrase and salt alone; NULL: not set yet.
CREATE TABLE custodian (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  named_by      INTEGER NOT NULL REFERENCES account (id),
  named_at      INTEGER NOT NULL,
  salt          BLOB,
  public        BLOB,
  ready_at      INTEGER,
  ended_by      INTEGER REFERENCES account (id),
  ended_at      INTEGER,
  CHECK ((public IS NULL) = (salt IS NULL)),
  CHECK ((public IS NULL) = (ready_at IS NULL)),
  CHECK ((ended_by IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX custodian_now ON custodian (account) WHERE ended_at IS NULL;
CREATE INDEX custodian_by_organisation ON custodian (organisation, id);

-- Who was invited by whom, see custody/custodian.h.
CREATE INDEX invitation_by_used ON invitation (used_by) WHERE used_by IS NOT NULL;

-- One medium with all that was made from it.  From 'wanted' on it is invisible
-- to all; 'sealed': its file opens with two custodians alone.  case_file and
-- stopping: who may have part in it; both NULL: sealed again after a restore.
-- was: the name of its file before, by which the erasure journal knows it.
-- sha256, bytes and type: of what was received.  waits: why it is not sealed
-- yet.  certificate and signature: of its destruction (ends/certificate.h).
CREATE TABLE seal (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  medium        INTEGER NOT NULL UNIQUE REFERENCES medium (id),
  was           TEXT NOT NULL UNIQUE,
  case_file     INTEGER REFERENCES case_file (id),
  stopping      INTEGER REFERENCES stopping (id),
  state         TEXT NOT NULL CHECK (state IN ('wanted', 'sealed', 'released', 'destroyed')),
  wanted_by     INTEGER REFERENCES account (id),
  wanted_at     INTEGER NOT NULL,
  reason_enc    BLOB,
  record_enc    BLOB,
  waits         TEXT CHECK (waits IN ('custodians', 'room', 'damaged')),
  type          TEXT,
  bytes         INTEGER,
  sha256        BLOB,
  sealed_at     INTEGER,
  released_by   INTEGER REFERENCES account (id),
  released_at   INTEGER,
  released_on   INTEGER,
  authority_enc BLOB,
  reference_enc BLOB,
  destroyed_at  INTEGER,
  certificate   TEXT,
  signature     BLOB,
  CHECK (state <> 'sealed' OR (sha256 IS NOT NULL AND bytes IS NOT NULL AND type IS NOT NULL AND sealed_at IS NOT NULL)),
  CHECK ((released_at IS NULL) = (released_on IS NULL)),
  CHECK ((certificate IS NULL) = (signature IS NULL))
) STRICT;
CREATE INDEX seal_by_case ON seal (case_file) WHERE case_file IS NOT NULL;
CREATE INDEX seal_by_stopping ON seal (stopping) WHERE stopping IS NOT NULL;
CREATE INDEX seal_by_state ON seal (state, id);

-- The key of a sealed object, for each pair of custodians: sealed to the inner
-- one, and that sealed to the outer one.
CREATE TABLE seal_box (
  object        INTEGER NOT NULL REFERENCES seal (id),
  inner_custodian INTEGER NOT NULL REFERENCES custodian (id),
  outer_custodian INTEGER NOT NULL REFERENCES custodian (id),
  box           BLOB NOT NULL,
  PRIMARY KEY (object, inner_custodian, outer_custodian),
  CHECK (inner_custodian < outer_custodian)
) STRICT, WITHOUT ROWID;

-- Handed over to an authority: box is the object's key sealed to its key.
CREATE TABLE seal_hand (
  id            INTEGER PRIMARY KEY,
  object        INTEGER NOT NULL REFERENCES seal (id),
  at            INTEGER NOT NULL,
  by_account    INTEGER NOT NULL REFERENCES account (id),
  one           INTEGER NOT NULL REFERENCES custodian (id),
  other         INTEGER NOT NULL REFERENCES custodian (id),
  authority_enc BLOB NOT NULL,
  person_enc    BLOB NOT NULL,
  receipt_enc   BLOB,
  public        BLOB NOT NULL,
  box           BLOB NOT NULL,
  fetched_at    INTEGER,
  CHECK (one <> other)
) STRICT;
CREATE INDEX seal_hand_by_seal ON seal_hand (object, id);

ALTER TABLE medium ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1));
-- Address and port from which it was sent, for as long as ends/rule.c says.
ALTER TABLE medium ADD COLUMN from_enc BLOB;
CREATE INDEX medium_from ON medium (organisation, created_at) WHERE from_enc IS NOT NULL;

-- What is sealed is locked too, and the triggers of what is locked let the seal
-- do its work: its files may change while it is 'wanted' or 'released'.
-- for: sqlite
DROP TRIGGER medium_locked_update;
DROP TRIGGER medium_locked_for_a_reason;
DROP TRIGGER blob_locked_update;
DROP TRIGGER blob_locked_delete;
DROP TRIGGER medium_hash_locked_update;
DROP TRIGGER medium_hash_locked_delete;
-- for: postgres
-- | DROP TRIGGER medium_locked_update ON medium;
-- | DROP TRIGGER medium_locked_for_a_reason ON medium;
-- | DROP TRIGGER blob_locked_update ON blob;
-- | DROP TRIGGER blob_locked_delete ON blob;
-- | DROP TRIGGER medium_hash_locked_update ON medium_hash;
-- | DROP TRIGGER medium_hash_locked_delete ON medium_hash;
-- | DROP FUNCTION medium_locked_update;
-- | DROP FUNCTION medium_locked_for_a_reason;
-- | DROP FUNCTION blob_locked_update;
-- | DROP FUNCTION blob_locked_delete;
-- | DROP FUNCTION medium_hash_locked_update;
-- | DROP FUNCTION medium_hash_locked_delete;
-- for: both
CREATE TRIGGER medium_locked_update BEFORE UPDATE ON medium FOR EACH ROW
WHEN old.state = 'locked' AND old.sealed = 0
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
 AND NOT (new.sealed = 1 AND EXISTS (SELECT 1 FROM seal s
                                      WHERE s.medium = new.id OR s.medium = new.video))
BEGIN SELECT RAISE(ABORT, 'nothing is locked without a case'); END;

-- The seal is not taken off; what is sealed leaves when it is released, and
-- what was made from it when it is sealed.
CREATE TRIGGER medium_sealed_update BEFORE UPDATE ON medium FOR EACH ROW
WHEN old.sealed = 1
 AND (new.sealed <> 1
   OR old.id IS DISTINCT FROM new.id
   OR old.organisation IS DISTINCT FROM new.organisation
   OR old.post IS DISTINCT FROM new.post
   OR old.uploader IS DISTINCT FROM new.uploader
   OR new.state NOT IN ('locked', 'deleted')
   OR (old.state <> new.state
       AND NOT EXISTS (SELECT 1 FROM seal s
                        WHERE (s.medium = old.id AND s.state = 'released')
                           OR (s.medium = old.video AND s.state IN ('wanted', 'released')))))
BEGIN SELECT RAISE(ABORT, 'what is sealed stays sealed'); END;

CREATE TRIGGER medium_unsealed BEFORE UPDATE ON medium FOR EACH ROW
WHEN new.sealed = 1 AND old.sealed = 0 AND new.state <> 'locked'
BEGIN SELECT RAISE(ABORT, 'what is sealed is locked'); END;

CREATE TRIGGER blob_locked_update BEFORE UPDATE ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked'
                AND NOT EXISTS (SELECT 1 FROM seal s
                                 WHERE (s.medium = m.id OR s.medium = m.video)
                                   AND s.state IN ('wanted', 'released')))
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its files'); END;

CREATE TRIGGER blob_locked_delete BEFORE DELETE ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked'
                AND NOT EXISTS (SELECT 1 FROM seal s
                                 WHERE (s.medium = m.id OR s.medium = m.video)
                                   AND s.state IN ('wanted', 'released')))
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its files'); END;

CREATE TRIGGER medium_hash_locked_update BEFORE UPDATE ON medium_hash FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its hashes'); END;

CREATE TRIGGER medium_hash_locked_delete BEFORE DELETE ON medium_hash FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked'
                AND NOT EXISTS (SELECT 1 FROM seal s
                                 WHERE (s.medium = m.id AND s.state = 'released')
                                    OR (s.medium = m.video AND s.state IN ('wanted', 'released'))))
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its hashes'); END;

CREATE TRIGGER seal_kept BEFORE DELETE ON seal FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a seal is kept'); END;

CREATE TRIGGER seal_forward BEFORE UPDATE ON seal FOR EACH ROW
WHEN old.medium <> new.medium
  OR (old.state = 'wanted' AND new.state NOT IN ('wanted', 'sealed', 'released'))
  OR (old.state = 'sealed' AND new.state NOT IN ('sealed', 'released'))
  OR (old.state = 'released' AND new.state NOT IN ('released', 'destroyed'))
  OR (old.state = 'destroyed' AND new.state <> 'destroyed')
  OR (old.sha256 IS NOT NULL AND old.sha256 IS DISTINCT FROM new.sha256)
BEGIN SELECT RAISE(ABORT, 'a seal goes one way'); END;
