-- A suspect copy, and which account it left through, see trace/trace.h.
--
-- Nothing runs on the word of one: a trace that was allowed has two people,
-- and a reason, or it is no row.  blob_name: the copy, encrypted; its key goes
-- when the trace is closed, or when kept_until has passed.  name_enc: as the
-- file was called.  post: the album that it is believed to be from.  quality:
-- of the copy, as PDQ says how much there is in a picture.
CREATE TABLE trace (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  state         TEXT NOT NULL CHECK (state IN ('receiving', 'asked', 'refused', 'allowed', 'reading', 'told')),
  asked_by      INTEGER NOT NULL REFERENCES account (id),
  asked_at      INTEGER NOT NULL,
  reason_enc    BLOB,
  name_enc      BLOB,
  post          INTEGER REFERENCES post (id),
  decided_by    INTEGER REFERENCES account (id),
  decided_at    INTEGER,
  blob_name     TEXT NOT NULL UNIQUE,
  key_wrapped   BLOB,
  bytes         INTEGER NOT NULL,
  kept_until    INTEGER NOT NULL,
  width         INTEGER,
  height        INTEGER,
  quality       INTEGER,
  accounts      INTEGER,
  readings      INTEGER,
  answer        TEXT CHECK (answer IN ('named', 'unreadable', 'unknown', 'small', 'smooth', 'unmarked', 'weak')),
  told_at       INTEGER,
  closed_by     INTEGER REFERENCES account (id),
  closed_at     INTEGER,
  CHECK (decided_by IS NULL OR decided_by <> asked_by),
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK (state = 'receiving' OR reason_enc IS NOT NULL),
  CHECK (state IN ('receiving', 'asked') OR decided_by IS NOT NULL),
  CHECK ((state = 'told') = (answer IS NOT NULL)),
  CHECK ((answer IS NULL) = (told_at IS NULL))
) STRICT;
CREATE INDEX trace_by_organisation ON trace (organisation, id);
CREATE INDEX trace_kept ON trace (kept_until) WHERE key_wrapped IS NOT NULL;

-- Photos that the copy may show, the likeliest first.  distance: of PDQ.
-- turn: of the copy, that makes it so near (hash/pdq.h).
CREATE TABLE trace_candidate (
  trace         INTEGER NOT NULL REFERENCES trace (id),
  likely        INTEGER NOT NULL,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  distance      INTEGER NOT NULL,
  turn          INTEGER NOT NULL DEFAULT 0 CHECK (turn BETWEEN 0 AND 7),
  PRIMARY KEY (trace, likely),
  UNIQUE (trace, medium)
) STRICT, WITHOUT ROWID;

-- What was read of the copy beside one rendition.  shown: it shows this photo.
-- presence: hundredths of a deviation; likeness, share: thousandths.  strength:
-- of the mark that such a copy could hold, squared deviations.
CREATE TABLE trace_reading (
  trace         INTEGER NOT NULL REFERENCES trace (id),
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL CHECK (side IN (320, 1024, 2048)),
  shown         INTEGER NOT NULL CHECK (shown IN (0, 1)),
  presence      INTEGER NOT NULL,
  likeness      INTEGER NOT NULL,
  share         INTEGER NOT NULL,
  strength      INTEGER NOT NULL,
  read_at       INTEGER NOT NULL,
  PRIMARY KEY (trace, medium, side)
) STRICT, WITHOUT ROWID;

-- Accounts that a reading points to.  score: thousandths of the natural
-- logarithm, rounded down (mark/accuse.h).  named: the number of readings
-- allowed for, it is one in a billion or less that this is wrong.
CREATE TABLE trace_score (
  trace         INTEGER NOT NULL REFERENCES trace (id),
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL,
  account       INTEGER NOT NULL REFERENCES account (id),
  score         INTEGER NOT NULL,
  named         INTEGER NOT NULL DEFAULT 0 CHECK (named IN (0, 1)),
  PRIMARY KEY (trace, medium, side, account)
) STRICT, WITHOUT ROWID;

-- What was done, in order, by whom; nothing is taken out.
CREATE TABLE trace_event (
  id            INTEGER PRIMARY KEY,
  trace         INTEGER NOT NULL REFERENCES trace (id),
  at            INTEGER NOT NULL,
  actor         INTEGER REFERENCES account (id),
  deed          TEXT NOT NULL CHECK (deed IN ('asked', 'allowed', 'refused', 'told', 'closed', 'ended')),
  note_enc      BLOB
) STRICT;
CREATE INDEX trace_event_by_trace ON trace_event (trace, id);

-- Two different people, whatever a program says later.
CREATE TRIGGER trace_people_kept BEFORE UPDATE ON trace FOR EACH ROW
WHEN old.asked_by IS DISTINCT FROM new.asked_by
  OR old.asked_at IS DISTINCT FROM new.asked_at
  OR (old.reason_enc IS NOT NULL AND old.reason_enc IS DISTINCT FROM new.reason_enc)
  OR (old.decided_by IS NOT NULL AND old.decided_by IS DISTINCT FROM new.decided_by)
BEGIN SELECT RAISE(ABORT, 'who asked and who allowed stays written'); END;

CREATE TRIGGER trace_event_kept BEFORE DELETE ON trace_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a trace is kept'); END;

CREATE TRIGGER trace_event_written BEFORE UPDATE ON trace_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was done stays written'); END;
