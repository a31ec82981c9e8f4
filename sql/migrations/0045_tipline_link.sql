-- How it stands with NCMEC itself, see tipline/link.h; and the reports that
-- somebody has to be told of (tipline/late.h).

-- One row for each environment.  wanted_at: somebody wants it tried, and there
-- is no answer yet.  status_why, schema_why: as tipline.why; empty: it was
-- well.  well_at: when it was last well.  schema_lacks: a word of our reports
-- that the schema does not have; empty: none.  known_digest: of the schema that
-- somebody has looked at, the first one by itself.
CREATE TABLE tipline_link (
  id            INTEGER PRIMARY KEY,
  is_test       INTEGER NOT NULL UNIQUE CHECK (is_test IN (0, 1)),
  wanted_at     INTEGER,
  status_at     INTEGER,
  status_why    TEXT NOT NULL,
  well_at       INTEGER,
  schema_at     INTEGER,
  schema_why    TEXT NOT NULL,
  schema_due_at INTEGER NOT NULL,
  schema_digest BLOB,
  schema_lacks  TEXT NOT NULL,
  known_digest  BLOB,
  known_at      INTEGER,
  CHECK ((known_digest IS NULL) = (known_at IS NULL)),
  CHECK (known_digest IS NULL OR schema_digest IS NOT NULL)
) STRICT;
INSERT INTO tipline_link (id, is_test, status_why, schema_why, schema_due_at, schema_lacks)
VALUES (1, 0, '', '', 0, ''), (2, 1, '', '', 0, '');

CREATE INDEX tipline_waits ON tipline (organisation, id)
  WHERE state IN ('sending', 'stuck');
