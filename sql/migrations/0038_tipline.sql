-- Reports that an organisation sends to NCMEC's CyberTipline, see
-- tipline/tipline.h.

-- One report of a case on its way.  doc_enc: the document as it is sent,
-- records_enc: the list that goes with it, both under the key of the case.
-- step … next_at: where it stands (ncmec/step.h).  sent_by: who checked it and
-- sent it.
CREATE TABLE tipline (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  is_test       INTEGER NOT NULL CHECK (is_test IN (0, 1)),
  state         TEXT NOT NULL CHECK (state IN ('checking', 'sending', 'stuck', 'finished', 'retracted')),
  doc_enc       BLOB NOT NULL,
  records_enc   BLOB,
  files         INTEGER NOT NULL,
  made_by       INTEGER NOT NULL REFERENCES account (id),
  made_at       INTEGER NOT NULL,
  sent_by       INTEGER REFERENCES account (id),
  sent_at       INTEGER,
  step          TEXT NOT NULL CHECK (step IN ('submit', 'upload', 'fileinfo', 'finish', 'retract', 'drop')),
  report_number INTEGER NOT NULL,
  file_at       INTEGER NOT NULL,
  file_word   TEXT NOT NULL,
  cancelled     INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
  tries         INTEGER NOT NULL,
  why           TEXT NOT NULL,
  begun_at      INTEGER NOT NULL,
  next_at       INTEGER NOT NULL,
  ended_at      INTEGER,
  kept_until_on INTEGER,
  CHECK ((sent_by IS NULL) = (sent_at IS NULL)),
  CHECK ((ended_at IS NOT NULL) = (state IN ('finished', 'retracted'))),
  CHECK (state IN ('checking', 'retracted') OR sent_by IS NOT NULL)
) STRICT;
CREATE INDEX tipline_by_case ON tipline (case_file, id);
CREATE INDEX tipline_due ON tipline (is_test, next_at) WHERE state = 'sending';
-- One at a time.
CREATE UNIQUE INDEX tipline_open ON tipline (case_file)
  WHERE state IN ('checking', 'sending', 'stuck');

-- What was checked is what is sent; and what is told stays told.
CREATE TRIGGER tipline_written BEFORE UPDATE ON tipline FOR EACH ROW
WHEN old.doc_enc <> new.doc_enc
  OR old.records_enc IS DISTINCT FROM new.records_enc
  OR old.is_test <> new.is_test OR old.case_file <> new.case_file
  OR old.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what is reported stays written'); END;

-- Each call, written down before it goes out; heard_at NULL: no answer yet.
-- request_enc and reply_enc: the very bytes, under the key of the case.
CREATE TABLE tipline_call (
  id            INTEGER PRIMARY KEY,
  tipline        INTEGER NOT NULL REFERENCES tipline (id),
  step          TEXT NOT NULL,
  asked_at      INTEGER NOT NULL,
  request_enc   BLOB NOT NULL,
  heard_at      INTEGER,
  outcome       TEXT,
  status        INTEGER,
  code          INTEGER,
  request_word         TEXT,
  reply_enc     BLOB,
  CHECK ((heard_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX tipline_call_by_tipline ON tipline_call (tipline, id);
CREATE INDEX tipline_call_out ON tipline_call (tipline) WHERE heard_at IS NULL;
