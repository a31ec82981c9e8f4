-- What covers a face: the shape that the organisation chose, and photos in
-- which it could not be drawn.  See jobs/cover.h.

ALTER TABLE organisation ADD COLUMN mask_shape TEXT NOT NULL DEFAULT 'round'
  CHECK (mask_shape IN ('round', 'oval', 'cat', 'bear'));

-- Since when drawing is given up, if it is: the photo stays withheld from those
-- who may not see what is in its boxes, and the team is told.
ALTER TABLE medium ADD COLUMN cover_lost_at INTEGER;
CREATE INDEX medium_cover_lost ON medium (organisation, id)
  WHERE cover_lost_at IS NOT NULL;
