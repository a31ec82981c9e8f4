-- When something is wrong: what people report, and what becomes of it.

-- A handler's standing: 'inside' answers to the directors; 'independent' was
-- named by those who govern the organisation and answers to nobody in it;
-- 'outside' is no part of it.
ALTER TABLE handler ADD COLUMN standing TEXT NOT NULL DEFAULT 'inside'
  CHECK (standing IN ('inside', 'independent', 'outside'));

-- One matter.  number: what people quote; it says nothing of how many there
-- are.  subject: what was reported, 0 for words alone.
CREATE TABLE case_file (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  number        TEXT NOT NULL UNIQUE,
  category      TEXT NOT NULL,
  subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('none', 'medium', 'post', 'account')),
  subject       INTEGER NOT NULL,
  opened_at     INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  taken_by      INTEGER REFERENCES account (id),
  taken_at      INTEGER,
  outcome       TEXT CHECK (outcome IN ('removed', 'restored', 'measures', 'passed-on', 'unfounded')),
  decided_by    INTEGER REFERENCES account (id),
  decided_at    INTEGER,
  again_at      INTEGER,
  again_by      INTEGER REFERENCES account (id),
  again_done_at INTEGER,
  CHECK ((subject_kind = 'none') = (subject = 0)),
  CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
  CHECK ((outcome IS NULL) = (decided_at IS NULL)),
  CHECK ((outcome IS NULL) = (decided_by IS NULL)),
  CHECK (again_at IS NULL OR outcome IS NOT NULL),
  CHECK ((again_by IS NULL) = (again_done_at IS NULL)),
  CHECK (again_by IS NULL OR (again_at IS NOT NULL AND again_by <> decided_by))
) STRICT;
CREATE INDEX case_file_by_organisation ON case_file (organisation, id);
CREATE INDEX case_file_waiting ON case_file (organisation, id)
  WHERE outcome IS NULL OR (again_at IS NOT NULL AND again_done_at IS NULL);
-- What is open about one thing is one case.
CREATE UNIQUE INDEX case_file_open ON case_file (organisation, subject_kind, subject)
  WHERE subject <> 0 AND outcome IS NULL;

-- Whom it is about ('named' by who reports or by a handler, 'implied' by what
-- is reported), and who was kept away when the report was made.
CREATE TABLE case_person (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  part          TEXT NOT NULL CHECK (part IN ('named', 'implied', 'barred')),
  since         INTEGER NOT NULL,
  UNIQUE (case_file, account, part)
) STRICT;
CREATE INDEX case_person_by_account ON case_person (account);

-- The groups and the children that it is about.
CREATE TABLE case_place (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  activity_group INTEGER REFERENCES activity_group (id),
  child         INTEGER REFERENCES child (id) ON DELETE CASCADE,
  CHECK ((activity_group IS NULL) <> (child IS NULL)),
  UNIQUE (case_file, activity_group, child)
) STRICT;
CREATE INDEX case_place_by_child ON case_place (child) WHERE child IS NOT NULL;

-- What one person said.  reporter NULL: no account, or an account that did not
-- wish to be known.  receipt_digest: of the code by which such a person comes
-- back.  contact_enc: how to reach somebody who has no account.
CREATE TABLE report (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  reporter      INTEGER REFERENCES account (id),
  who           TEXT NOT NULL CHECK (who IN ('guardian', 'relative', 'child', 'staff', 'public', 'unsaid')),
  receipt_digest BLOB UNIQUE,
  category      TEXT NOT NULL,
  lang          TEXT NOT NULL CHECK (lang IN ('fr', 'en')),
  words_enc     BLOB,
  contact_enc   BLOB,
  made_at       INTEGER NOT NULL,
  CHECK ((reporter IS NULL) = (receipt_digest IS NOT NULL)),
  CHECK (reporter IS NULL OR who NOT IN ('public', 'unsaid'))
) STRICT;
CREATE INDEX report_by_case ON report (case_file, id);
CREATE INDEX report_by_reporter ON report (reporter, id) WHERE reporter IS NOT NULL;

-- What happened, one link after the other (report/story.h); told: the reporters
-- read it too, of whom report names one (NULL: all).
CREATE TABLE case_event (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  at            INTEGER NOT NULL,
  actor         INTEGER REFERENCES account (id),
  deed          TEXT NOT NULL CHECK (deed IN ('opened', 'joined', 'hidden', 'shown', 'read', 'taken', 'left', 'named', 'noted', 'asked', 'answered', 'decided', 'again', 'upheld', 'changed')),
  told          INTEGER NOT NULL CHECK (told IN (0, 1)),
  report        INTEGER REFERENCES report (id),
  detail        TEXT NOT NULL,
  words_enc     BLOB,
  hash          BLOB NOT NULL
) STRICT;
CREATE INDEX case_event_by_case ON case_event (case_file, id);

CREATE TRIGGER case_event_written BEFORE UPDATE ON case_event FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what happened stays written'); END;

-- What a case keeps from everybody (report/hide.h): of a medium its state is
-- 'held' meanwhile, a post is withdrawn and cannot be changed.
ALTER TABLE medium ADD COLUMN reported INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1));
ALTER TABLE post ADD COLUMN reported INTEGER NOT NULL DEFAULT 0 CHECK (reported IN (0, 1));

CREATE TABLE case_item (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  medium        INTEGER REFERENCES medium (id),
  post          INTEGER REFERENCES post (id),
  post_was      TEXT,
  hidden_at     INTEGER NOT NULL,
  shown_at      INTEGER,
  CHECK ((medium IS NULL) <> (post IS NULL)),
  CHECK ((post IS NULL) = (post_was IS NULL))
) STRICT;
CREATE INDEX case_item_by_case ON case_item (case_file, id);
CREATE UNIQUE INDEX case_item_medium ON case_item (medium) WHERE shown_at IS NULL AND medium IS NOT NULL;
CREATE UNIQUE INDEX case_item_post ON case_item (post) WHERE shown_at IS NULL AND post IS NOT NULL;
