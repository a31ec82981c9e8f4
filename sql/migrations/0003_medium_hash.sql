-- What a medium is recognised by, see src/ipc/hashes.h.  Ordered by kind, so
-- that a new list of one kind is compared with all media in one sweep.  A row
-- of PDQ holds the hashes of all eight turns, the others one hash; `unfit` says
-- why a quality is too low to match by (enum pdq_reason), 0 that it is not.
-- Rows go when their medium is deleted.
CREATE TABLE medium_hash (
  hash_kind     INTEGER NOT NULL,
  medium        INTEGER NOT NULL REFERENCES medium (id),
  pipeline      INTEGER NOT NULL,
  hypothesis    INTEGER NOT NULL,
  frame         INTEGER NOT NULL,
  quality       INTEGER,
  unfit         INTEGER NOT NULL DEFAULT 0,
  hash          BLOB NOT NULL,
  PRIMARY KEY (hash_kind, medium, pipeline, hypothesis, frame)
) STRICT, WITHOUT ROWID;

CREATE INDEX medium_hash_medium ON medium_hash (medium);
