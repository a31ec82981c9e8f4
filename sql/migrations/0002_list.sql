-- Lists of known material, and what is done with their entries.  They are of
-- the whole house, not of one organisation.  The entries themselves live in
-- files, see list/entries.h; an entry is named by its kind of hash and its
-- value, since its number changes with every generation.  `hash_kind` is the
-- number of hash/kind.h.

-- generation 0: nothing was imported yet.  entries_file is a name below
-- <data>/lists; of the generation before (previous_*) only the file is kept, to
-- compare.  enabled: one person proposed it, another enabled it.
-- takes: 'whole', each import is the list; 'changes', each import is merged.
-- categories: of the scheme, parted by commas, that count; '' all of them.
CREATE TABLE list (
  id              INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE,
  source          TEXT NOT NULL,
  agreement       TEXT NOT NULL DEFAULT '',
  format          TEXT NOT NULL,
  takes           TEXT NOT NULL CHECK (takes IN ('whole', 'changes')),
  hash_kind       INTEGER NOT NULL DEFAULT 0,
  scheme          TEXT NOT NULL DEFAULT '',
  categories      TEXT NOT NULL DEFAULT '',
  created_by      INTEGER NOT NULL REFERENCES account (id),
  created_at      INTEGER NOT NULL,
  generation      INTEGER NOT NULL DEFAULT 0,
  entries_file    TEXT,
  entries_digest  BLOB,
  entries         INTEGER NOT NULL DEFAULT 0,
  previous_file   TEXT,
  checkpoint      TEXT NOT NULL DEFAULT '',
  proposed_by     INTEGER REFERENCES account (id),
  proposed_at     INTEGER,
  enabled         INTEGER NOT NULL DEFAULT 0 CHECK (enabled IN (0, 1)),
  enabled_by      INTEGER REFERENCES account (id),
  enabled_at      INTEGER,
  disabled_by     INTEGER REFERENCES account (id),
  disabled_at     INTEGER,
  disabled_why    TEXT,
  CHECK (enabled = 0 OR (proposed_by IS NOT NULL AND enabled_by IS NOT NULL
    AND proposed_by <> enabled_by)),
  CHECK ((generation = 0) = (entries_file IS NULL))
) STRICT;

-- What a list holds of each kind, and how near is a match.
CREATE TABLE list_kind (
  list            INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  hash_kind       INTEGER NOT NULL,
  threshold       INTEGER NOT NULL,
  entries         INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (list, hash_kind)
) STRICT, WITHOUT ROWID;

-- Every attempt that was read to its end or refused; who, which bytes, what
-- came of it.  generation: the one that it made, or found unchanged; NULL when
-- refused.  file_digest is SHA-256 over the files, in their order.
CREATE TABLE list_import (
  id              INTEGER PRIMARY KEY,
  list            INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  outcome         TEXT NOT NULL CHECK (outcome IN ('done', 'unchanged', 'refused')),
  reason          TEXT,
  imported_by     INTEGER NOT NULL REFERENCES account (id),
  imported_at     INTEGER NOT NULL,
  file_digest     BLOB NOT NULL,
  file_bytes      INTEGER NOT NULL,
  generation      INTEGER,
  accepted        INTEGER NOT NULL,
  malformed       INTEGER NOT NULL,
  skipped         INTEGER NOT NULL,
  tombstones      INTEGER NOT NULL,
  added           INTEGER NOT NULL,
  removed         INTEGER NOT NULL,
  checkpoint      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX list_import_by_list ON list_import (list, id);

-- The first few entries of an import that could not be understood.
CREATE TABLE list_malformed (
  id              INTEGER PRIMARY KEY,
  list_import     INTEGER NOT NULL REFERENCES list_import (id) ON DELETE CASCADE,
  file_number     INTEGER NOT NULL,
  line            INTEGER NOT NULL,
  file_offset     INTEGER NOT NULL,
  reason          TEXT NOT NULL
) STRICT;
CREATE INDEX list_malformed_by_import ON list_malformed (list_import);

-- Entries that do not count: a person found them wrong, or they flooded.  A
-- row stays for the record when the entry counts again.
CREATE TABLE list_entry_off (
  id              INTEGER PRIMARY KEY,
  list            INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  hash_kind       INTEGER NOT NULL,
  value           BLOB NOT NULL,
  cause           TEXT NOT NULL CHECK (cause IN ('person', 'flood')),
  off_by          INTEGER REFERENCES account (id),
  off_at          INTEGER NOT NULL,
  why             TEXT NOT NULL,
  on_by           INTEGER REFERENCES account (id),
  on_at           INTEGER,
  CHECK ((cause = 'person') = (off_by IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX list_entry_off_now ON list_entry_off (list, hash_kind, value)
  WHERE on_at IS NULL;

-- Whom an entry stopped, one row per uploader: for the flood rule.
CREATE TABLE list_hit (
  list            INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  hash_kind       INTEGER NOT NULL,
  value           BLOB NOT NULL,
  uploader        INTEGER NOT NULL REFERENCES account (id),
  first_at        INTEGER NOT NULL,
  last_at         INTEGER NOT NULL,
  hits            INTEGER NOT NULL,
  PRIMARY KEY (list, hash_kind, value, uploader)
) STRICT, WITHOUT ROWID;

-- What people who looked into a stop say of the entry; for the source, which
-- hears of it when sent_at is set.
CREATE TABLE list_feedback (
  id              INTEGER PRIMARY KEY,
  list            INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  hash_kind       INTEGER NOT NULL,
  value           BLOB NOT NULL,
  entry_name      TEXT NOT NULL,
  verdict         TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'unsure')),
  why             TEXT NOT NULL,
  said_by         INTEGER NOT NULL REFERENCES account (id),
  said_at         INTEGER NOT NULL,
  sent_at         INTEGER
) STRICT;
CREATE INDEX list_feedback_by_list ON list_feedback (list, id);
