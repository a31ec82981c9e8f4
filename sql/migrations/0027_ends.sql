-- Everything ends: by which rule, when, and what may not end, see ends/rule.h.

-- Since when an organisation is under the rules; nothing of what families
-- would miss ends before ENDS_FIRST_DAYS of it have passed.
CREATE TABLE ends_begun (
  organisation  INTEGER PRIMARY KEY REFERENCES organisation (id),
  begun_at      INTEGER NOT NULL
) STRICT;

-- A duration that a director chose, and why; the newest one counts, no row is
-- taken out.
CREATE TABLE ends_choice (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  rule          TEXT NOT NULL,
  days          INTEGER NOT NULL CHECK (days > 0),
  reason_enc    BLOB NOT NULL,
  chosen_by     INTEGER NOT NULL REFERENCES account (id),
  chosen_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX ends_choice_by_rule ON ends_choice (organisation, rule, id);

CREATE TRIGGER ends_choice_written BEFORE UPDATE ON ends_choice FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was chosen stays written'); END;

-- How much ended by a rule on a day; no names.
CREATE TABLE ends_done (
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  rule          TEXT NOT NULL,
  day_on        INTEGER NOT NULL,
  ended         INTEGER NOT NULL,
  PRIMARY KEY (organisation, rule, day_on)
) STRICT, WITHOUT ROWID;

-- What the law or a case holds: nothing of it ends until two people have
-- released it, or its date has come.  released_by NULL: by its date.
CREATE TABLE hold_order (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('child', 'account', 'post', 'medium')),
  subject       INTEGER NOT NULL,
  reason_enc    BLOB NOT NULL,
  placed_by     INTEGER NOT NULL REFERENCES account (id),
  placed_at     INTEGER NOT NULL,
  until_at      INTEGER NOT NULL,
  asked_by      INTEGER REFERENCES account (id),
  asked_at      INTEGER,
  released_by   INTEGER REFERENCES account (id),
  released_at   INTEGER,
  CHECK (until_at > placed_at),
  CHECK ((asked_by IS NULL) = (asked_at IS NULL)),
  CHECK (released_by IS NULL OR (asked_by IS NOT NULL AND released_by <> asked_by)),
  CHECK (released_by IS NULL OR released_at IS NOT NULL),
  CHECK (released_at IS NULL OR released_by IS NOT NULL OR released_at >= until_at)
) STRICT;
CREATE INDEX hold_order_now ON hold_order (subject_kind, subject) WHERE released_at IS NULL;
CREATE INDEX hold_order_by_organisation ON hold_order (organisation, id);

CREATE TRIGGER hold_order_kept BEFORE DELETE ON hold_order FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a hold is kept'); END;

CREATE TRIGGER hold_order_written BEFORE UPDATE ON hold_order FOR EACH ROW
WHEN old.subject_kind <> new.subject_kind OR old.subject <> new.subject
  OR old.placed_by <> new.placed_by OR old.placed_at <> new.placed_at
  OR old.until_at <> new.until_at OR old.released_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what was held stays written'); END;

-- What an erasure left because of such a hold, to go when it is over.
CREATE TABLE erasure_wanted (
  medium        INTEGER PRIMARY KEY REFERENCES medium (id),
  wanted_at     INTEGER NOT NULL
) STRICT;

-- Media that are not erased now: locked, beside what was stopped, or held.
CREATE VIEW held_medium AS
SELECT m.id AS id
  FROM medium m
 WHERE m.state = 'locked'
    OR EXISTS (SELECT 1 FROM medium v
                WHERE v.id = m.video AND v.state = 'locked')
    OR (m.state IN ('held', 'queued', 'receiving')
        AND EXISTS (SELECT 1 FROM stop_hold h
                     WHERE h.post = m.post AND h.uploader = m.uploader
                       AND h.lifted_at IS NULL))
    OR EXISTS (SELECT 1 FROM hold_order h
                WHERE h.subject_kind = 'medium' AND h.released_at IS NULL
                  AND h.subject IN (m.id, m.video))
    OR EXISTS (SELECT 1 FROM hold_order h
                WHERE h.subject_kind = 'post' AND h.released_at IS NULL
                  AND h.subject = m.post)
    OR EXISTS (SELECT 1 FROM hold_order h
                WHERE h.subject_kind = 'account' AND h.released_at IS NULL
                  AND h.subject = m.uploader)
    OR EXISTS (SELECT 1
                 FROM post_audience a
                 JOIN hold_order h ON h.subject_kind = 'child'
                                  AND h.released_at IS NULL
                                  AND h.subject = a.child
                WHERE a.post = m.post)
    OR EXISTS (SELECT 1
                 FROM region r
                 JOIN hold_order h ON h.subject_kind = 'child'
                                  AND h.released_at IS NULL
                                  AND h.subject = r.child
                WHERE r.medium = m.id OR r.medium = m.video);

