-- Videos that are masked through the shot, see faces/veil.h.

-- name: veil_of :opt
SELECT video, state, round, silent, progress, whole, asked_by, asked_at,
       shown_by, shown_at
  FROM veil
 WHERE video = :video;

-- name: veil_ask :exec
-- in: now integer
-- Once more, or for the first time.
INSERT INTO veil (video, state, round, silent, asked_by, asked_at)
VALUES (:video, 'asked', 1, :silent, :asked_by, :now)
ON CONFLICT (video) DO UPDATE
   SET state = 'asked', round = veil.round + 1, silent = excluded.silent,
       progress = NULL, whole = NULL, asked_by = excluded.asked_by,
       asked_at = excluded.asked_at, shown_by = NULL, shown_at = NULL;

-- name: veil_forget_boxes :exec
DELETE FROM veil_box WHERE video = :video;

-- name: veil_forget_greys :exec
DELETE FROM veil_grey WHERE video = :video;

-- name: veil_forget :exec
DELETE FROM veil WHERE video = :video;

-- name: veil_add_masked :exec
-- Boxes that are hidden whoever they are of.
INSERT INTO veil_box (video, still, x, y, w, h)
SELECT s.video, s.id, r.x, r.y, r.w, r.h
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video
   AND (r.state IN ('mask', 'open')
        OR EXISTS (SELECT 1 FROM mask_request q
                    WHERE q.region = r.id AND q.outcome IS NULL))
ON CONFLICT DO NOTHING;

-- name: veil_add_child :exec
INSERT INTO veil_box (video, still, x, y, w, h)
SELECT s.video, s.id, r.x, r.y, r.w, r.h
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video AND r.child = :child
ON CONFLICT DO NOTHING;

-- name: veil_add_grey :exec
INSERT INTO veil_grey (video, still)
SELECT s.video, s.id FROM medium s WHERE s.video = :video AND s.id = :still
ON CONFLICT DO NOTHING;

-- name: veil_stills :many
-- out: grey integer
-- The pictures of a video in the order of time.
SELECT s.id, s.at_ms,
       EXISTS (SELECT 1 FROM veil_grey g
                WHERE g.video = s.video AND g.still = s.id) AS grey
  FROM medium s
 WHERE s.video = :video
 ORDER BY s.at_ms, s.id;

-- name: veil_boxes :many
-- What is to be masked, and the child if it is boxed as one today.
SELECT b.still, b.x, b.y, b.w, b.h, r.child
  FROM veil_box b
  LEFT JOIN region r ON r.medium = b.still AND r.x = b.x AND r.y = b.y
                    AND r.w = b.w AND r.h = b.h
 WHERE b.video = :video
 ORDER BY b.still, b.x, b.y, b.w, b.h;

-- name: veil_others :many
-- Faces that stay as they are.
SELECT r.medium AS still, r.x, r.y, r.w, r.h, r.child
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video AND r.state IN ('child', 'adult')
   AND NOT EXISTS (SELECT 1 FROM veil_box b
                    WHERE b.video = s.video AND b.still = s.id AND b.x = r.x
                      AND b.y = r.y AND b.w = r.w AND b.h = r.h)
 ORDER BY s.at_ms, s.id, r.id;

-- name: veil_children :many
-- Who is masked in it.
SELECT DISTINCT r.child
  FROM veil_box b
  JOIN region r ON r.medium = b.still AND r.x = b.x AND r.y = b.y
               AND r.w = b.w AND r.h = b.h
 WHERE b.video = :video AND r.child IS NOT NULL
 ORDER BY r.child;

-- name: veil_to_draw :opt
-- The original of a video that waits to be masked.
SELECT v.round, v.silent, m.organisation, b.name, b.key_wrapped
  FROM veil v
  JOIN medium m ON m.id = v.video
  JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE v.video = :video AND v.state = 'asked' AND m.state IN ('ready', 'held')
   AND b.key_wrapped IS NOT NULL;

-- name: veil_progress :exec
UPDATE veil SET progress = :progress
 WHERE video = :video AND round = :round AND state = 'asked';

-- name: veil_drawn :exec
UPDATE veil SET state = 'drawn', progress = NULL, whole = :whole
 WHERE video = :video AND round = :round AND state = 'asked';

-- name: veil_lost :exec
UPDATE veil SET state = 'lost', progress = NULL
 WHERE video = :video AND state = 'asked';

-- name: veil_shown :exec
-- A person has looked at what was drawn in this round.
UPDATE veil SET state = 'shown', shown_by = :shown_by, shown_at = :shown_at
 WHERE video = :video AND round = :round AND state = 'drawn';

-- name: veil_hidden :exec
-- … and takes it back.
UPDATE veil SET state = 'drawn', shown_by = NULL, shown_at = NULL
 WHERE video = :video AND state = 'shown';

-- name: veil_files :many
-- What was drawn before.
SELECT side, name FROM blob
 WHERE medium = :video AND side IN (241, 481, 721)
 ORDER BY side;

-- name: veil_forget_files :exec
DELETE FROM blob WHERE medium = :video AND side IN (241, 481, 721);

-- name: veil_heights :many
SELECT side, width, height, bytes
  FROM blob
 WHERE medium = :medium AND side IN (241, 481, 721)
   AND key_wrapped IS NOT NULL
 ORDER BY side;

-- name: veil_forget_deleted :exec
DELETE FROM veil
 WHERE video IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: veil_forget_deleted_boxes :exec
DELETE FROM veil_box
 WHERE video IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: veil_forget_deleted_greys :exec
DELETE FROM veil_grey
 WHERE video IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: veil_poster :exec
-- in: still integer
-- NULL again for one that is not of this video.
UPDATE medium
   SET poster = (SELECT s.id FROM medium s
                  WHERE s.id = :still AND s.video = medium.id)
 WHERE id = :video AND kind = 'video';

-- name: veil_video :opt
SELECT id, post, poster, gaps
  FROM medium
 WHERE id = :video AND post = :post AND organisation = :organisation
   AND kind = 'video' AND state = 'ready';

-- name: veil_named :many
-- Who is in a box of a video.
SELECT DISTINCT r.child
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video AND r.child IS NOT NULL
 ORDER BY r.child;

-- name: veil_masked_count :one
-- out: n integer
-- Boxes that are hidden whoever they are of.
SELECT count(*) AS n
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video
   AND (r.state IN ('mask', 'open')
        OR EXISTS (SELECT 1 FROM mask_request q
                    WHERE q.region = r.id AND q.outcome IS NULL));
