-- Videos that are masked through the shot, see faces/veil.h, and their picture.

-- What the team asked for.  round: which time; what is drawn for another one is
-- thrown away.  state: asked (to be drawn), drawn (nobody has looked at it
-- yet), shown (a person has, and families get it), lost (it cannot be drawn).
-- silent: without its sound.  progress: per cent, while it is drawn.  whole:
-- per cent of the time in which nothing is seen at all.
CREATE TABLE veil (
  video         INTEGER PRIMARY KEY REFERENCES medium (id),
  state         TEXT NOT NULL CHECK (state IN ('asked', 'drawn', 'shown', 'lost')),
  round         INTEGER NOT NULL,
  silent        INTEGER NOT NULL CHECK (silent IN (0, 1)),
  progress      INTEGER CHECK (progress BETWEEN 0 AND 100),
  whole         INTEGER CHECK (whole BETWEEN 0 AND 100),
  asked_by      INTEGER NOT NULL REFERENCES account (id),
  asked_at      INTEGER NOT NULL,
  shown_by      INTEGER REFERENCES account (id),
  shown_at      INTEGER,
  CHECK ((state = 'shown') = (shown_at IS NOT NULL)),
  CHECK ((shown_at IS NULL) = (shown_by IS NULL))
) STRICT;

-- The boxes on stills that it was asked for, as they were: one that was moved
-- since is not masked.
CREATE TABLE veil_box (
  video         INTEGER NOT NULL REFERENCES medium (id),
  still         INTEGER NOT NULL REFERENCES medium (id),
  x             INTEGER NOT NULL,
  y             INTEGER NOT NULL,
  w             INTEGER NOT NULL,
  h             INTEGER NOT NULL,
  PRIMARY KEY (video, still, x, y, w, h)
) STRICT, WITHOUT ROWID;

-- From this still to the next one nothing is seen.
CREATE TABLE veil_grey (
  video         INTEGER NOT NULL REFERENCES medium (id),
  still         INTEGER NOT NULL REFERENCES medium (id),
  PRIMARY KEY (video, still)
) STRICT, WITHOUT ROWID;

-- Of a video: the still that is its picture; NULL: the first one.
ALTER TABLE medium ADD COLUMN poster INTEGER REFERENCES medium (id) CHECK (poster IS NULL OR kind = 'video');

-- blob.side gains 241, 481 and 721: the lines of a video that are masked.

-- for: sqlite
CREATE TABLE blob_rebuilt (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL CHECK (side IN (0, 1, 2, 240, 241, 320, 480, 481, 720, 721, 1024, 2048)),
  name          TEXT NOT NULL UNIQUE,
  key_wrapped   BLOB,
  bytes         INTEGER NOT NULL,
  width         INTEGER NOT NULL,
  height        INTEGER NOT NULL,
  type          TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  segments      INTEGER NOT NULL DEFAULT 0,
  UNIQUE (medium, side)
) STRICT;
INSERT INTO blob_rebuilt (id, medium, side, name, key_wrapped, bytes, width,
                          height, type, created_at, segments)
SELECT id, medium, side, name, key_wrapped, bytes, width, height, type,
       created_at, segments
  FROM blob;
DROP TABLE blob;
ALTER TABLE blob_rebuilt RENAME TO blob;

CREATE TRIGGER blob_locked_insert BEFORE INSERT ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = new.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium has no rendition made'); END;

CREATE TRIGGER blob_locked_update BEFORE UPDATE ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its files'); END;

CREATE TRIGGER blob_locked_delete BEFORE DELETE ON blob FOR EACH ROW
WHEN EXISTS (SELECT 1 FROM medium m
              WHERE m.id = old.medium AND m.state = 'locked')
BEGIN SELECT RAISE(ABORT, 'a locked medium keeps its files'); END;
-- for: postgres
-- | ALTER TABLE blob DROP CONSTRAINT blob_side_check;
-- | ALTER TABLE blob ADD CHECK (side IN (0, 1, 2, 240, 241, 320, 480, 481, 720, 721, 1024, 2048));
-- for: both
