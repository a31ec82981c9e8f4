-- The visible line under a photo, with the name of the account that it is for
-- (line/line.h): off until the director switches it on.

ALTER TABLE organisation ADD COLUMN lined INTEGER NOT NULL DEFAULT 0
  CHECK (lined IN (0, 1));
