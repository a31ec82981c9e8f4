-- Who was sent what, see sharing/received.h; and custodians who leave.

-- That bytes of a medium, or of something made of it, were sent to an account:
-- the first time, and the last day (of UTC).
CREATE TABLE received (
  medium        INTEGER NOT NULL REFERENCES medium (id),
  account       INTEGER NOT NULL REFERENCES account (id),
  organisation  INTEGER NOT NULL REFERENCES organisation (id),
  first_at      INTEGER NOT NULL,
  last_on       INTEGER NOT NULL,
  PRIMARY KEY (medium, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_by_account ON received (account, last_on);
CREATE INDEX received_by_day ON received (organisation, last_on);

-- What ends with a custodian: boxes and handings over that name her.
CREATE INDEX seal_box_by_outer ON seal_box (outer_custodian);
CREATE INDEX seal_box_by_inner ON seal_box (inner_custodian);
CREATE INDEX seal_hand_by_one ON seal_hand (one);
CREATE INDEX seal_hand_by_other ON seal_hand (other);
