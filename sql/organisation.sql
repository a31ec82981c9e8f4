-- The organisation table: few rows, read at start and when one is added.

-- name: organisation_list :many
SELECT id, name, profile, time_zone, lang, key_wrapped, evening_min, created_at
  FROM organisation
 ORDER BY id;

-- name: organisation_lined :one
SELECT lined FROM organisation WHERE id = :organisation;

-- name: organisation_lined_set :exec
UPDATE organisation SET lined = :lined WHERE id = :organisation;

-- name: organisation_next_id :one
-- out: next_id integer
-- The key of an organisation is wrapped for its number, so that comes first.
SELECT COALESCE(max(id), 0) + 1 AS next_id FROM organisation;

-- name: organisation_insert :one
INSERT INTO organisation (id, name, profile, time_zone, lang, key_wrapped,
       created_at)
VALUES (:id, :name, :profile, :time_zone, :lang, :key_wrapped, :created_at)
RETURNING id;
