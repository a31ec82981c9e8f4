-- Boxes that renditions can be covered in, see faces/cover.h.

-- name: cover_add :exec
-- The next slot; nothing when the box is there, or no slot is left.
INSERT INTO cover (medium, slot, x, y, w, h)
SELECT m.id, coalesce((SELECT max(c.slot) + 1 FROM cover c
                        WHERE c.medium = m.id), 0),
       :x, :y, :w, :h
  FROM medium m
 WHERE m.id = :medium
   AND coalesce((SELECT max(c.slot) FROM cover c WHERE c.medium = m.id), 0)
       < 1023
ON CONFLICT DO NOTHING;

-- name: cover_of_medium :many
SELECT slot, x, y, w, h, drawn
  FROM cover
 WHERE medium = :medium
 ORDER BY slot;

-- name: cover_drawn :exec
UPDATE cover SET drawn = 1 WHERE medium = :medium AND slot = :slot;
