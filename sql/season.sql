-- The season table: a school year, a summer.

-- name: season_list :many
SELECT id, name, from_on, until_on, untold
  FROM season
 WHERE organisation = :organisation
 ORDER BY from_on DESC, id DESC;

-- name: season_by_id :one
SELECT id, name, from_on, until_on
  FROM season
 WHERE id = :id AND organisation = :organisation;

-- name: season_by_name :opt
SELECT id, name, from_on, until_on
  FROM season
 WHERE organisation = :organisation AND name = :name;

-- name: season_insert :one
INSERT INTO season (organisation, name, from_on, until_on)
VALUES (:organisation, :name, :from_on, :until_on)
RETURNING id;
