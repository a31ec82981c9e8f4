-- Who is heard in a video, see faces/voice.h; and the lines without sound.

-- name: voice_of :opt
-- out: quiet integer
-- out: veil_quiet integer
-- quiet: its lines without sound are there; veil_quiet: so are the masked ones.
SELECT m.sound, v.heard,
       EXISTS (SELECT 1 FROM blob b
                WHERE b.medium = m.id AND b.side = 242
                  AND b.key_wrapped IS NOT NULL) AS quiet,
       EXISTS (SELECT 1 FROM veil w
                WHERE w.video = m.id AND w.silent = 1) AS veil_quiet
  FROM medium m
  LEFT JOIN voice v ON v.video = m.id
 WHERE m.id = :video;

-- name: voice_lost :one
-- out: lost integer
-- Its lines without sound are wanted by now, are not there, and nothing makes
-- them.
SELECT EXISTS (SELECT 1 FROM medium m
                 JOIN post p ON p.id = m.post
                WHERE m.id = :video AND p.state = 'published'
                  AND NOT EXISTS (SELECT 1 FROM blob b
                                   WHERE b.medium = m.id AND b.side = 242)
                  AND NOT EXISTS (SELECT 1 FROM job j
                                   WHERE j.kind = 'veil' AND j.subject = m.id))
       AS lost;

-- name: voice_of_post :many
-- Videos with sound.
SELECT m.id AS video
  FROM medium m
 WHERE m.post = :post AND m.state = 'ready' AND m.kind = 'video'
   AND m.sound = 1
 ORDER BY m.position, m.id;

-- name: voice_children :many
-- Who may be heard: those who were named; where nobody knows, the children of
-- the album's day and those in its pictures.  Some more than once.
SELECT n.child
  FROM voice_child n
 WHERE n.video = :video
 UNION ALL
SELECT e.child
  FROM medium m
  JOIN post p ON p.id = m.post
  JOIN post_audience a ON a.post = p.id
  JOIN enrolment e ON e.activity_group = a.activity_group
  JOIN child c ON c.id = e.child
 WHERE m.id = :video AND c.erased_at IS NULL
   AND e.from_on <= p.day_on AND e.until_on >= p.day_on
   AND NOT EXISTS (SELECT 1 FROM voice v WHERE v.video = m.id)
 UNION ALL
SELECT e.child
  FROM medium m
  JOIN post p ON p.id = m.post
  JOIN post_audience a ON a.post = p.id
  JOIN enrolment n ON n.child = a.child
  JOIN enrolment e ON e.activity_group = n.activity_group
  JOIN child c ON c.id = e.child
 WHERE m.id = :video AND c.erased_at IS NULL
   AND n.from_on <= p.day_on AND n.until_on >= p.day_on
   AND e.from_on <= p.day_on AND e.until_on >= p.day_on
   AND NOT EXISTS (SELECT 1 FROM voice v WHERE v.video = m.id)
 UNION ALL
SELECT r.child
  FROM medium s
  JOIN region r ON r.medium = s.id
 WHERE s.video = :video AND r.child IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM voice v WHERE v.video = s.video);

-- name: voice_say :exec
INSERT INTO voice (video, heard, said_by, said_at)
VALUES (:video, :heard, :said_by, :said_at)
ON CONFLICT (video) DO UPDATE
   SET heard = excluded.heard, said_by = excluded.said_by,
       said_at = excluded.said_at;

-- name: voice_name :exec
INSERT INTO voice_child (video, child) VALUES (:video, :child)
ON CONFLICT DO NOTHING;

-- name: voice_forget :exec
DELETE FROM voice WHERE video = :video;

-- name: voice_forget_children :exec
DELETE FROM voice_child WHERE video = :video;

-- name: voice_forget_deleted :exec
DELETE FROM voice
 WHERE video IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: voice_forget_deleted_children :exec
DELETE FROM voice_child
 WHERE video IN (SELECT id FROM medium WHERE state = 'deleted');

-- name: voice_child_gone :exec
-- in: erasure_token blob
-- An erased child is still heard, whoever else agrees.
UPDATE voice SET heard = 'gone'
 WHERE video IN (SELECT n.video
                   FROM voice_child n
                   JOIN child c ON c.id = n.child
                  WHERE c.erasure_token = :erasure_token);

-- name: voice_forget_child :exec
-- in: erasure_token blob
DELETE FROM voice_child
 WHERE child = (SELECT c.id FROM child c
                 WHERE c.erasure_token = :erasure_token);

-- name: voice_to_hush :opt
-- The original of a video whose lines without sound are wanted: who may not be
-- heard tomorrow is not heard at once then.
SELECT m.organisation, b.name, b.key_wrapped
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE m.id = :video AND m.sound = 1 AND m.kind = 'video'
   AND m.state IN ('ready', 'held') AND b.key_wrapped IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM voice v
                    WHERE v.video = m.id AND v.heard = 'nobody')
   AND NOT EXISTS (SELECT 1 FROM blob q
                    WHERE q.medium = m.id AND q.side = 242);

-- name: voice_want_of_post :exec
-- in: now integer
-- The same of all videos of an album, once families see it; what a family
-- brought has the sound that it was given there.
INSERT INTO job (kind, subject, run_at)
SELECT 'veil', m.id, :now
  FROM medium m
  JOIN post p ON p.id = m.post
 WHERE m.post = :post AND p.state = 'published' AND p.brought IS NULL
   AND m.kind = 'video' AND m.state = 'ready' AND m.sound = 1
   AND NOT EXISTS (SELECT 1 FROM voice v
                    WHERE v.video = m.id AND v.heard = 'nobody')
   AND NOT EXISTS (SELECT 1 FROM blob q
                    WHERE q.medium = m.id AND q.side = 242)
    ON CONFLICT (kind, subject) DO NOTHING;
