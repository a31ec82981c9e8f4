-- Papers for the authorities, filled from a case, see report/filing.h.

-- One paper of a case.  kind: an id of data/filings.json.  stage: 'open' until
-- it was sent; 'kept' while related data are kept after it was sent; 'over'
-- when that time is over and nobody has said what became of them; 'closed'.
-- next_at: when that has to be done; NULL: no time limit.
CREATE TABLE filing (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  kind          TEXT NOT NULL,
  child         INTEGER REFERENCES child (id) ON DELETE SET NULL,
  begun_by      INTEGER NOT NULL REFERENCES account (id),
  begun_at      INTEGER NOT NULL,
  stage         TEXT NOT NULL CHECK (stage IN ('open', 'kept', 'over', 'closed')),
  next_at       INTEGER,
  dropped_at    INTEGER,
  CHECK (stage NOT IN ('kept', 'over') OR next_at IS NOT NULL),
  CHECK (dropped_at IS NULL OR stage = 'closed')
) STRICT;
CREATE INDEX filing_by_case ON filing (case_file, id);
CREATE INDEX filing_by_child ON filing (child) WHERE child IS NOT NULL;
CREATE INDEX filing_waits ON filing (organisation, case_file) WHERE stage IN ('open', 'over');
CREATE INDEX filing_kept ON filing (next_at) WHERE stage = 'kept';

-- The paper as a person checked it, and that it was sent: neither is changed
-- afterwards.  values_enc: all that stands on it, in order, under the key of
-- the case.  digest and sent_digest stand in the story of the case too.
CREATE TABLE filing_version (
  id            INTEGER PRIMARY KEY,
  filing        INTEGER NOT NULL REFERENCES filing (id),
  number        INTEGER NOT NULL,
  lang          TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
  values_enc    BLOB NOT NULL,
  checked_by    INTEGER NOT NULL REFERENCES account (id),
  checked_at    INTEGER NOT NULL,
  digest        BLOB NOT NULL,
  sent_at       INTEGER,
  sent_by       INTEGER REFERENCES account (id),
  route         TEXT,
  receipt_enc   BLOB,
  answered_enc  BLOB,
  sent_digest   BLOB,
  UNIQUE (filing, number),
  CHECK ((sent_at IS NULL) = (sent_by IS NULL)),
  CHECK ((sent_at IS NULL) = (route IS NULL)),
  CHECK ((sent_at IS NULL) = (sent_digest IS NULL)),
  CHECK (sent_at IS NOT NULL OR (receipt_enc IS NULL AND answered_enc IS NULL))
) STRICT;

CREATE TRIGGER filing_version_checked BEFORE UPDATE ON filing_version FOR EACH ROW
WHEN old.filing <> new.filing OR old.number <> new.number
  OR old.lang <> new.lang OR old.values_enc <> new.values_enc
  OR old.checked_by <> new.checked_by OR old.checked_at <> new.checked_at
  OR old.digest <> new.digest OR old.sent_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a paper stays as it was checked and sent'); END;

-- Their steps stand in the story of the case.  The words of deeds are those of
-- report/story.c, which knows no other: no list is kept here any more, lest
-- each new one rewrites the table.
-- for: sqlite
CREATE TABLE case_event_rebuilt (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  at            INTEGER NOT NULL,
  actor         INTEGER REFERENCES account (id),
  deed          TEXT NOT NULL CHECK (deed <> ''),
  told          INTEGER NOT NULL CHECK (told IN (0, 1)),
  report        INTEGER REFERENCES report (id),
  detail        TEXT NOT NULL,
  words_enc     BLOB,
  hash          BLOB NOT NULL
) STRICT;
INSERT INTO case_event_rebuilt (id, case_file, at, actor, deed, told, report,
                                detail, words_enc, hash)
SELECT id, case_file, at, actor, deed, told, report, detail, words_enc, hash
  FROM case_event;
DROP TABLE case_event;
ALTER TABLE case_event_rebuilt RENAME TO case_event;
CREATE INDEX case_event_by_case ON case_event (case_file, id);

CREATE TRIGGER case_event_written BEFORE UPDATE ON case_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what happened stays written'); END;
-- for: postgres
-- | ALTER TABLE case_event DROP CONSTRAINT case_event_deed_check;
-- | ALTER TABLE case_event ADD CHECK (deed <> '');