-- When an account was closed, and when its name went too; the same of an
-- adult, and of what stood on a post.
ALTER TABLE account ADD COLUMN closed_at INTEGER;
ALTER TABLE account ADD COLUMN ended_at INTEGER;
ALTER TABLE guardian ADD COLUMN ended_at INTEGER;
ALTER TABLE post ADD COLUMN ended_at INTEGER;
CREATE INDEX post_not_ended ON post (organisation, day_on) WHERE ended_at IS NULL;

-- The register up to here has ended: the hash that its first entry follows, and
-- a seal that only this house makes, see audit/anchor.h.
CREATE TABLE audit_anchor (
  organisation  INTEGER PRIMARY KEY REFERENCES organisation (id),
  entry         INTEGER NOT NULL,
  hash          BLOB NOT NULL,
  entries       INTEGER NOT NULL,
  seal          BLOB NOT NULL,
  ended_at      INTEGER NOT NULL
) STRICT;

-- What somebody asks for by right: to see, to take along, to have corrected, to
-- object, to have erased; by which day it is answered, and how it was.  The
-- words stand under the child's own key where it is about one, else under the
-- organisation's.  asker NULL: has no account, a member of the team entered it.
-- rule: what is objected to, see ends/rule.h.
CREATE TABLE claim (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  number        INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('see', 'export', 'correct', 'oppose', 'erase')),
  state         TEXT NOT NULL CHECK (state IN ('open', 'granted', 'refused', 'withdrawn')),
  asker         INTEGER REFERENCES account (id),
  child         INTEGER REFERENCES child (id),
  rule          TEXT,
  name_enc      BLOB,
  words_enc     BLOB,
  received_on   INTEGER NOT NULL,
  due_on        INTEGER NOT NULL,
  extended_at   INTEGER,
  extended_by   INTEGER REFERENCES account (id),
  extended_enc  BLOB,
  answered_at   INTEGER,
  answered_by   INTEGER REFERENCES account (id),
  answer_enc    BLOB,
  entered_by    INTEGER NOT NULL REFERENCES account (id),
  entered_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  CHECK (due_on > received_on),
  CHECK ((extended_at IS NULL) = (extended_by IS NULL)),
  CHECK ((state = 'open') = (answered_at IS NULL)),
  CHECK ((answered_at IS NULL) = (answered_by IS NULL)),
  CHECK (asker IS NOT NULL OR entered_by IS NOT NULL),
  UNIQUE (organisation, number)
) STRICT;
CREATE INDEX claim_by_state ON claim (organisation, state, due_on, id);
CREATE INDEX claim_by_asker ON claim (asker, id);
CREATE INDEX claim_by_child ON claim (child) WHERE child IS NOT NULL;

CREATE TRIGGER claim_kept BEFORE DELETE ON claim FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was asked is kept'); END;

CREATE TRIGGER claim_written BEFORE UPDATE ON claim FOR EACH ROW
WHEN old.kind <> new.kind OR old.number <> new.number
  OR old.received_on <> new.received_on
  OR old.asker IS DISTINCT FROM new.asker OR old.child IS DISTINCT FROM new.child
  OR (old.state <> 'open' AND (new.state <> old.state
      OR new.answered_at <> old.answered_at OR new.due_on <> old.due_on))
  OR (old.extended_at IS NOT NULL AND new.due_on <> old.due_on)
BEGIN SELECT RAISE(ABORT, 'what was asked and answered stays written'); END;

-- Proofs of an erasure: the very text, and its signature, see
-- ends/certificate.h.  No personal datum.
CREATE TABLE certificate (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  number        INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('child', 'account', 'album', 'season')),
  subject       INTEGER NOT NULL,
  claim         INTEGER REFERENCES claim (id),
  made_at       INTEGER NOT NULL,
  body          TEXT NOT NULL,
  signature     BLOB NOT NULL,
  UNIQUE (organisation, number)
) STRICT;

CREATE TRIGGER certificate_written BEFORE UPDATE ON certificate FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'a certificate stays as it is'); END;
