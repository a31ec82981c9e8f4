-- Videos, and the pictures out of them by which faces are looked for.

-- kind: photo, video, or still: a frame of a video as a photo of its own, in
-- the same post and at the same position, so that boxes, words, masks and
-- consents of photos hold for videos.  A video is shown to a viewer only where
-- nothing of any of its stills would have to be hidden; its poster is the first
-- still.  What was uploaded is a photo until jobs has seen what it is.
-- video, at_ms: of a still, its video and when in it.
-- duration_ms: of a video, once it is known.
-- progress: of a video that is queued, per cent of its duration that are done;
-- NULL: not begun, or no longer queued.  jobs writes it, see jobs/film.h.
ALTER TABLE medium ADD COLUMN kind TEXT NOT NULL DEFAULT 'photo' CHECK (kind IN ('photo', 'video', 'still'));
ALTER TABLE medium ADD COLUMN video INTEGER REFERENCES medium (id) CHECK ((kind = 'still') = (video IS NOT NULL));
ALTER TABLE medium ADD COLUMN at_ms INTEGER CHECK ((kind = 'still') = (at_ms IS NOT NULL));
ALTER TABLE medium ADD COLUMN duration_ms INTEGER CHECK (kind = 'video' OR duration_ms IS NULL);
ALTER TABLE medium ADD COLUMN progress INTEGER CHECK (progress IS NULL OR progress BETWEEN 0 AND 100);
DROP INDEX medium_by_post;
CREATE INDEX medium_by_post ON medium (post, state, position, id, cleared, kind);
CREATE INDEX medium_by_video ON medium (video, at_ms, id, state, cleared) WHERE video IS NOT NULL;

CREATE TRIGGER medium_kind_kept BEFORE UPDATE ON medium FOR EACH ROW
WHEN (old.kind IS DISTINCT FROM new.kind AND NOT (old.kind = 'photo' AND new.kind = 'video' AND old.state IN ('receiving', 'queued')))
  OR old.video IS DISTINCT FROM new.video
  OR old.at_ms IS DISTINCT FROM new.at_ms
BEGIN SELECT RAISE(ABORT, 'a medium stays what it is'); END;

-- blob.side gains 240, 480 and 720: lines of an MP4 (type 'video/mp4',
-- segments 0) of a video, width and height as they are shown.

-- for: sqlite
CREATE TABLE blob_rebuilt (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL CHECK (side IN (0, 240, 320, 480, 720, 1024, 2048)),
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
-- | ALTER TABLE blob ADD CHECK (side IN (0, 240, 320, 480, 720, 1024, 2048));
-- for: both
