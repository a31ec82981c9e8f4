-- Who is heard in a video (faces/voice.h), and its lines without sound.

-- Its lines have sound.  Of those that are there already nobody knows.
ALTER TABLE medium ADD COLUMN sound INTEGER NOT NULL DEFAULT 0 CHECK (sound IN (0, 1));
UPDATE medium SET sound = 1 WHERE kind = 'video';

-- One question beside those about pictures, for all who see a video here.
INSERT INTO consent_purpose (organisation, word, reach, publication, agree,
                             media, apart, asked, position, created_at)
VALUES (NULL, 'voice', 'everybody', 0, 'every', 4, 0, 1, 3, 0);

-- What the team said; no row: nobody knows.  gone: a child was named that was
-- erased since, and is heard all the same.
CREATE TABLE voice (
  video         INTEGER PRIMARY KEY REFERENCES medium (id),
  heard         TEXT NOT NULL CHECK (heard IN ('nobody', 'some', 'gone')),
  said_by       INTEGER NOT NULL REFERENCES account (id),
  said_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE voice_child (
  video         INTEGER NOT NULL REFERENCES medium (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  PRIMARY KEY (video, child)
) STRICT, WITHOUT ROWID;
CREATE INDEX voice_child_by_child ON voice_child (child);

-- Those that families see today are made without sound first of all.
INSERT INTO job (kind, subject, run_at)
SELECT 'veil', m.id, 0
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.kind = 'video' AND m.state = 'ready' AND p.state = 'published'
    ON CONFLICT DO NOTHING;

-- blob.side gains 242, 482 and 722: the lines of a video without sound.

-- for: sqlite
CREATE TABLE blob_rebuilt (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL CHECK (side IN (0, 1, 2, 240, 241, 242, 320, 480, 481, 482, 720, 721, 722, 1024, 2048)),
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
-- | ALTER TABLE blob ADD CHECK (side IN (0, 1, 2, 240, 241, 242, 320, 480, 481, 482, 720, 721, 722, 1024, 2048));
-- for: both
