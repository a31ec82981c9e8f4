-- How far the stored media were asked of Arachnid Shield (jobs/shield_stored.h).

-- name: shield_stored_begin :exec
INSERT INTO shield_stored (id, until_medium, begun_at)
SELECT 1, coalesce(max(m.id), 0), :begun_at
  FROM medium m
 WHERE true
    ON CONFLICT (id) DO NOTHING;

-- name: shield_stored_forget :exec
DELETE FROM shield_stored WHERE true;

-- name: shield_stored_now :opt
SELECT medium, until_medium, done_at FROM shield_stored WHERE id = 1;

-- name: shield_stored_next :many
-- in: most integer
SELECT m.id
  FROM medium m
 WHERE m.id > :medium AND m.id <= :until_medium
   AND m.state IN ('ready', 'held')
   AND EXISTS (SELECT 1 FROM medium_hash h
                WHERE h.medium = m.id AND h.hash_kind = 1
                  AND h.hypothesis = 0)
 ORDER BY m.id
 LIMIT :most;

-- name: shield_stored_forward :exec
UPDATE shield_stored SET medium = :medium WHERE id = 1;

-- name: shield_stored_done :exec
UPDATE shield_stored SET done_at = :done_at WHERE id = 1;

-- name: shield_stored_back :exec
-- Hashes came late to a medium that was passed over.  What follows it is
-- looked up again, not asked again.
-- in: before integer
UPDATE shield_stored
   SET medium = :before, done_at = NULL
 WHERE medium > :before AND until_medium > :before;
