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
