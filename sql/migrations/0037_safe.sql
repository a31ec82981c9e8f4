-- The evidence safe of a family: what was seen, in a chain that only grows, see
-- safe/safe.h.

-- One for each account at a time.  token names its key for ever; without the
-- key it was emptied, and that it was there stays.
CREATE TABLE safe (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  token         BLOB NOT NULL,
  key_wrapped   BLOB,
  opened_at     INTEGER NOT NULL,
  last_at       INTEGER NOT NULL,
  emptied_at    INTEGER,
  CHECK ((key_wrapped IS NULL) = (emptied_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX safe_of_account ON safe (account) WHERE emptied_at IS NULL;
CREATE INDEX safe_by_organisation ON safe (organisation, last_at);

-- n counts from 1; of_n is the entry that it is about.  line_enc is the entry in
-- canonical JSON under the safe's key, digest its SHA-256.
CREATE TABLE safe_entry (
  id            INTEGER PRIMARY KEY,
  safe          INTEGER NOT NULL REFERENCES safe (id),
  n             INTEGER NOT NULL,
  at            INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('picture', 'link', 'words', 'withdrawn', 'destroyed', 'shown', 'closed', 'emptied')),
  of_n          INTEGER,
  medium        INTEGER REFERENCES medium (id),
  line_enc      BLOB,
  digest        BLOB NOT NULL,
  hash          BLOB NOT NULL,
  UNIQUE (safe, n)
) STRICT;
CREATE INDEX safe_entry_by_medium ON safe_entry (medium) WHERE medium IS NOT NULL;

CREATE TRIGGER safe_entry_written BEFORE UPDATE ON safe_entry FOR EACH ROW
WHEN old.safe <> new.safe OR old.n <> new.n OR old.at <> new.at
  OR old.kind <> new.kind OR old.of_n IS DISTINCT FROM new.of_n
  OR old.medium IS DISTINCT FROM new.medium OR old.digest <> new.digest
  OR old.hash <> new.hash
  OR (new.line_enc IS NOT NULL AND old.line_enc IS DISTINCT FROM new.line_enc)
BEGIN SELECT RAISE(ABORT, 'what is in a safe stays as it was'); END;
CREATE TRIGGER safe_entry_kept BEFORE DELETE ON safe_entry FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what is in a safe stays there'); END;

-- Those who handle that case see what is in it, until it is closed to them.
CREATE TABLE safe_share (
  id            INTEGER PRIMARY KEY,
  safe          INTEGER NOT NULL REFERENCES safe (id),
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  since         INTEGER NOT NULL,
  ended_at      INTEGER
) STRICT;
CREATE INDEX safe_share_by_safe ON safe_share (safe, id);
CREATE INDEX safe_share_by_case ON safe_share (case_file);
CREATE UNIQUE INDEX safe_share_open ON safe_share (safe, case_file) WHERE ended_at IS NULL;

-- The post that holds its pictures.  It is no album: nobody is its audience, it
-- stays a draft for ever, and sharing/permit.h answers for it by a rule of its
-- own.
ALTER TABLE post ADD COLUMN safe INTEGER REFERENCES safe (id);
CREATE UNIQUE INDEX post_by_safe ON post (safe) WHERE safe IS NOT NULL;

CREATE TRIGGER post_safe_kept BEFORE UPDATE ON post FOR EACH ROW
WHEN old.safe IS DISTINCT FROM new.safe
  OR (old.safe IS NOT NULL AND (new.state <> 'draft' OR new.second_at IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'a safe is no album'); END;
