-- Documents: what was sent as a PDF, and the pictures of its pages.

-- kind gains document: what the families read page by page.  Each of its pages
-- is a still of it, at_ms its number from 0, so that lists, boxes, words, masks
-- and consents of photos hold for pages.
-- for: sqlite
DROP TRIGGER medium_kind_kept;
DROP INDEX medium_by_post;
DROP INDEX medium_by_video;
ALTER TABLE medium RENAME COLUMN kind TO kind_was;
ALTER TABLE medium RENAME COLUMN video TO video_was;
ALTER TABLE medium RENAME COLUMN at_ms TO at_was;
ALTER TABLE medium RENAME COLUMN duration_ms TO duration_was;
ALTER TABLE medium ADD COLUMN kind TEXT NOT NULL DEFAULT 'photo' CHECK (kind IN ('photo', 'video', 'still', 'document'));
ALTER TABLE medium ADD COLUMN video INTEGER REFERENCES medium (id) CHECK ((kind = 'still') = (video IS NOT NULL));
ALTER TABLE medium ADD COLUMN at_ms INTEGER CHECK ((kind = 'still') = (at_ms IS NOT NULL));
ALTER TABLE medium ADD COLUMN duration_ms INTEGER CHECK (kind = 'video' OR duration_ms IS NULL);
UPDATE medium
   SET kind = kind_was, video = video_was, at_ms = at_was,
       duration_ms = duration_was;
ALTER TABLE medium DROP COLUMN duration_was;
ALTER TABLE medium DROP COLUMN at_was;
ALTER TABLE medium DROP COLUMN video_was;
ALTER TABLE medium DROP COLUMN kind_was;
CREATE INDEX medium_by_post ON medium (post, state, position, id, cleared, kind);
CREATE INDEX medium_by_video ON medium (video, at_ms, id, state, cleared) WHERE video IS NOT NULL;
-- for: postgres
-- | DROP TRIGGER medium_kind_kept ON medium;
-- | DROP FUNCTION medium_kind_kept;
-- | ALTER TABLE medium DROP CONSTRAINT medium_kind_check;
-- | ALTER TABLE medium ADD CHECK (kind IN ('photo', 'video', 'still', 'document'));
-- for: both
CREATE TRIGGER medium_kind_kept BEFORE UPDATE ON medium FOR EACH ROW
WHEN (old.kind IS DISTINCT FROM new.kind AND NOT (old.kind = 'photo' AND new.kind IN ('video', 'document') AND old.state IN ('receiving', 'queued')))
  OR old.video IS DISTINCT FROM new.video
  OR old.at_ms IS DISTINCT FROM new.at_ms
BEGIN SELECT RAISE(ABORT, 'a medium stays what it is'); END;

-- blob.side gains 1, the made PDF of a document, and 2, its text.

-- for: sqlite
CREATE TABLE blob_rebuilt (
  id            INTEGER PRIMARY KEY,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  side          INTEGER NOT NULL CHECK (side IN (0, 1, 2, 240, 320, 480, 720, 1024, 2048)),
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
-- | ALTER TABLE blob ADD CHECK (side IN (0, 1, 2, 240, 320, 480, 720, 1024, 2048));
-- for: both

-- What is known of a document once it is ready.  tagged: its original says what
-- is a heading and what a list; worded: it holds text, not its picture alone.
CREATE TABLE document (
  medium        INTEGER PRIMARY KEY REFERENCES medium (id),
  pages         INTEGER NOT NULL,
  tagged        INTEGER NOT NULL CHECK (tagged IN (0, 1)),
  worded        INTEGER NOT NULL CHECK (worded IN (0, 1))
) STRICT;

-- Who of the families opened it, and when first: told to them, shown to the
-- team, gone with the document.
CREATE TABLE document_opened (
  medium        INTEGER NOT NULL REFERENCES medium (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  opened_at     INTEGER NOT NULL,
  PRIMARY KEY (medium, account)
) STRICT;
CREATE INDEX document_opened_by_account ON document_opened (account);
