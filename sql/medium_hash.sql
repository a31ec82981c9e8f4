-- Hashes of media: stored at intake, read by every comparison.

-- name: medium_hash_add :exec
INSERT INTO medium_hash (hash_kind, medium, pipeline, hypothesis, frame,
                         quality, unfit, hash)
VALUES (:hash_kind, :medium, :pipeline, :hypothesis, :frame, :quality, :unfit,
        :hash);

-- name: medium_hash_of :many
-- Without what a video is as a whole (32, its .tmk file).
SELECT hash_kind, pipeline, hypothesis, frame, quality, unfit, hash
  FROM medium_hash
 WHERE medium = :medium AND hash_kind <> 32
 ORDER BY hash_kind, pipeline, hypothesis, frame;

-- name: medium_hash_after :many
-- The next rows of one kind: begin after medium 0, go on after the last row.
-- in: most integer
SELECT medium, pipeline, hypothesis, frame, quality, unfit, hash
  FROM medium_hash
 WHERE hash_kind = :hash_kind
   AND (medium, pipeline, hypothesis, frame)
     > (:medium, :pipeline, :hypothesis, :frame)
 ORDER BY medium, pipeline, hypothesis, frame
 LIMIT :most;

-- name: medium_hash_forget :exec
DELETE FROM medium_hash WHERE medium = :medium;

-- name: medium_hash_forget_deleted :exec
DELETE FROM medium_hash
 WHERE EXISTS (SELECT 1 FROM medium m
                WHERE m.id = medium_hash.medium AND m.state = 'deleted');

-- name: medium_hash_missing :many
-- Photos from before hashes were kept, that still have their original.
SELECT m.id
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 0 AND b.key_wrapped IS NOT NULL
 WHERE m.state = 'ready'
   AND NOT EXISTS (SELECT 1 FROM medium_hash h WHERE h.medium = m.id)
   AND NOT EXISTS (SELECT 1 FROM job j
                    WHERE j.kind = 'rehash' AND j.subject = m.id)
 LIMIT 200;

-- name: medium_hash_original :opt
-- What is decoded once more for its hashes.
SELECT m.organisation, b.name, b.key_wrapped
  FROM medium m
  JOIN blob b ON b.medium = m.id AND b.side = 0
 WHERE m.id = :id AND m.state = 'ready';

-- name: medium_hash_missing_all :many
-- in: most integer
SELECT m.id
  FROM medium m
 WHERE m.state = 'ready'
   AND NOT EXISTS (SELECT 1 FROM medium_hash h WHERE h.medium = m.id)
 ORDER BY m.id
 LIMIT :most;

-- name: medium_hash_missing_count :one
-- out: n integer
SELECT count(*) AS n
  FROM medium m
 WHERE m.state = 'ready'
   AND NOT EXISTS (SELECT 1 FROM medium_hash h WHERE h.medium = m.id);
