-- name: blob_add :one
INSERT INTO blob (medium, side, name, key_wrapped, bytes, width, height, type,
                  created_at)
VALUES (:medium, :side, :name, :key_wrapped, :bytes, :width, :height, :type,
        :created_at)
RETURNING id;

-- name: blob_received :exec
UPDATE blob SET bytes = :bytes WHERE medium = :medium AND side = 0;

-- name: blob_forget :exec
DELETE FROM blob WHERE medium = :medium;

-- name: blob_of_medium :many
SELECT id, side, name FROM blob WHERE medium = :medium;

-- name: blob_known :opt
SELECT id FROM blob WHERE name = :name;
