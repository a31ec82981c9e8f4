-- The account of somebody who handles reports is stopped by two, see
-- people/halt.h; and who gave somebody a group, see report/matter.h.

-- What one person asked and nobody has agreed to yet.
CREATE TABLE account_halt (
  account       INTEGER PRIMARY KEY REFERENCES account (id),
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  what          TEXT NOT NULL CHECK (what IN ('suspend', 'close')),
  asked_by      INTEGER NOT NULL REFERENCES account (id),
  asked_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX account_halt_by_organisation ON account_halt (organisation, asked_at);
CREATE INDEX account_halt_by_asker ON account_halt (asked_by);

ALTER TABLE staff_group ADD COLUMN given_by INTEGER REFERENCES account (id);
ALTER TABLE staff_group ADD COLUMN given_at INTEGER;
CREATE INDEX staff_group_by_giver ON staff_group (given_by, given_at);
