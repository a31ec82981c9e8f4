-- What a backup takes along.

-- name: backup_blobs :many
-- in: after integer
-- in: most integer
-- Files that somebody could still read, in pages.
SELECT b.id, b.name, b.bytes
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.id > :after AND b.key_wrapped IS NOT NULL
   AND m.state IN ('queued', 'ready', 'locked', 'held')
 ORDER BY b.id
 LIMIT :most;

-- name: backup_blob_live :opt
-- Is it still wanted?  Otherwise a file that is gone was deleted meanwhile.
SELECT b.id
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.name = :name AND b.key_wrapped IS NOT NULL
   AND m.state IN ('queued', 'ready', 'locked', 'held');
