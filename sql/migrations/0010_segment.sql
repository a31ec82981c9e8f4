-- Renditions are segmented (segment/file.h): segments is how many, 0 for an
-- original, and for a rendition from before, which is given to nobody.
ALTER TABLE blob ADD COLUMN segments INTEGER NOT NULL DEFAULT 0;

-- The boxes that a medium's renditions can be covered in, in 1/65536 of the
-- upright picture.  slot: the number of the box in the renditions, never given
-- to another box.  drawn 0: wanted, and not in the renditions yet: until then
-- who may not see it sees nothing of the photo.
CREATE TABLE cover (
  medium        INTEGER NOT NULL REFERENCES medium (id) ON DELETE CASCADE,
  slot          INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 1023),
  x             INTEGER NOT NULL CHECK (x >= 0),
  y             INTEGER NOT NULL CHECK (y >= 0),
  w             INTEGER NOT NULL CHECK (w >= 0),
  h             INTEGER NOT NULL CHECK (h >= 0),
  drawn         INTEGER NOT NULL DEFAULT 0 CHECK (drawn IN (0, 1)),
  PRIMARY KEY (medium, slot),
  UNIQUE (medium, x, y, w, h),
  CHECK (x + w <= 65536),
  CHECK (y + h <= 65536)
) STRICT, WITHOUT ROWID;
