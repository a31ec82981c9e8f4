-- What a child that moves takes along beside its photos, and of which seasons,
-- see move/folder.h.

-- videos, documents: it was wished; in_videos, in_documents: so many are in the
-- file; left_out: what was withheld when it was made.
ALTER TABLE leaving ADD COLUMN videos INTEGER NOT NULL DEFAULT 0 CHECK (videos IN (0, 1));
ALTER TABLE leaving ADD COLUMN documents INTEGER NOT NULL DEFAULT 0 CHECK (documents IN (0, 1));
ALTER TABLE leaving ADD COLUMN in_videos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leaving ADD COLUMN in_documents INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leaving ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;

-- Which seasons, with what each held when it was asked for; season 0: the days
-- of none.
CREATE TABLE leaving_season (
  leaving       INTEGER NOT NULL REFERENCES leaving (id) ON DELETE CASCADE,
  season        INTEGER NOT NULL,
  photos        INTEGER NOT NULL DEFAULT 0,
  videos        INTEGER NOT NULL DEFAULT 0,
  documents     INTEGER NOT NULL DEFAULT 0,
  bytes         INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (leaving, season)
) STRICT, WITHOUT ROWID;

-- Until now a folder was of all of them.
INSERT INTO leaving_season (leaving, season)
SELECT l.id, s.id FROM leaving l JOIN season s ON s.organisation = l.organisation;
INSERT INTO leaving_season (leaving, season) SELECT id, 0 FROM leaving;

-- in the file, as its manifest says; pictures are the photos.
ALTER TABLE arriving ADD COLUMN videos INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arriving ADD COLUMN documents INTEGER NOT NULL DEFAULT 0;
