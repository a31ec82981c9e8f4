-- name: blob_add :one
INSERT INTO blob (medium, side, name, key_wrapped, bytes, width, height, type,
                  created_at)
VALUES (:medium, :side, :name, :key_wrapped, :bytes, :width, :height, :type,
        :created_at)
RETURNING id;

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
