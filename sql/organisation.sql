-- The organisation table: few rows, read at start and when one is added.

-- name: organisation_list :many
SELECT id, name, profile, time_zone, lang, key_wrapped, evening_min, created_at
  FROM organisation
 ORDER BY id;

-- name: organisation_insert :one
-- key_wrapped may be empty until the row's number is known.
INSERT INTO organisation (name, profile, time_zone, lang, key_wrapped,
       created_at)
VALUES (:name, :profile, :time_zone, :lang, :key_wrapped, :created_at)
RETURNING id;

-- name: organisation_set_key :exec
UPDATE organisation SET key_wrapped = :key_wrapped WHERE id = :id;
