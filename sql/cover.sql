-- Boxes that renditions can be covered in, see faces/cover.h.

-- name: cover_add :exec
-- The next slot (one that a file had before may come again: rows and files are
-- replaced in one commit); nothing when the box is there, or no slot is left.
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

-- name: cover_undrawn :exec
UPDATE cover SET drawn = 0 WHERE medium = :medium AND slot = :slot;

-- name: cover_to_draw :many
-- out: used integer
-- Every box of a photo, and whether anybody may still have to be hidden in it.
SELECT c.slot, c.x, c.y, c.w, c.h, c.drawn,
       EXISTS (SELECT 1 FROM region r
                WHERE r.medium = c.medium AND r.x = c.x AND r.y = c.y
                  AND r.w = c.w AND r.h = c.h
                  AND (r.state <> 'none' OR EXISTS
                        (SELECT 1 FROM mask_request q
                          WHERE q.region = r.id AND q.outcome IS NULL)))
         AS used
  FROM cover c
 WHERE c.medium = :medium
 ORDER BY c.slot;

-- name: cover_erase :exec
DELETE FROM cover WHERE medium = :medium AND slot = :slot;

-- name: cover_lost :exec
-- in: now integer
-- Given up: something is to be hidden in this photo and cannot be drawn.
UPDATE medium SET cover_lost_at = :now
 WHERE id = :medium
   AND EXISTS (SELECT 1 FROM cover c
                WHERE c.medium = medium.id AND c.drawn = 0);

-- name: cover_found :exec
UPDATE medium SET cover_lost_at = NULL
 WHERE id = :medium AND cover_lost_at IS NOT NULL;

-- name: cover_lost_of_medium :one
-- out: n integer
SELECT count(*) AS n
  FROM medium m
 WHERE m.id = :medium AND m.post = :post AND m.cover_lost_at IS NOT NULL
   AND m.state = 'ready'
   AND EXISTS (SELECT 1 FROM cover c WHERE c.medium = m.id AND c.drawn = 0);

-- name: cover_lost_list :many
-- in: director integer
-- Photos that are withheld for good, unless somebody helps.
SELECT m.id, m.post, p.title_enc, p.day_on
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.organisation = :organisation AND m.cover_lost_at IS NOT NULL
   AND m.state = 'ready' AND p.state <> 'withdrawn'
   AND EXISTS (SELECT 1 FROM cover c WHERE c.medium = m.id AND c.drawn = 0)
   AND (:director = 1 OR p.author = :account OR EXISTS
         (SELECT 1 FROM post_audience a
            JOIN staff_group s ON s.activity_group = a.activity_group
           WHERE a.post = p.id AND s.account = :account))
 ORDER BY m.id DESC
 LIMIT 20;

-- name: cover_redraw_begin :exec
-- The shape of masks has changed: every photo that has one is drawn anew, from
-- the first again when that was under way.
INSERT INTO cover_redraw (organisation, medium)
VALUES (:organisation, 0)
ON CONFLICT (organisation) DO UPDATE SET medium = 0;

-- name: cover_redraw_next :opt
-- in: most integer
-- out: waiting integer
-- Whose photos are to be gone through, from where, and whether as many as that
-- wait to be drawn already.
SELECT r.organisation, r.medium,
       (SELECT count(*)
          FROM (SELECT j.id FROM job j WHERE j.kind = 'redraw' LIMIT :most) w)
       AS waiting
  FROM cover_redraw r
 ORDER BY r.organisation
 LIMIT 1;

-- name: cover_redraw_last :one
-- in: most integer
-- out: last integer
-- The last photo of the next page; NULL: there is none.
SELECT max(p.id) AS last
  FROM (SELECT m.id FROM medium m WHERE m.id > :medium
         ORDER BY m.id LIMIT :most) p;

-- name: cover_redraw_page :exec
-- in: now integer
-- in: after integer
-- in: last integer
INSERT INTO job (kind, subject, run_at)
SELECT 'redraw', m.id, :now
  FROM medium m
 WHERE m.id > :after AND m.id <= :last AND m.organisation = :organisation
   AND EXISTS (SELECT 1 FROM cover c WHERE c.medium = m.id)
ON CONFLICT (kind, subject) DO NOTHING;

-- name: cover_redraw_place :exec
UPDATE cover_redraw SET medium = :medium WHERE organisation = :organisation;

-- name: cover_redraw_done :exec
DELETE FROM cover_redraw WHERE organisation = :organisation;

-- name: cover_shape :one
SELECT mask_shape FROM organisation WHERE id = :organisation;

-- name: cover_shape_set :exec
UPDATE organisation SET mask_shape = :mask_shape WHERE id = :organisation;

-- name: cover_forget :exec
-- With the picture.
DELETE FROM cover WHERE medium = :medium;

-- name: cover_forget_deleted :exec
DELETE FROM cover
 WHERE medium IN (SELECT id FROM medium WHERE state = 'deleted');
