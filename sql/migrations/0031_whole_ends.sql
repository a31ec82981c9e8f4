-- Ends without holes: keys of what people report, holds of cases, what was told
-- before photos end.

-- A case has a key of its own and so has each of its reports, wrapped by the
-- organisation's: destroyed, their words are unreadable and the chain of what
-- happened stays whole.  NULL with ended_at NULL: from before, under the
-- organisation's key.  erasure_wanted_at: goes as soon as nothing holds it.
ALTER TABLE case_file ADD COLUMN key_wrapped BLOB;
ALTER TABLE case_file ADD COLUMN ended_at INTEGER;
ALTER TABLE case_file ADD COLUMN erasure_wanted_at INTEGER;
ALTER TABLE report ADD COLUMN key_wrapped BLOB;
ALTER TABLE report ADD COLUMN ended_at INTEGER;
ALTER TABLE report ADD COLUMN erasure_wanted_at INTEGER;
CREATE INDEX report_wanted ON report (organisation, id) WHERE erasure_wanted_at IS NOT NULL;
CREATE INDEX case_file_wanted ON case_file (organisation, id) WHERE erasure_wanted_at IS NOT NULL;
CREATE INDEX case_item_by_post ON case_item (post) WHERE post IS NOT NULL;
CREATE INDEX trace_by_post ON trace (post) WHERE post IS NOT NULL;
CREATE INDEX message_by_urgent ON message (urgent) WHERE urgent IS NOT NULL;

-- What is left of a case that ended: how many of a kind, in a year.
CREATE TABLE case_counted (
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  year          INTEGER NOT NULL,
  category      TEXT NOT NULL,
  outcome       TEXT NOT NULL,
  cases         INTEGER NOT NULL,
  PRIMARY KEY (organisation, year, category, outcome)
) STRICT, WITHOUT ROWID;

-- hold_order gains 'case': all of a case, see the views below.
-- for: sqlite
DROP VIEW held_medium;
CREATE TABLE hold_order_rebuilt (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('child', 'account', 'post', 'medium', 'case')),
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
INSERT INTO hold_order_rebuilt (id, organisation, subject_kind, subject,
                                reason_enc, placed_by, placed_at, until_at,
                                asked_by, asked_at, released_by, released_at)
SELECT id, organisation, subject_kind, subject, reason_enc, placed_by,
       placed_at, until_at, asked_by, asked_at, released_by, released_at
  FROM hold_order;
DROP TRIGGER hold_order_kept;
DROP TABLE hold_order;
ALTER TABLE hold_order_rebuilt RENAME TO hold_order;
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

-- case_event gains what is done about a hold and about an erasure.
CREATE TABLE case_event_rebuilt (
  id            INTEGER PRIMARY KEY,
  case_file     INTEGER NOT NULL REFERENCES case_file (id),
  at            INTEGER NOT NULL,
  actor         INTEGER REFERENCES account (id),
  deed          TEXT NOT NULL CHECK (deed IN ('opened', 'joined', 'hidden', 'shown', 'read', 'taken', 'left', 'named', 'noted', 'asked', 'answered', 'decided', 'again', 'upheld', 'changed', 'stated', 'told', 'lifted', 'appealed', 'appeal-upheld', 'appeal-reversed', 'held', 'release-asked', 'released')),
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
-- | DROP VIEW held_medium;
-- | ALTER TABLE hold_order DROP CONSTRAINT hold_order_subject_kind_check;
-- | ALTER TABLE hold_order ADD CHECK (subject_kind IN ('child', 'account', 'post', 'medium', 'case'));
-- | ALTER TABLE case_event DROP CONSTRAINT case_event_deed_check;
-- | ALTER TABLE case_event ADD CHECK (deed IN ('opened', 'joined', 'hidden', 'shown', 'read', 'taken', 'left', 'named', 'noted', 'asked', 'answered', 'decided', 'again', 'upheld', 'changed', 'stated', 'told', 'lifted', 'appealed', 'appeal-upheld', 'appeal-reversed', 'held', 'release-asked', 'released'));
-- for: both

-- Accounts of which nothing ends by rule: held, or of a case that is: whom it
-- is about, and who reported.  By hand they can be erased, lest a refusal tells
-- somebody of a case; what such a case needs of them stands in its story.
CREATE VIEW held_account AS
SELECT h.subject AS id
  FROM hold_order h
 WHERE h.subject_kind = 'account' AND h.released_at IS NULL
UNION ALL
SELECT p.account AS id
  FROM hold_order h
  JOIN case_person p ON p.case_file = h.subject AND p.part <> 'barred'
 WHERE h.subject_kind = 'case' AND h.released_at IS NULL
UNION ALL
SELECT r.reporter AS id
  FROM hold_order h
  JOIN report r ON r.case_file = h.subject AND r.reporter IS NOT NULL
 WHERE h.subject_kind = 'case' AND h.released_at IS NULL;

-- Posts and media that a case hides while it is not decided, or is held.
CREATE VIEW reported_post AS
SELECT i.post AS id
  FROM case_item i
  JOIN case_file c ON c.id = i.case_file
 WHERE i.post IS NOT NULL AND i.shown_at IS NULL
   AND (c.outcome IS NULL
        OR (c.again_at IS NOT NULL AND c.again_done_at IS NULL)
        OR EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'case' AND h.subject = c.id
                      AND h.released_at IS NULL));

CREATE VIEW reported_medium AS
SELECT i.medium AS id
  FROM case_item i
  JOIN case_file c ON c.id = i.case_file
 WHERE i.medium IS NOT NULL AND i.shown_at IS NULL
   AND (c.outcome IS NULL
        OR (c.again_at IS NOT NULL AND c.again_done_at IS NULL)
        OR EXISTS (SELECT 1 FROM hold_order h
                    WHERE h.subject_kind = 'case' AND h.subject = c.id
                      AND h.released_at IS NULL));

-- Media that are not erased now: locked, beside what was stopped, hidden by a
-- case that is open, or held.
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
    OR EXISTS (SELECT 1 FROM reported_medium r WHERE r.id IN (m.id, m.video))
    OR EXISTS (SELECT 1 FROM reported_post r WHERE r.id = m.post)
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

-- That a family was told, in which window (life/farewell.h), that the photos of
-- a season end: they wait for it, see ends/round.h.
CREATE TABLE farewell_told (
  account       INTEGER NOT NULL REFERENCES account (id),
  season        INTEGER NOT NULL REFERENCES season (id),
  part          TEXT NOT NULL CHECK (part IN ('first', 'last')),
  told_at       INTEGER NOT NULL,
  PRIMARY KEY (account, season, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX farewell_told_by_season ON farewell_told (season, part);

-- How many families were not told twice yet, while its photos wait for it.
ALTER TABLE season ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
