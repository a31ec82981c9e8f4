-- The life of a centre: who does not come today.

-- What was said last about a child and a day: one row, that each new word
-- writes over (the audit has every one).  kind 'none': comes after all, or on
-- time.  reason_enc: under the child's own key.  told_by: whose account wrote
-- it; caller: whom that account, of the team, had on the telephone.
CREATE TABLE absence (
  id            INTEGER PRIMARY KEY,
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  child         INTEGER NOT NULL REFERENCES child (id),
  day_on        INTEGER NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('absent', 'late', 'none')),
  reason_enc    BLOB,
  told_by       INTEGER NOT NULL REFERENCES account (id),
  caller        INTEGER REFERENCES guardian (id),
  told_at       INTEGER NOT NULL,
  UNIQUE (child, day_on)
) STRICT;
CREATE INDEX absence_by_day ON absence (organisation, day_on);
