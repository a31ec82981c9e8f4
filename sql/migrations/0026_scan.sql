-- What an antivirus says of files that somebody sent.

-- scanned_at: when it let the file pass; NULL: it was not asked, see
-- jobs/scan_hand.h.
ALTER TABLE medium ADD COLUMN scanned_at INTEGER;

-- One row: how it stands with the antivirus, and since when.
CREATE TABLE scanner (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  state         TEXT NOT NULL CHECK (state IN ('none', 'reached', 'unreachable', 'too-large')),
  since         INTEGER NOT NULL
) STRICT;
