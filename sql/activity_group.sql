-- The activity_group table: the groups of a season.

-- name: activity_group_list :many
-- in: today integer
-- out: children integer
SELECT g.id AS id, g.name AS name, g.season AS season, s.name AS season_name,
       s.from_on AS from_on, s.until_on AS until_on, g.closed_at AS closed_at,
       (SELECT count(DISTINCT e.child)
          FROM enrolment e
         WHERE e.activity_group = g.id AND e.until_on >= :today) AS children
  FROM activity_group g
  JOIN season s ON s.id = g.season
 WHERE g.organisation = :organisation
 ORDER BY s.from_on DESC, g.name, g.id;

-- name: activity_group_of_season :many
SELECT id, name, closed_at
  FROM activity_group
 WHERE season = :season
 ORDER BY name, id;

-- name: activity_group_by_id :one
SELECT g.id AS id, g.name AS name, g.season AS season, s.name AS season_name,
       s.from_on AS from_on, s.until_on AS until_on, g.closed_at AS closed_at
  FROM activity_group g
  JOIN season s ON s.id = g.season
 WHERE g.id = :id AND g.organisation = :organisation;

-- name: activity_group_insert :one
INSERT INTO activity_group (organisation, season, name, created_at)
VALUES (:organisation, :season, :name, :created_at)
RETURNING id;
