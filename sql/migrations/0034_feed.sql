-- What a family's calendar holds beside events, as the family chose; and single
-- weeks of a weekly event that do not take place.

ALTER TABLE calendar_feed ADD COLUMN programme INTEGER NOT NULL DEFAULT 1 CHECK (programme IN (0, 1));
ALTER TABLE calendar_feed ADD COLUMN menus INTEGER NOT NULL DEFAULT 0 CHECK (menus IN (0, 1));
ALTER TABLE calendar_feed ADD COLUMN last_days INTEGER NOT NULL DEFAULT 1 CHECK (last_days IN (0, 1));

-- week_on: the Monday of the week that it would begin in, so that an event that
-- moves to another day of the week still does not take place.
CREATE TABLE item_off (
  post          INTEGER NOT NULL REFERENCES item (post),
  week_on       INTEGER NOT NULL,
  PRIMARY KEY (post, week_on)
) STRICT, WITHOUT ROWID;
