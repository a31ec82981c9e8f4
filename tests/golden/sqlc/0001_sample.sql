-- A small schema for the generator's own tests.  `name` has two types.
CREATE TABLE shelf (
  id     INTEGER PRIMARY KEY,
  name   BLOB NOT NULL, -- encrypted
  room   TEXT NOT NULL DEFAULT 'a;b -- "c"'
) STRICT;

CREATE TABLE item (
  id     INTEGER PRIMARY KEY,
  shelf  INTEGER REFERENCES shelf (id),
  name   TEXT NOT NULL UNIQUE,
  cover  BLOB,
  weight INTEGER
) STRICT;

-- for: sqlite
CREATE TABLE shelf_rebuilt (id INTEGER PRIMARY KEY) STRICT;
DROP TABLE shelf_rebuilt;
-- for: postgres
-- | ALTER TABLE shelf ADD CHECK (length(room) > 0);
-- for: both
CREATE TRIGGER item_kept BEFORE DELETE ON item FOR EACH ROW
WHEN old.name = 'kept' AND EXISTS (SELECT 1 FROM shelf s WHERE s.id = old.shelf)
BEGIN SELECT RAISE(ABORT, 'kept; it''s said'); END;
