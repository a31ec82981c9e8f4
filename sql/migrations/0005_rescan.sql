-- Which index the enabled lists were made into, and how far all stored media
-- have been compared with what was new in it.

-- The file <data>/lists/index-<generation>.  stamp: of all that decides what
-- it holds (list/list.h); another one now means that it is to be made again.
CREATE TABLE match_index (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  generation    INTEGER NOT NULL,
  stamp         BLOB NOT NULL,
  entries       INTEGER NOT NULL,
  built_at      INTEGER NOT NULL
) STRICT;

-- The lists in it: numbers of entries are those of list_generation.  made_of
-- says what else decides which media it can hit.
CREATE TABLE match_index_list (
  list            INTEGER PRIMARY KEY REFERENCES list (id) ON DELETE CASCADE,
  list_generation INTEGER NOT NULL,
  made_of         TEXT NOT NULL
) STRICT;

-- One row per list whose change the stored media have to be compared with; the
-- cursor is the last row of medium_hash that was.
CREATE TABLE rescan (
  list          INTEGER PRIMARY KEY REFERENCES list (id) ON DELETE CASCADE,
  hash_kind     INTEGER NOT NULL DEFAULT 0,
  medium        INTEGER NOT NULL DEFAULT 0,
  pipeline      INTEGER NOT NULL DEFAULT 0,
  hypothesis    INTEGER NOT NULL DEFAULT 0,
  frame         INTEGER NOT NULL DEFAULT 0,
  hashes        INTEGER NOT NULL DEFAULT 0,
  stopped       INTEGER NOT NULL DEFAULT 0,
  begun_at      INTEGER NOT NULL,
  done_at       INTEGER
) STRICT;
