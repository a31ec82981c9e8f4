-- What sources withdrew, by a digest of its name (or of kind and value, when
-- it has none), and when by the source's own time: an older page that comes
-- once more does not bring it back.
CREATE TABLE list_gone (
  list          INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
  digest        BLOB NOT NULL,
  withdrawn_at  INTEGER NOT NULL,
  PRIMARY KEY (list, digest)
) STRICT, WITHOUT ROWID;

-- What the match process has to be told beside its index, and lists that could
-- not be read.

-- seen_at: when the index was begun; what was put off or on since is not in it.
ALTER TABLE match_index ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;

-- entries_file: whose numbers the index has, kept as long as it counts.
-- damaged: what is wrong with that file, '' nothing; what stands before the
-- fault is in the index.  file_state: of the file then, to see it mended.
ALTER TABLE match_index_list ADD COLUMN entries_file TEXT NOT NULL DEFAULT '';
ALTER TABLE match_index_list ADD COLUMN damaged TEXT NOT NULL DEFAULT '';
ALTER TABLE match_index_list ADD COLUMN file_state TEXT NOT NULL DEFAULT '';
