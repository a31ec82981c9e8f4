-- What a case decides about somebody, see report/statement.h.

-- step: what is taken from that person.  until_on: its last day; NULL: until
-- somebody lifts it.  told_at NULL: kept back, for the reason in kept_enc.
-- code_digest: of the code by which somebody who cannot sign in reads it.
-- answer: what became of the appeal.
CREATE TABLE statement (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  number        TEXT NOT NULL UNIQUE,
  step          TEXT NOT NULL CHECK (step IN ('warning', 'content', 'publish', 'children', 'suspend', 'close')),
  ground        TEXT NOT NULL CHECK (ground IN ('law', 'rules')),
  rule_enc      BLOB NOT NULL,
  words_enc     BLOB NOT NULL,
  made_by       INTEGER NOT NULL REFERENCES account (id),
  made_at       INTEGER NOT NULL,
  until_on      INTEGER,
  told_at       INTEGER,
  kept_enc      BLOB,
  code_digest   BLOB NOT NULL UNIQUE,
  seen_at       INTEGER,
  lifted_at     INTEGER,
  appeal_at     INTEGER,
  appeal_enc    BLOB,
  answered_by   INTEGER REFERENCES account (id),
  answered_at   INTEGER,
  answer        TEXT CHECK (answer IN ('upheld', 'reversed')),
  answer_enc    BLOB,
  CHECK (told_at IS NOT NULL OR kept_enc IS NOT NULL),
  CHECK (appeal_at IS NULL OR told_at IS NOT NULL),
  CHECK ((answer IS NULL) = (answered_at IS NULL)),
  CHECK ((answer IS NULL) = (answered_by IS NULL)),
  CHECK (answer IS NULL OR (appeal_at IS NOT NULL AND answered_by <> made_by))
) STRICT;
CREATE INDEX statement_by_case ON statement (case_file, id);
CREATE INDEX statement_by_account ON statement (account, id);
CREATE INDEX statement_in_force ON statement (account, step) WHERE lifted_at IS NULL;
CREATE INDEX statement_to_lift ON statement (until_on) WHERE lifted_at IS NULL AND until_on IS NOT NULL;
CREATE INDEX statement_to_close ON statement (told_at) WHERE step = 'close' AND lifted_at IS NULL;
CREATE INDEX statement_appeal ON statement (organisation, case_file) WHERE appeal_at IS NOT NULL AND answered_at IS NULL;

-- Its steps stand in the story of the case.
-- for: sqlite
CREATE TABLE case_event_rebuilt (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  at            INTEGER NOT NULL,
  actor         INTEGER REFERENCES account (id),
  deed          TEXT NOT NULL CHECK (deed IN ('opened', 'joined', 'hidden', 'shown', 'read', 'taken', 'left', 'named', 'noted', 'asked', 'answered', 'decided', 'again', 'upheld', 'changed', 'stated', 'told', 'lifted', 'appealed', 'appeal-upheld', 'appeal-reversed')),
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
-- | ALTER TABLE case_event ADD CHECK (deed IN ('opened', 'joined', 'hidden',
-- |   'shown', 'read', 'taken', 'left', 'named', 'noted', 'asked', 'answered',
-- |   'decided', 'again', 'upheld', 'changed', 'stated', 'told', 'lifted',
-- |   'appealed', 'appeal-upheld', 'appeal-reversed'));
