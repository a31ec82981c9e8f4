-- The life of a centre: who does not come today, notices to read and to sign.

-- What was said last about a child and a day: one row, that each new word
-- writes over (the audit has every one).  kind 'none': comes after all, or on
-- time.  reason_enc: under the child's own key.  told_by: whose account wrote
-- it; caller: whom that account, of the team, had on the telephone.
CREATE TABLE absence (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  day_on        INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('absent', 'late', 'none')),
  reason_enc    BLOB,
  told_by       INTEGER NOT NULL REFERENCES account (id),
  caller        INTEGER REFERENCES guardian (id),
  told_at       INTEGER NOT NULL,
  UNIQUE (child, day_on)
) STRICT;
CREATE INDEX absence_by_day ON absence (organisation, day_on);

-- A notice is a post that is no album: it has an audience and an hour as those
-- have, its words stand in notice_text, and sharing/permit.h keeps the two
-- apart.
ALTER TABLE post ADD COLUMN notice INTEGER NOT NULL DEFAULT 0 CHECK (notice IN (0, 1));

CREATE TRIGGER post_notice_kept BEFORE UPDATE ON post FOR EACH ROW
WHEN old.notice <> new.notice
BEGIN SELECT RAISE(ABORT, 'a notice is no album'); END;

-- To read (sign 0) or to sign, by each holder of authority or by one for each
-- child, until by_on.  asked_until: up to which day it waits on the first page
-- of who has not answered; a reminder moves it.  version: of its words.
CREATE TABLE notice (
  post          INTEGER PRIMARY KEY REFERENCES post (id),
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  sign          INTEGER NOT NULL CHECK (sign IN (0, 1)),
  each_holder   INTEGER NOT NULL CHECK (each_holder IN (0, 1)),
  by_on         INTEGER NOT NULL,
  asked_until   INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  reminded_at   INTEGER
) STRICT;
CREATE INDEX notice_asked ON notice (organisation, asked_until, post);
CREATE INDEX notice_by_organisation ON notice (organisation, post);

-- Every version that anybody was shown.  A language that it is not written in
-- is NULL.  digest: SHA-256 of all of it.
CREATE TABLE notice_text (
  id            INTEGER PRIMARY KEY,
  post          INTEGER NOT NULL REFERENCES notice (post),
  version       INTEGER NOT NULL,
  title_fr_enc  BLOB,
  body_fr_enc   BLOB,
  title_en_enc  BLOB,
  body_en_enc   BLOB,
  digest        BLOB NOT NULL,
  author        INTEGER NOT NULL REFERENCES account (id),
  made_at       INTEGER NOT NULL,
  CHECK ((title_fr_enc IS NULL) = (body_fr_enc IS NULL)),
  CHECK ((title_en_enc IS NULL) = (body_en_enc IS NULL)),
  CHECK (title_fr_enc IS NOT NULL OR title_en_enc IS NOT NULL),
  UNIQUE (post, version)
) STRICT;

CREATE TRIGGER notice_text_written BEFORE UPDATE ON notice_text FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM post p WHERE p.id = old.post AND p.state <> 'draft')
BEGIN SELECT RAISE(ABORT, 'what was shown stays written'); END;

-- Who read or signed which version, for which child.
CREATE TABLE notice_answer (
  id            INTEGER PRIMARY KEY,
  post          INTEGER NOT NULL REFERENCES notice (post),
  version       INTEGER NOT NULL,
  child         INTEGER NOT NULL REFERENCES child (id),
  guardian      INTEGER NOT NULL REFERENCES guardian (id),
  method        TEXT NOT NULL CHECK (method IN ('second-step', 'signed-in', 'paper')),
  actor         INTEGER NOT NULL REFERENCES account (id),
  witness       INTEGER REFERENCES account (id),
  acted_at      INTEGER NOT NULL,
  entered_at    INTEGER NOT NULL,
  CHECK ((method = 'paper') = (witness IS NOT NULL)),
  CHECK (witness <> actor),
  UNIQUE (post, version, child, guardian)
) STRICT;
CREATE INDEX notice_answer_by_child ON notice_answer (child, acted_at);

CREATE TRIGGER notice_answer_written BEFORE UPDATE ON notice_answer FOR EACH ROW
WHEN old.id = old.id
BEGIN SELECT RAISE(ABORT, 'what was signed stays written'); END;
