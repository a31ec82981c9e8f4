-- Forms that are kept to be filled in again, see life/pattern.h.

-- name: pattern_add :one
INSERT INTO pattern (organisation, author, kind, name_enc, fields_enc, made_at)
VALUES (:organisation, :author, :kind, :name_enc, :fields_enc, :made_at)
RETURNING id;

-- name: pattern_list :many
SELECT id, name_enc
  FROM pattern
 WHERE organisation = :organisation AND kind = :kind
 ORDER BY id
 LIMIT 50;

-- name: pattern_by_id :opt
SELECT kind, name_enc, fields_enc
  FROM pattern
 WHERE id = :id AND organisation = :organisation;

-- name: pattern_drop :exec
DELETE FROM pattern WHERE id = :id AND organisation = :organisation;
