-- Videos that are looked through between their stills, see jobs/between.h.

-- name: between_due :many
-- in: now integer
-- The next one of which every still has been looked at.
SELECT j.subject
  FROM job j
 WHERE j.kind = 'between' AND j.run_at <= :now
   AND NOT EXISTS (SELECT 1 FROM medium v
                    WHERE v.id = j.subject AND v.state = 'locked')
   AND NOT EXISTS (SELECT 1 FROM medium s
                     JOIN job k ON k.subject = s.id
                               AND k.kind IN ('intake', 'faces')
                    WHERE s.video = j.subject)
 ORDER BY j.run_at, j.id
 LIMIT 1;

-- name: between_video :opt
-- Without a name or a key: its original is gone.
SELECT m.organisation, m.post, b.name, b.key_wrapped
  FROM medium m
  LEFT JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE m.id = :video AND m.kind = 'video' AND m.gaps IS NULL
   AND m.state IN ('ready', 'held');

-- name: between_stills :many
SELECT id, state, at_ms FROM medium WHERE video = :video ORDER BY at_ms, id;

-- name: between_boxes :many
-- Also of what turned out to be no face: somebody has said so.
SELECT r.medium AS still, r.x, r.y, r.w, r.h
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video
 ORDER BY s.at_ms, s.id, r.id;

-- name: between_end :exec
UPDATE medium SET gaps = :gaps
 WHERE id = :video AND kind = 'video' AND gaps IS NULL;

-- name: between_forget :exec
-- Of what is locked, the job stays: it may be let go.
DELETE FROM job
 WHERE kind = 'between' AND subject = :video
   AND NOT EXISTS (SELECT 1 FROM medium m
                    WHERE m.id = :video AND m.state = 'locked');
