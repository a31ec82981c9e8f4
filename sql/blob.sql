-- name: blob_add :one
INSERT INTO blob (medium, side, name, key_wrapped, bytes, width, height, type,
                  segments, created_at)
VALUES (:medium, :side, :name, :key_wrapped, :bytes, :width, :height, :type,
        :segments, :created_at)
RETURNING id;

-- name: blob_renditions :many
-- What is covered anew, in the order of jobs.
SELECT b.side, b.name, b.key_wrapped, b.width, b.height, m.organisation
  FROM blob b
  JOIN medium m ON m.id = b.medium
 WHERE b.medium = :medium AND b.side > 0 AND b.segments > 0
   AND b.key_wrapped IS NOT NULL AND m.state IN ('ready', 'held')
 ORDER BY b.side DESC;

-- name: blob_replace :exec
-- in: old_name text
-- The same rendition in another file; the old one is forgotten with its key.
UPDATE blob
   SET name = :name, key_wrapped = :key_wrapped, bytes = :bytes
 WHERE medium = :medium AND side = :side AND name = :old_name
   AND key_wrapped IS NOT NULL;

-- name: blob_received :exec
UPDATE blob SET bytes = :bytes WHERE medium = :medium AND side = 0;

-- name: blob_original :exec
UPDATE blob SET type = :type, width = :width, height = :height
 WHERE medium = :medium AND side = 0;

-- name: blob_forget :exec
DELETE FROM blob WHERE medium = :medium;

-- name: blob_known :opt
-- A file whose key was destroyed is not known any more.
SELECT id FROM blob WHERE name = :name AND key_wrapped IS NOT NULL;
