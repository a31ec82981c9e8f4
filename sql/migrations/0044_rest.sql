-- What a centre's life still lacked.

-- One row: since when there is nobody to make PDF of office files; 0: there is
-- somebody, or nobody is wanted (jobs/office_hand.h).
CREATE TABLE office_worker (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  gone_since    INTEGER NOT NULL
) STRICT;

-- The house's own key towards push services: how often it was made anew.
ALTER TABLE organisation ADD COLUMN push_key INTEGER NOT NULL DEFAULT 0;

-- With which of them a browser allowed its notifications: what goes there is
-- signed by that one, until the browser has come back for the present one.
ALTER TABLE push_device ADD COLUMN house_key INTEGER NOT NULL DEFAULT 0;
